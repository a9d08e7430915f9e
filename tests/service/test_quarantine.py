"""Input that can never be tagged: quarantined once, with its reason, the rest of the batch untouched."""

from __future__ import annotations

import json

import pytest

from tests.desk import Desk
from tests.messages import inline


def test_only_the_missing_item_is_quarantined(each_desk: Desk) -> None:
    good = each_desk.event("a.eml", each_desk.put("a.eml"))
    gone = each_desk.event("b.eml", "00000000-0000-0000-0000-000000000000")
    assert each_desk.handle(good, gone) == []
    found = {row.source["key"]: row.revision.quarantine for row in each_desk.rows()}
    assert found["a.eml"] is None
    assert found["b.eml"] is not None
    assert found["b.eml"].reason == "object_gone"
    assert len(each_desk.tickets()) == 1


def test_an_object_over_the_limit_is_quarantined_without_being_read(each_desk: Desk) -> None:
    told = each_desk.event("a.eml", each_desk.put("a.eml", b"x" * 100_001), size=100_001)
    lied = each_desk.event("b.eml", each_desk.put("b.eml", b"x" * 100_001), size=10)
    assert each_desk.handle(told, lied) == []
    assert [row.revision.quarantine.reason for row in each_desk.rows() if row.revision.quarantine] == ["too_large"] * 2


def test_an_overwritten_object_without_versions_is_superseded(each_desk: Desk) -> None:
    each_desk.put("a.eml")
    assert each_desk.handle(each_desk.event("a.eml", None, eTag="0" * 32)) == []
    assert each_desk.row().revision.quarantine is not None
    assert each_desk.row().revision.quarantine.reason == "superseded"


def test_an_archived_object_is_quarantined_until_somebody_restores_it(each_desk: Desk) -> None:
    """S3 forbids to read it, as it forbids what a permission lacks; but no retry of ours restores it."""
    stored = {"Bucket": each_desk.bucket, "Key": "a.eml", "Body": each_desk.subject.good, "StorageClass": "GLACIER"}
    body = each_desk.event("a.eml", each_desk.clients.s3.put_object(**stored)["VersionId"])
    assert each_desk.handle(body) == []
    assert each_desk.row().revision.quarantine is not None
    assert each_desk.row().revision.quarantine.reason == "archived"
    each_desk.clients.s3.restore_object(Bucket=each_desk.bucket, Key="a.eml", RestoreRequest={"Days": 1})
    assert each_desk.handle(body) == []
    assert each_desk.row().revision.quarantine is None
    assert len(each_desk.tickets()) == 1


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
