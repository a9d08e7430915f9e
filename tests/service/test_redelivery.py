"""Attempts that meet at one item's row: redelivery, crash, straggler, other bundle, other heads, other content."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tagging.intake.source import StoredObject
from tagging.model.label_set import BundleVersion, LabelSet
from tests.desk import Desk
from tests.messages import inline


def test_a_redelivery_changes_nothing_and_sends_nothing(each_desk: Desk) -> None:
    body = each_desk.event("a.eml", each_desk.put("a.eml"))
    each_desk.handle(body)
    before = each_desk.items()
    each_desk.tickets()
    assert each_desk.handle(body) == []
    assert each_desk.items() == before
    assert each_desk.tickets() == []


def test_the_same_item_twice_in_one_batch_is_one_row_and_one_ticket(each_desk: Desk) -> None:
    body = each_desk.event("a.eml", each_desk.put("a.eml"))
    assert each_desk.handle(body, body) == []
    assert len(each_desk.items()) == len(each_desk.tickets()) == 1


@pytest.mark.parametrize("lost_reply", [False, True])
def test_a_ticket_left_pending_is_sent_again_byte_for_byte(each_desk: Desk, lost_reply: bool) -> None:
    body = each_desk.event("a.eml", each_desk.put("a.eml"))
    with each_desk.failing("sqs.SendMessageBatch", lost_reply=lost_reply):
        assert each_desk.handle(body) == ["0"]
    assert each_desk.row().ticket == "pending"
    assert each_desk.handle(body) == []
    assert each_desk.row().ticket == "sent"
    assert set(each_desk.tickets()) == {each_desk.row().ticket_body}


@pytest.mark.parametrize("lost_reply", [False, True])
def test_a_mark_that_failed_is_made_on_the_redelivery(each_desk: Desk, lost_reply: bool) -> None:
    body = each_desk.event("a.eml", each_desk.put("a.eml"))
    with each_desk.failing("dynamodb.UpdateItem", lost_reply=lost_reply):
        assert each_desk.handle(body) == ["0"]
    assert each_desk.handle(body) == []
    assert each_desk.row().ticket == "sent"


def test_a_pending_ticket_is_sent_though_its_object_is_gone_by_now(each_desk: Desk) -> None:
    version = each_desk.put("a.eml")
    body = each_desk.event("a.eml", version)
    with each_desk.failing("sqs.SendMessageBatch"):
        each_desk.handle(body)
    each_desk.clients.s3.delete_object(Bucket=each_desk.bucket, Key="a.eml", VersionId=version)
    assert each_desk.handle(body) == []
    assert each_desk.row().ticket == "sent"
    assert each_desk.row().revision.quarantine is None
    assert len(each_desk.tickets()) == 1


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


def test_an_older_version_that_comes_late_never_moves_latest_back(each_desk: Desk) -> None:
    old, new = each_desk.put("a.eml"), each_desk.put("a.eml", each_desk.subject.other)
    source = StoredObject(each_desk.bucket, "a.eml")
    each_desk.handle(each_desk.event("a.eml", new, sequencer="0F"))
    newest = each_desk.service.table.latest(source)
    assert each_desk.handle(each_desk.event("a.eml", old, sequencer="A")) == []
    assert len(each_desk.items()) == 2
    assert each_desk.service.table.latest(source) == newest == StoredObject(each_desk.bucket, "a.eml", new).item_id


class OtherBundle:
    """The shipped tagger under another version, as after a deployment."""

    def __init__(self, desk: Desk, heads: str) -> None:
        self._tagger = desk.service.tagger
        version = replace(self._tagger.bundle.version, heads=heads)
        self.bundle = replace(self._tagger.bundle, version=version)

    def tag(self, *given: Any) -> LabelSet:
        return replace(self._tagger.tag(*given), bundle=self.bundle.version)


def test_a_newer_bundle_adds_a_revision_and_keeps_the_record_of_the_ticket(each_desk: Desk) -> None:
    body = each_desk.event("a.eml", each_desk.put("a.eml"))
    each_desk.handle(body)
    (sent,) = each_desk.tickets()
    newer: Any = OtherBundle(each_desk, "f" * 12)
    after = each_desk.having(tagger=newer)
    assert after.handle(body) == []
    assert after.handle(body) == []
    row = each_desk.row()
    assert row.revision.bundle.heads == "f" * 12
    assert [each.bundle for each in row.earlier] == [each_desk.service.tagger.bundle.version]
    assert (row.ticket, row.ticket_body) == ("sent", sent)
    assert each_desk.tickets() == []


def test_a_straggler_neither_overwrites_nor_revises_what_came_after_it(each_desk: Desk) -> None:
    """A slow attempt of the old bundle: the new one writes the row while it tags."""
    body = each_desk.event("a.eml", each_desk.put("a.eml"))
    newer: Any = OtherBundle(each_desk, "f" * 12)
    after = each_desk.having(tagger=newer)
    tag = each_desk.service.tagger.tag

    class Slow:
        bundle = each_desk.service.tagger.bundle

        def tag(self, *given: Any) -> LabelSet:
            after.handle(body)
            return tag(*given)

    slow: Any = Slow()
    before = each_desk.having(tagger=slow)
    assert before.handle(body) == []
    assert each_desk.row().revision.bundle == BundleVersion(
        newer.bundle.version.encoder, "f" * 12, newer.bundle.version.thresholds
    )
    assert each_desk.row().earlier == ()
    assert len(each_desk.tickets()) == 1


def test_the_same_item_for_other_heads_adds_a_revision(each_desk: Desk) -> None:
    head = each_desk.service.tagger.bundle.taxonomy.heads[0].id
    version = each_desk.put("a.eml")
    some = each_desk.pointer("a.eml", version, heads=[head])
    assert each_desk.handle(each_desk.pointer("a.eml", version), some) == []
    assert len(each_desk.row().earlier) == 1
    assert len(each_desk.tickets()) == 1


def test_the_same_heads_in_another_order_are_no_revision(each_desk: Desk) -> None:
    first, second, *_ = (head.id for head in each_desk.service.tagger.bundle.taxonomy.heads)
    version = each_desk.put("a.eml")
    asked = ([first, second], [second, first], [second, second, first])
    assert each_desk.handle(*(each_desk.pointer("a.eml", version, heads=heads) for heads in asked)) == []
    assert each_desk.row().earlier == ()
