"""`tagging quarantine`: the rows of items that could not be tagged, and how they are retried after a fix."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tagging.local.cloud import LocalCloud
from tagging.operations.account import stack_outputs
from tagging.operations.reprocessing_checks import check_reprocessing
from tagging.store.label_table import LabelTable
from tagging.store.row import Row
from tests.fuzz.events import CASES
from tests.messages import inline
from tests.operate.on_cloud import Run, delivering, intake_url, items, reprocessing_mapping, reprocessing_url, take
from tests.service_harness import MAIL, ServiceHarness


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def quarantined(cloud: LocalCloud, stricter: ServiceHarness, key: str) -> Row:
    """A mail that the service before the fix found too large; its message is gone from the queue."""
    stored = cloud.put("tag_mail", key, MAIL)
    assert stricter.handle(*(message["Body"] for message in take(cloud, intake_url(cloud)))) == []
    (row,) = [row for row in cloud.rows() if row.source.get("version") == stored.version]
    assert row.revision.quarantine is not None
    return row


def test_the_row_has_the_reason_the_handler_and_the_time_of_expiry(cloud: LocalCloud) -> None:
    cloud.put("tag_mail", "scan.eml", b"From: a@example.com\r\n\r\n")
    cloud.deliver_until_idle()
    (row,) = cloud.rows()
    quarantine = row.revision.quarantine
    assert quarantine is not None
    assert (quarantine.reason, quarantine.handler) == ("empty", "tag_mail:$LATEST")
    assert row.source["key"] == "scan.eml"
    kept = datetime.fromtimestamp(int(items(cloud)[row.id]["expires_at"]["N"]), UTC)
    first_seen = datetime.fromisoformat(row.revision.tagged_at)
    assert kept == (first_seen + timedelta(days=90)).replace(microsecond=0)
    counted = {metric.dimensions: metric.values for metric in cloud.metrics() if metric.name == "Quarantined"}
    assert counted[(("reason", "empty"), ("service", "tag_mail"))] == (1.0,)


def test_the_list_has_the_newest_quarantined_item_first(cloud: LocalCloud, stricter: ServiceHarness, run: Run) -> None:
    stricter.handle(inline("good", "I lost my card"), inline("blank", "  "))
    rows = [quarantined(cloud, stricter, f"{number}.eml") for number in range(3)]
    listed = lines(run("quarantine", "list", "--json").stdout)
    assert [each["id"] for each in listed] == [*(row.id for row in reversed(rows)), "blank"]
    newest = listed[0]
    assert (newest["reason"], newest["handler"], newest["first_seen"]) == (
        "too_large",
        "tag_mail:1",
        rows[2].revision.tagged_at,
    )
    assert newest["source"]["key"] == "2.eml"
    assert [each["id"] for each in lines(run("quarantine", "list", "--reason", "empty", "--json").stdout)] == ["blank"]
    since = lines(run("quarantine", "list", "--since", rows[1].revision.tagged_at, "--json").stdout)
    assert [each["id"] for each in since] == [rows[2].id, rows[1].id]
    assert run("quarantine", "list", "--since", "2999-01-01").stdout.strip() == "nothing is quarantined"


def test_a_key_that_looks_like_markup_is_printed_unchanged(
    cloud: LocalCloud, stricter: ServiceHarness, run: Run
) -> None:
    row = quarantined(cloud, stricter, "inbox/[/bold].eml")
    assert "inbox/[/bold].eml" in run("quarantine", "list").stdout
    output = run("quarantine", "show", row.id).stdout
    assert "too_large" in output
    assert "tag_mail:1" in output
    assert "kept until" in output


def test_a_retry_after_the_fix_gives_a_tagged_row_and_one_ticket(
    cloud: LocalCloud, stricter: ServiceHarness, run: Run
) -> None:
    row = quarantined(cloud, stricter, "a b+c.eml")
    for _ in range(2):  # asked twice by an impatient person
        done = run("quarantine", "retry", "--reason", "too_large")
        assert done.exit_code == 0, done.output
    cloud.deliver_until_idle()
    (tagged,) = cloud.rows()
    assert tagged.id == row.id
    assert tagged.revision.quarantine is None
    assert tagged.revision.labels
    assert [each.quarantine.reason for each in tagged.earlier if each.quarantine] == ["too_large"]
    assert tagged.expires_at is None
    assert [ticket.id for ticket in cloud.sent_tickets()] == [row.id]
    assert run("quarantine", "list", "--json").stdout == ""
    assert run("quarantine", "show", row.id).exit_code == 1
    again = run("quarantine", "retry", row.id)
    assert (again.exit_code, take(cloud, reprocessing_url(cloud))) == (1, [])
    assert "it is not quarantined" in again.stderr


def test_a_retry_that_waits_disables_the_mapping_and_doctor_reports_one_that_was_left_enabled(
    cloud: LocalCloud, stricter: ServiceHarness, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tagging.operations.reprocessing.POLL_S", 0.05)
    outputs = stack_outputs("tagging-local")
    row = quarantined(cloud, stricter, "a.eml")
    assert check_reprocessing(outputs).state == "ok"
    assert run("quarantine", "retry", row.id).exit_code == 0
    assert check_reprocessing(outputs).found == "1 wait to be tagged again"
    mapping = reprocessing_mapping(cloud).uuid
    cloud.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=False)
    stopped = check_reprocessing(outputs)
    assert (stopped.state, stopped.found) == ("missing", "1 wait behind a disabled mapping")
    assert stopped.todo == f"aws lambda update-event-source-mapping --uuid {mapping} --enabled"
    cloud.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=True)
    take(cloud, reprocessing_url(cloud))
    left = check_reprocessing(outputs)
    assert left.state == "missing"
    assert left.todo == f"aws lambda update-event-source-mapping --uuid {reprocessing_mapping(cloud).uuid} --no-enabled"
    with delivering(lambda: take(cloud, reprocessing_url(cloud))):
        assert run("quarantine", "retry", row.id, "--wait").exit_code == 0
    assert check_reprocessing(outputs).found == "disabled, as between runs"


def test_a_retry_requests_the_same_heads(cloud: LocalCloud, stricter: ServiceHarness, run: Run) -> None:
    head = stricter.service.serving.layer.bundle.taxonomy.heads[0].id
    version = cloud.put("tag_mail", "a.eml", MAIL).version
    take(cloud, intake_url(cloud))
    asked = stricter.pointer("a.eml", str(version), heads=[head])
    stricter.handle(asked)
    (row,) = cloud.rows()
    assert run("quarantine", "retry", row.id).exit_code == 0
    (message,) = take(cloud, reprocessing_url(cloud))
    assert json.loads(message["Body"]) == json.loads(asked)


def test_a_retry_goes_to_the_function_that_tags_its_kind(cloud: LocalCloud, stricter: ServiceHarness, run: Run) -> None:
    """An image that was announced to the mails' queue."""
    version = cloud.put("tag_mail", "a.png", MAIL).version
    take(cloud, intake_url(cloud))
    stricter.handle(stricter.pointer("a.png", str(version), kind="image"))
    assert run("quarantine", "retry", "--reason", "too_large").exit_code == 0
    assert take(cloud, reprocessing_url(cloud)) == []
    (message,) = take(cloud, reprocessing_url(cloud, "tag_image"))
    assert json.loads(message["Body"])["kind"] == "image"


