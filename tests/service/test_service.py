"""The path of a batch on real clients and moto: what is written, what is sent, what goes back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagging.aws import ClientError
from tagging.batch import RetryLater
from tagging.label_set import BundleVersion, LabelSet
from tagging.source import StoredObject
from tagging.ticket import Ticket
from tests.conftest import MAIL, THANKS, Desk


def event(desk: Desk, key: str, version: str | None, **stored: Any) -> str:
    """The S3 notification of one object version."""
    about = {"key": key, "size": 10, "eTag": "e", "versionId": version, "sequencer": "01"} | stored
    s3 = {"bucket": {"name": desk.bucket}, "object": about}
    return json.dumps({"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "s3": s3}]})


def inline(item_id: str, text: str, **more: Any) -> str:
    return json.dumps({"schema": "tagging.item/1", "id": item_id, "kind": "text", "text": text} | more)


def test_a_mail_becomes_one_row_and_one_ticket(desk: Desk) -> None:
    body = event(desk, "a.eml", desk.put("a.eml"))
    assert desk.handle(body) == []
    row = desk.row()
    (ticket,) = desk.tickets()
    assert row.ticket == "sent"
    assert ticket == row.ticket_body
    told = Ticket.model_validate_json(ticket)
    assert "card" in [label.id for label in told.labels]
    assert told.routes
    assert told.id == row.id
    assert row.revision.scores is not None
    assert set(row.revision.labels) <= set(row.revision.scores)


def test_the_three_ways_in_reach_the_table(desk: Desk) -> None:
    pointer = {"bucket": desk.bucket, "key": "b.eml", "version": desk.put("b.eml")}
    message = {"schema": "tagging.item/1", "kind": "mail", "object": pointer}
    s3 = event(desk, "a.eml", desk.put("a.eml"))
    assert desk.handle(s3, json.dumps(message), inline("crm-1", "I lost my card")) == []
    assert len(desk.items()) == 3
    assert len(desk.tickets()) == 3
    assert "crm-1" in desk.items()


def test_a_redelivery_changes_nothing_and_sends_nothing(desk: Desk) -> None:
    body = event(desk, "a.eml", desk.put("a.eml"))
    desk.handle(body)
    before = desk.items()
    desk.tickets()
    assert desk.handle(body) == []
    assert desk.items() == before
    assert desk.tickets() == []


def test_the_same_item_twice_in_one_batch_is_one_row_and_one_ticket(desk: Desk) -> None:
    body = event(desk, "a.eml", desk.put("a.eml"))
    assert desk.handle(body, body) == []
    assert len(desk.items()) == len(desk.tickets()) == 1


@pytest.mark.parametrize("lost_reply", [False, True])
def test_a_ticket_left_pending_is_sent_again_byte_for_byte(desk: Desk, lost_reply: bool) -> None:
    body = event(desk, "a.eml", desk.put("a.eml"))
    with desk.failing("sqs.SendMessageBatch", lost_reply=lost_reply):
        assert desk.handle(body) == ["0"]
    assert desk.row().ticket == "pending"
    assert desk.handle(body) == []
    assert desk.row().ticket == "sent"
    assert set(desk.tickets()) == {desk.row().ticket_body}


@pytest.mark.parametrize("lost_reply", [False, True])
def test_a_mark_that_failed_is_made_on_the_redelivery(desk: Desk, lost_reply: bool) -> None:
    body = inline("crm-1", "I lost my card")
    with desk.failing("dynamodb.UpdateItem", lost_reply=lost_reply):
        assert desk.handle(body) == ["0"]
    assert desk.handle(body) == []
    assert desk.row().ticket == "sent"


def test_a_pending_ticket_is_sent_though_its_object_is_gone_by_now(desk: Desk) -> None:
    version = desk.put("a.eml")
    body = event(desk, "a.eml", version)
    with desk.failing("sqs.SendMessageBatch"):
        desk.handle(body)
    desk.clients.s3.delete_object(Bucket=desk.bucket, Key="a.eml", VersionId=version)
    assert desk.handle(body) == []
    assert desk.row().ticket == "sent"
    assert desk.row().revision.quarantine is None
    assert len(desk.tickets()) == 1


def test_only_the_mail_with_a_fault_goes_back_to_the_queue(desk: Desk) -> None:
    bodies = [event(desk, f"{n}.eml", desk.put(f"{n}.eml")) for n in range(3)]
    with desk.failing("dynamodb.PutItem"):
        (back,) = desk.handle(*bodies)
    assert len(desk.items()) == 2
    assert desk.handle(bodies[int(back)]) == []
    assert len(desk.items()) == len(desk.tickets()) == 3


def test_only_the_missing_mail_is_quarantined(desk: Desk) -> None:
    good = event(desk, "a.eml", desk.put("a.eml"))
    gone = event(desk, "b.eml", "00000000-0000-0000-0000-000000000000")
    assert desk.handle(good, gone) == []
    found = {row.source["key"]: row.revision.quarantine for row in desk.rows()}
    assert found["a.eml"] is None
    assert found["b.eml"] is not None
    assert found["b.eml"].reason == "object_gone"
    assert len(desk.tickets()) == 1


def test_an_object_over_the_limit_is_quarantined_without_being_read(desk: Desk) -> None:
    told = event(desk, "a.eml", desk.put("a.eml", b"x" * 100_001), size=100_001)
    lied = event(desk, "b.eml", desk.put("b.eml", b"x" * 100_001), size=10)
    assert desk.handle(told, lied) == []
    assert [row.revision.quarantine.reason for row in desk.rows() if row.revision.quarantine] == ["too_large"] * 2


def test_an_overwritten_object_without_versions_is_superseded(desk: Desk) -> None:
    desk.put("a.eml")
    assert desk.handle(event(desk, "a.eml", None, eTag="0" * 32)) == []
    assert desk.row().revision.quarantine is not None
    assert desk.row().revision.quarantine.reason == "superseded"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("not json", "not_json"),
        ('{"hello": 1}', "not_ours"),
        (inline("a", "   "), "empty"),
        (inline("a", "hello", heads=["no_such_head"]), "unknown_head"),
        ('{"schema": "tagging.item/1", "kind": "image", "object": {"bucket": "b", "key": "k"}}', "object_gone"),
    ],
)
def test_hopeless_input_is_quarantined_once(desk: Desk, body: str, reason: str) -> None:
    assert desk.handle(body) == []
    assert desk.handle(body) == []
    quarantine = desk.row().revision.quarantine
    assert quarantine is not None
    assert quarantine.reason == reason
    assert desk.tickets() == []


def test_a_picture_is_not_tagged_as_a_mail(desk: Desk) -> None:
    pointer = {"bucket": desk.bucket, "key": "a.png", "version": desk.put("a.png")}
    desk.handle(json.dumps({"schema": "tagging.item/1", "kind": "image", "object": pointer}))
    assert desk.row().revision.quarantine is not None
    assert desk.row().revision.quarantine.reason == "wrong_kind"


def test_the_same_id_with_other_content_is_quarantined_beside_the_row(desk: Desk) -> None:
    desk.handle(inline("crm-1", "I lost my card"))
    before = desk.items()["crm-1"]
    assert desk.handle(inline("crm-1", "something else")) == []
    assert desk.items()["crm-1"] == before
    (other,) = [row for row in desk.rows() if row.id != "crm-1"]
    assert other.id.startswith("crm-1~")
    assert other.revision.quarantine is not None
    assert other.revision.quarantine.reason == "other_content"
    assert len(desk.tickets()) == 1


@pytest.mark.parametrize("data", [THANKS, MAIL.replace(b"Subject", b"Auto-Submitted: auto-replied\r\nSubject")])
def test_thanks_and_automatic_replies_make_no_ticket(desk: Desk, data: bytes) -> None:
    assert desk.handle(event(desk, "a.eml", desk.put("a.eml", data))) == []
    assert desk.row().ticket == "none"
    assert desk.tickets() == []


def test_an_older_version_that_comes_late_never_moves_latest_back(desk: Desk) -> None:
    old, new = desk.put("a.eml"), desk.put("a.eml", MAIL + b"!")
    source = StoredObject(desk.bucket, "a.eml")
    desk.handle(event(desk, "a.eml", new, sequencer="0F"))
    newest = desk.service.table.latest(source)
    assert desk.handle(event(desk, "a.eml", old, sequencer="A")) == []
    assert len(desk.items()) == 2
    assert desk.service.table.latest(source) == newest == StoredObject(desk.bucket, "a.eml", new).item_id


class OtherBundle:
    """The shipped tagger under another version, as after a deployment."""

    def __init__(self, desk: Desk, heads: str) -> None:
        self._tagger = desk.service.tagger
        version = replace(self._tagger.bundle.version, heads=heads)
        self.bundle = replace(self._tagger.bundle, version=version)

    def tag(self, *given: Any) -> LabelSet:
        return replace(self._tagger.tag(*given), bundle=self.bundle.version)


def test_a_newer_bundle_adds_a_revision_and_keeps_the_record_of_the_ticket(desk: Desk) -> None:
    body = inline("crm-1", "I lost my card")
    desk.handle(body)
    (sent,) = desk.tickets()
    newer: Any = OtherBundle(desk, "f" * 12)
    after = replace(desk, service=replace(desk.service, tagger=newer))
    assert after.handle(body) == []
    assert after.handle(body) == []
    row = desk.row()
    assert row.revision.bundle.heads == "f" * 12
    assert [each.bundle for each in row.earlier] == [desk.service.tagger.bundle.version]
    assert (row.ticket, row.ticket_body) == ("sent", sent)
    assert desk.tickets() == []


def test_a_straggler_neither_overwrites_nor_revises_what_came_after_it(desk: Desk) -> None:
    """A slow attempt of the old bundle: the new one writes the row while it tags."""
    body = inline("crm-1", "I lost my card")
    newer: Any = OtherBundle(desk, "f" * 12)
    after = replace(desk, service=replace(desk.service, tagger=newer))
    tag = desk.service.tagger.tag

    class Slow:
        bundle = desk.service.tagger.bundle

        def tag(self, *given: Any) -> LabelSet:
            after.handle(body)
            return tag(*given)

    slow: Any = Slow()
    before = replace(desk, service=replace(desk.service, tagger=slow))
    assert before.handle(body) == []
    assert desk.row().revision.bundle == BundleVersion(
        newer.bundle.version.encoder, "f" * 12, newer.bundle.version.thresholds
    )
    assert desk.row().earlier == ()
    assert len(desk.tickets()) == 1


def test_the_same_item_for_other_heads_adds_a_revision(desk: Desk) -> None:
    head = desk.service.tagger.bundle.taxonomy.heads[0].id
    assert desk.handle(inline("crm-1", "I lost my card"), inline("crm-1", "I lost my card", heads=[head])) == []
    assert len(desk.row().earlier) == 1
    assert len(desk.tickets()) == 1


def test_what_is_not_begun_in_time_goes_back_unread(desk: Desk) -> None:
    left = iter([30.0, 3.0])
    bodies = [inline("a", "I lost my card"), inline("b", "I lost my card")]
    assert desk.handle(*bodies, remaining_s=lambda: next(left)) == ["1"]
    assert list(desk.items()) == ["a"]


def test_forbidden_is_a_fault_that_a_retry_can_mend(desk: Desk) -> None:
    denied = ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")
    body = event(desk, "a.eml", desk.put("a.eml"))
    with desk.failing("s3.GetObject", denied):
        assert desk.handle(body) == ["0"]
    assert desk.items() == {}
    assert desk.handle(body) == []


def test_an_invocation_without_a_queue_raises_on_faults_and_only_then(desk: Desk) -> None:
    direct = json.loads(event(desk, "a.eml", desk.put("a.eml")))
    with desk.failing("s3.GetObject"), pytest.raises(RetryLater):
        desk.service.handle(direct, lambda: 30.0)
    assert desk.service.handle(direct, lambda: 30.0) == {"batchItemFailures": []}
    assert desk.row().ticket == "sent"
    assert desk.service.handle({"hello": 1}, lambda: 30.0) == {"batchItemFailures": []}
    assert len(desk.items()) == 2


SQS_RECORD = st.fixed_dictionaries(
    {"eventSource": st.just("aws:sqs")},
    optional={
        "messageId": st.none() | st.integers() | st.text(max_size=5),
        "body": st.none() | st.integers() | st.text(max_size=30) | st.just('{"Records": [{"eventSource": "aws:s3"}]}'),
        "attributes": st.none() | st.fixed_dictionaries({"SentTimestamp": st.none() | st.text(max_size=20)}),
    },
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SQS_RECORD | st.none() | st.text(max_size=3), max_size=4))
def test_no_sqs_event_makes_the_handler_raise(desk: Desk, records: list[Any]) -> None:
    if any(isinstance(record, dict) for record in records) or not records:
        assert desk.service.handle({"Records": records}, lambda: 30.0) == {"batchItemFailures": []}


@pytest.mark.parametrize("nothing", [None, {}, {"Records": []}])
def test_an_empty_event_is_answered(desk: Desk, nothing: Any) -> None:
    assert desk.service.handle(nothing, lambda: 30.0) == {"batchItemFailures": []}


def test_each_label_given_is_a_metric_of_its_own(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.handle(inline("a", "I lost my card"), inline("b", "I lost my card"), "not json")
    blobs = [blob for line in capsys.readouterr().out.splitlines() if "_aws" in (blob := json.loads(line))]
    given = {blob["label"]: blob["LabelGiven"] for blob in blobs if "label" in blob}
    assert given == {label: [2.0] for label in desk.service.table.get("a").revision.labels}
    (batch,) = [blob for blob in blobs if "Items" in blob]
    assert batch["Items"] == [3.0]
    assert batch["Tickets"] == [2.0]
    assert len(batch["Latency"]) == 3
    assert {"StageTag", "StageRows", "StageTickets", "StageMarks"} <= set(batch)
    assert [blob["reason"] for blob in blobs if "reason" in blob] == ["not_json"]


def test_nothing_that_is_said_of_a_mail_repeats_it(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Promise G, also on the paths that fail."""
    mail = (
        b"From: canary <canary@example.com>\r\nSubject: canary\r\nMessage-ID: <canary@example.com>\r\n\r\ncanary card"
    )
    version = desk.put("canary.eml", mail)
    body = event(desk, "canary.eml", version)
    for operation in ("s3.GetObject", "dynamodb.PutItem", "sqs.SendMessageBatch", "dynamodb.UpdateItem"):
        with desk.failing(operation, RuntimeError("canary")):
            desk.handle(body)
    desk.handle(body, event(desk, "canary-gone.eml", "v"), '{"canary": 1}', "canary")
    printed = desk.logs.getvalue() + capsys.readouterr().out
    assert "goes back to the queue" in printed
    assert StoredObject(desk.bucket, "canary.eml", version).item_id in printed
    assert "canary" not in printed
    assert all("canary" not in ticket.replace("canary.eml", "") for ticket in desk.tickets())
