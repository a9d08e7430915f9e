"""Input that can never be tagged: quarantined once, with its reason, the rest of the batch untouched."""

from __future__ import annotations

import json

import pytest

from tests.conftest import Desk, event, inline


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
