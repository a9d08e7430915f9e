"""The probe checks what its last run put, puts new items, and leaves no trace in lists, metrics and tickets."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec
import pytest

from tagging.aws import ClientError
from tagging.bootstrap import build_service
from tagging.image.decoder import decode_image
from tagging.mail.parser import parse_mail
from tagging.settings import ProbeSettings, Settings
from tagging.telemetry import probe
from tagging.telemetry.logs import make_logger
from tagging.telemetry.probe import Probe, ProbeFailed
from tagging.telemetry.probe_items import SIDE, probe_image, probe_mail, thread_hash
from tests.service_harness import ServiceHarness

DAY_S = 24 * 3600


@dataclass
class Flow:
    """Both functions on one table and one probe queue, and the probe on their buckets."""

    mails: ServiceHarness
    images: ServiceHarness
    probe: Probe
    delivered: set[str] = field(default_factory=set)

    def deliver(self, *kinds: str) -> None:
        """Tag the objects of these kinds that were put since."""
        for harness in (self.mails, self.images):
            if harness.samples.kind in kinds:
                for each in harness.clients.s3.list_object_versions(Bucket=harness.bucket).get("Versions", []):
                    if each["VersionId"] not in self.delivered:
                        self.delivered.add(each["VersionId"])
                        assert harness.handle(harness.event(each["Key"], each["VersionId"])) == []

    def with_settings(self, **changed: str) -> Flow:
        settings = msgspec.structs.replace(self.probe.settings, **changed)
        return Flow(self.mails, self.images, msgspec.structs.replace(self.probe, settings=settings), self.delivered)


@pytest.fixture
def flow(harness: ServiceHarness, image_harness: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> Flow:
    monkeypatch.setattr(probe, "_POLL_S", 0)
    sqs, table = harness.clients.sqs, harness.service.table.name
    name = f"{uuid.uuid4().hex}.fifo"
    queue = sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true"})["QueueUrl"]
    parts = []
    for each in (harness, image_harness):
        settings = Settings(
            stage="test", label_table=table, ticket_queue_url=each.tickets_url, probe_queue_url=queue, row_days=400
        )
        service = build_service(f"tag_{each.samples.kind}", settings, each.clients, each.tagger, each.samples.reader)
        logger, threads = each.service.logger, each.service.threads
        parts.append(
            each.having(**msgspec.structs.asdict(msgspec.structs.replace(service, logger=logger, threads=threads)))
        )
    settings = ProbeSettings(
        label_table=table, probe_queue_url=queue, mail_bucket=harness.bucket, image_bucket=image_harness.bucket
    )
    return Flow(*parts, Probe(harness.clients, None, settings, make_logger(f"probe-{name}", "CRITICAL")))


def test_items_that_arrive_satisfy_the_next_run_and_items_that_do_not_fail_it(flow: Flow) -> None:
    assert flow.probe.run() == {"put": ["mail", "image"]}  # nothing to check before the first
    flow.deliver("mail", "image")
    flow.probe.run()
    flow.deliver("mail")
    with pytest.raises(ProbeFailed, match=r"^the image of \S+ did not arrive$"):
        flow.probe.run()
    with pytest.raises(ProbeFailed, match=r"^the mail of \S+ did not arrive; the image of \S+ did not arrive$"):
        flow.probe.run()  # each run put new items, and reports those of the last one only
    flow.deliver("mail", "image")  # late ones are nobody's
    flow.probe.run()


def test_behind_the_malware_gate_an_image_is_judged_a_run_later(flow: Flow) -> None:
    gated = flow.with_settings(scanned_kinds="image")
    gated.probe.run()
    gated.deliver("mail")
    gated.probe.run()
    gated.deliver("mail")
    with pytest.raises(ProbeFailed, match=r"^the image of \S+ did not arrive$"):
        gated.probe.run()
    gated.deliver("mail", "image")
    gated.probe.run()


def test_a_probe_is_in_no_list_no_ticket_queue_and_expires_after_a_day(flow: Flow) -> None:
    flow.probe.run()
    flow.deliver("mail", "image")
    rows = flow.mails.rows()
    assert {(row.kind, row.ticket, row.state("probe")) for row in rows} == {
        ("mail", "none", "sent"), ("image", "none", "sent"),
    }  # fmt: skip
    for row in rows:
        assert row.expires_at == int(datetime.fromisoformat(row.revision.tagged_at).timestamp()) + DAY_S
    stored = flow.mails.clients.dynamodb.scan(TableName=flow.mails.service.table.name)["Items"]
    others = {item["id"]["S"] for item in stored} - {row.id for row in rows}
    assert others == {"probe#runs"}  # no pointer, no index entry
    assert not [item for item in stored if "day_shard" in item or "indexed_label" in item]
    assert flow.mails.tickets() == flow.images.tickets() == []


def test_a_batch_of_probes_publishes_nothing_and_a_mixed_one_counts_no_probe(
    flow: Flow, capsys: pytest.CaptureFixture[str]
) -> None:
    flow.probe.run()
    flow.deliver("mail", "image")
    assert '"_aws"' not in capsys.readouterr().out
    flow.probe.run()
    (new,) = [
        each
        for each in flow.mails.clients.s3.list_object_versions(Bucket=flow.mails.bucket)["Versions"]
        if each["VersionId"] not in flow.delivered
    ]
    version = flow.mails.put("a.eml")
    flow.mails.handle(flow.mails.event("a.eml", version), flow.mails.event(new["Key"], new["VersionId"]))
    blobs = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    (batch,) = [blob for blob in blobs if "Items" in blob]
    assert (batch["Items"], batch["Tickets"], len(batch["Latency"])) == ([1.0], [1.0], 1)
    logged = [json.loads(line)["message"] for line in flow.mails.logs.getvalue().splitlines()]
    assert logged == ["probe", "tagged", "probe"]


def test_a_probe_that_goes_back_is_counted(flow: Flow, capsys: pytest.CaptureFixture[str]) -> None:
    flow.probe.run()
    (stored,) = flow.mails.clients.s3.list_object_versions(Bucket=flow.mails.bucket)["Versions"]
    with flow.mails.failing("sqs.SendMessageBatch"):
        assert flow.mails.handle(flow.mails.event(stored["Key"], stored["VersionId"])) == ["0"]
    assert '"MessagesReturned":[1.0]' in capsys.readouterr().out.replace(" ", "")
    assert flow.mails.handle(flow.mails.event(stored["Key"], stored["VersionId"])) == []
    assert flow.mails.row().state("probe") == "sent"


def test_in_a_stage_without_probes_the_prefix_means_nothing(harness: ServiceHarness) -> None:
    assert harness.handle(harness.event("probe/a.eml", harness.put("probe/a.eml"))) == []
    assert len(harness.tickets()) == 1
    row = harness.row()
    assert (row.probe, row.ticket, row.expires_at) == (False, "sent", None)
    assert "probe" not in row.to_document()
    assert "day_shard" in harness.items()[row.id]


def test_rows_pointers_and_index_entries_expire_together(flow: Flow) -> None:
    version = flow.mails.put("a.eml")
    flow.mails.handle(flow.mails.event("a.eml", version, sequencer="0A"))
    flow.mails.service.table.add_to_index("refund", flow.mails.row())
    stored = flow.mails.clients.dynamodb.scan(TableName=flow.mails.service.table.name)["Items"]
    assert {item["id"]["S"].partition("#")[0] for item in stored} >= {"latest", "label"}
    at = datetime.fromisoformat(flow.mails.row().revision.tagged_at).timestamp() + 400 * DAY_S
    assert all(abs(int(item["expires_at"]["N"]) - at) < 60 for item in stored)


class Ses:
    """Takes mails like SES, and puts each under a key of its own choice, with a Message-ID of its own."""

    def __init__(self, put: Callable[[str, bytes], object]) -> None:
        self.put, self.recipients = put, list[str]()

    def send_email(self, *, FromEmailAddress: str, Destination: dict[str, Any], Content: dict[str, Any]) -> None:
        self.recipients += Destination["ToAddresses"]
        data = Content["Raw"]["Data"]
        assert f"From: {FromEmailAddress}\r\n".encode() in data
        self.put(f"probe/{uuid.uuid4().hex}", b"Message-ID: <of-ses@email.amazonses.com>\r\n" + data)


def test_with_a_domain_the_mail_goes_through_ses_to_the_random_recipient(flow: Flow) -> None:
    ses = Ses(flow.mails.put)
    by_mail = flow.with_settings(mail_sender="probe@example.org", mail_recipient="probe-4711@example.org")
    by_mail.probe = msgspec.structs.replace(by_mail.probe, ses=ses)
    by_mail.probe.run()
    by_mail.deliver("mail", "image")
    by_mail.probe.run()
    assert ses.recipients == ["probe-4711@example.org"] * 2
    with pytest.raises(ProbeFailed, match=r"the mail of .* did not arrive"):
        by_mail.probe.run()


def test_an_item_that_cannot_be_put_fails_this_run_and_not_the_next(flow: Flow) -> None:
    with (
        flow.mails.failing("s3.PutObject", ClientError({"Error": {"Code": "Injected"}}, "PutObject")),
        pytest.raises(ProbeFailed, match=r"^the mail could not be put: Injected$"),
    ):
        flow.probe.run()
    flow.deliver("image")
    flow.probe.run()


def test_the_probes_items_are_read_as_they_were_meant() -> None:
    mail = parse_mail(probe_mail("0f", "probe@example.org", "probe-1@example.org"))
    assert (mail.subject, mail.in_reply_to, mail.auto) == ("Lost card", thread_hash("0f"), False)
    assert "send me a new one" in mail.text
    assert not mail.left_out.cuts
    image = decode_image(probe_image(), SIDE)
    assert not image.even
