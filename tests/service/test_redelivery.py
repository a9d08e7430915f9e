"""Attempts that meet at one item's row: redelivery, crash, straggler, other bundle, other heads, other content."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tagging.label_set import BundleVersion, LabelSet
from tagging.source import StoredObject
from tests.conftest import MAIL, Desk, event, inline


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