def test_a_dry_run_sends_nothing(cloud: LocalCloud, stricter: ServiceHarness, run: Run) -> None:
    row = quarantined(cloud, stricter, "a.eml")
    done = run("quarantine", "retry", row.id, "--dry-run", "--json")
    assert done.exit_code == 0
    assert lines(done.stdout) == [{"id": row.id, "sent": False, "why_not": None}]
    assert take(cloud, reprocessing_url(cloud)) == []


def test_text_of_an_inline_message_cannot_be_retried_and_the_output_says_why(
    cloud: LocalCloud, stricter: ServiceHarness, run: Run
) -> None:
    stricter.handle(inline("blank", "  "), "not json")
    row = quarantined(cloud, stricter, "a.eml")
    broken = next(each.id for each in cloud.rows() if each.kind == "message")
    done = run("quarantine", "retry", "blank", broken, row.id, "no-such-id")
    assert done.exit_code == 1
    assert done.stderr.count("of which no copy is kept: have it sent again") == 2
    assert "no-such-id: it has no row" in done.stderr
    assert "1 sent to be tagged again, 3 not" in done.stdout
    assert len(take(cloud, reprocessing_url(cloud))) == 1


def test_an_object_without_a_version_cannot_be_retried(stricter: ServiceHarness, run: Run) -> None:
    source = {"bucket": stricter.bucket, "key": "a.eml", "eTag": "e" * 32, "sequencer": "01", "size": 11}
    s3 = {"bucket": {"name": stricter.bucket}, "object": source}
    stricter.handle(json.dumps({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": s3}]}))
    done = run("quarantine", "retry", "--reason", "too_large")
    assert done.exit_code == 1
    assert "put the object again" in done.stderr


@pytest.mark.parametrize("words", [(), ("id", "--reason", "empty"), ("--reason", "empty", "--since", "yesterday")])
def test_wrong_use_exits_2(run: Run, words: tuple[str, ...]) -> None:
    done = run("quarantine", "retry", *words)
    assert done.exit_code == 2


def test_a_stage_that_is_not_deployed_is_one_line(run: Run) -> None:
    done = run("quarantine", "list", "--stage", "nowhere")
    assert done.exit_code == 1
    sentence = "tagging quarantine list: stack tagging-nowhere cannot be read: ValidationError: it is not deployed"
    assert done.stderr.startswith(sentence)
    assert done.stderr.count("\n") == 1


def test_a_table_without_quarantine_days_keeps_quarantined_rows(cloud: LocalCloud, stricter: ServiceHarness) -> None:
    table = LabelTable(cloud.client("dynamodb"), cloud.stack.label_table)
    stricter.having(table=table).handle(inline("blank", " "))
    assert "expires_at" not in items(cloud)["blank"]


@pytest.mark.parametrize(("case", "reason"), [("malware", "malware"), ("without_verdict", "unscanned")])
def test_an_object_that_no_scan_found_clean_is_not_retried(
    cloud: LocalCloud, run: Run, stricter: ServiceHarness, case: str, reason: str
) -> None:
    assert stricter.handle(*(each["body"] for each in CASES[f"tag_image/scanned_{case}"]["Records"])) == []
    done = run("quarantine", "retry", "--reason", reason)
    assert done.exit_code == 1
    assert "only a new version is scanned: put the object again" in done.output
    assert take(cloud, intake_url(cloud)) == []
