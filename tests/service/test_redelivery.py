"""Several attempts at one row: redelivery, crash, straggler, other bundle, other heads, other content."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tagging.intake.source import StoredObject
from tagging.model.features import Features
from tagging.model.label_set import BundleVersion, LabelSet
from tagging.model.prediction import Prediction
from tagging.model.tagger import Tagger
from tagging.store.row import stored_object
from tests.messages import inline
from tests.service_harness import ServiceHarness


def test_a_redelivery_changes_nothing_and_sends_nothing(each_harness: ServiceHarness) -> None:
    body = each_harness.event("a.eml", each_harness.put("a.eml"))
    each_harness.handle(body)
    before = each_harness.items()
    each_harness.tickets()
    assert each_harness.handle(body) == []
    assert each_harness.items() == before
    assert each_harness.tickets() == []


def test_the_same_item_twice_in_one_batch_is_one_row_and_one_ticket(each_harness: ServiceHarness) -> None:
    body = each_harness.event("a.eml", each_harness.put("a.eml"))
    assert each_harness.handle(body, body) == []
    assert len(each_harness.items()) == len(each_harness.tickets()) == 1


@pytest.mark.parametrize("lost_reply", [False, True])
def test_a_ticket_left_pending_is_sent_again_byte_for_byte(each_harness: ServiceHarness, lost_reply: bool) -> None:
    body = each_harness.event("a.eml", each_harness.put("a.eml"))
    with each_harness.failing("sqs.SendMessageBatch", lost_reply=lost_reply):
        assert each_harness.handle(body) == ["0"]
    assert each_harness.row().ticket == "pending"
    assert each_harness.handle(body) == []
    assert each_harness.row().ticket == "sent"
    assert set(each_harness.tickets()) == {each_harness.row().ticket_body}


@pytest.mark.parametrize("lost_reply", [False, True])
def test_a_failed_mark_is_repeated_by_the_redelivery(each_harness: ServiceHarness, lost_reply: bool) -> None:
    body = each_harness.event("a.eml", each_harness.put("a.eml"))
    with each_harness.failing("dynamodb.UpdateItem", lost_reply=lost_reply):
        assert each_harness.handle(body) == ["0"]
    assert each_harness.handle(body) == []
    assert each_harness.row().ticket == "sent"


def test_a_pending_ticket_is_sent_although_its_object_is_gone(each_harness: ServiceHarness) -> None:
    version = each_harness.put("a.eml")
    body = each_harness.event("a.eml", version)
    with each_harness.failing("sqs.SendMessageBatch"):
        each_harness.handle(body)
    each_harness.clients.s3.delete_object(Bucket=each_harness.bucket, Key="a.eml", VersionId=version)
    assert each_harness.handle(body) == []
    assert each_harness.row().ticket == "sent"
    assert each_harness.row().revision.quarantine is None
    assert len(each_harness.tickets()) == 1


def test_the_same_id_with_other_content_is_quarantined_in_another_row(harness: ServiceHarness) -> None:
    harness.handle(inline("crm-1", "I lost my card"))
    before = harness.items()["crm-1"]
    assert harness.handle(inline("crm-1", "something else")) == []
    assert harness.items()["crm-1"] == before
    (other,) = [row for row in harness.rows() if row.id != "crm-1"]
    assert other.id.startswith("crm-1~")
    assert other.revision.quarantine is not None
    assert other.revision.quarantine.reason == "other_content"
    assert len(harness.tickets()) == 1


def test_a_late_older_version_never_moves_latest_back(each_harness: ServiceHarness) -> None:
    old, new = each_harness.put("a.eml"), each_harness.put("a.eml", each_harness.samples.other)
    source = StoredObject(each_harness.bucket, "a.eml")
    each_harness.handle(each_harness.event("a.eml", new, sequencer="0F"))
    newest = each_harness.service.table.latest(source)
    assert each_harness.handle(each_harness.event("a.eml", old, sequencer="A")) == []
    assert len(each_harness.items()) == 2
    assert (
        each_harness.service.table.latest(source) == newest == StoredObject(each_harness.bucket, "a.eml", new).item_id
    )


def test_the_entry_of_a_keys_first_object_is_what_the_service_writes(harness: ServiceHarness) -> None:
    version = harness.put("a.eml")
    harness.handle(harness.event("a.eml", version, sequencer="0F"))
    (row,), table = harness.rows(), harness.service.table
    source = stored_object(row.source)
    assert source is not None
    entry = table.latest_entry(source, row)
    written = harness.clients.dynamodb.get_item(TableName=table.name, Key={"id": entry["id"]})["Item"]
    assert written == entry


def under_another_version(tagger: Tagger, heads: str) -> Tagger:
    """The same bundle under another version, as after a deployment."""
    return Tagger(replace(tagger.bundle, version=replace(tagger.bundle.version, heads=heads)))


def test_a_newer_bundle_adds_a_revision_and_keeps_the_record_of_the_ticket(each_harness: ServiceHarness) -> None:
    body = each_harness.event("a.eml", each_harness.put("a.eml"))
    each_harness.handle(body)
    (sent,) = each_harness.tickets()
    newer = under_another_version(each_harness.tagger, "f" * 12)
    after = each_harness.having(tagger=newer)
    assert after.handle(body) == []
    assert after.handle(body) == []
    row = each_harness.row()
    assert row.revision.bundle.heads == "f" * 12
    assert [each.bundle for each in row.earlier] == [each_harness.tagger.bundle.version]
    assert (row.ticket, row.ticket_body) == ("sent", sent)
    assert each_harness.tickets() == []


def test_a_straggler_neither_overwrites_nor_revises_a_later_outcome(each_harness: ServiceHarness) -> None:
    """A slow attempt of the old bundle: the new one writes the row while it tags."""
    body = each_harness.event("a.eml", each_harness.put("a.eml"))
    newer = under_another_version(each_harness.tagger, "f" * 12)
    after = each_harness.having(tagger=newer)

    class Slow:
        bundle = each_harness.tagger.bundle

        def predict(self, features: Features) -> Prediction:
            after.handle(body)
            return each_harness.tagger.predict(features)

        def decide(self, *given: Any) -> LabelSet:
            return each_harness.tagger.decide(*given)

    slow: Any = Slow()
    before = each_harness.having(tagger=slow)
    assert before.handle(body) == []
    assert each_harness.row().revision.bundle == BundleVersion(
        newer.bundle.version.encoder, "f" * 12, newer.bundle.version.thresholds
    )
    assert each_harness.row().earlier == ()
    assert len(each_harness.tickets()) == 1


def test_the_same_item_for_other_heads_adds_a_revision(each_harness: ServiceHarness) -> None:
    head = each_harness.tagger.bundle.taxonomy.heads[0].id
    version = each_harness.put("a.eml")
    some = each_harness.pointer("a.eml", version, heads=[head])
    assert each_harness.handle(each_harness.pointer("a.eml", version), some) == []
    assert len(each_harness.row().earlier) == 1
    assert len(each_harness.tickets()) == 1


def test_the_same_heads_in_another_order_are_no_revision(each_harness: ServiceHarness) -> None:
    first, second, *_ = (head.id for head in each_harness.tagger.bundle.taxonomy.heads)
    version = each_harness.put("a.eml")
    asked = ([first, second], [second, first], [second, second, first])
    assert each_harness.handle(*(each_harness.pointer("a.eml", version, heads=heads) for heads in asked)) == []
    assert each_harness.row().earlier == ()
