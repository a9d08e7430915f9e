"""Reasons for a review and sizes of what was left out reach row, ticket, log and metrics; what was cut does not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from tagging.item import Attachment, Cut, LeftOut, Mail
from tagging.mail.parser import parse_mail
from tests.service_harness import MAIL, THANKS, ServiceHarness, stored_bytes

SECRET = "My green card was stolen from the cloakroom."
LEFT_OUT = LeftOut(
    cuts=(Cut("quote", "> " + "previous " * 150, True), Cut("signature", SECRET, False), Cut("quote", "> old", True)),
    unread_parts=(Attachment("cloakroom.pdf", "application/pdf", 90_000),),
    undecoded_chars=2,
)


def reading(harness: ServiceHarness, **fields: Any) -> ServiceHarness:
    """The harness whose reader adds these fields to every mail."""
    return harness.having(read=lambda _, data: replace(parse_mail(data), **fields))


def metrics(capsys: pytest.CaptureFixture[str]) -> dict[str, list[float]]:
    """The metric of each reason for a review."""
    blobs = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {blob["reason"]: blob["ReviewReason"] for blob in blobs if "ReviewReason" in blob}


def test_reasons_are_in_row_ticket_log_and_metrics(harness: ServiceHarness, capsys: pytest.CaptureFixture[str]) -> None:
    reading(harness, left_out=LEFT_OUT).handle(harness.event("a", harness.put("a", THANKS)))
    expected = ("text_cut", "unread_part", "charset_guess")
    (row,), (ticket,) = harness.rows(), map(json.loads, harness.tickets())
    assert (row.revision.review, row.revision.review_reasons) == (True, expected)
    assert (ticket["review"], tuple(ticket["review_reasons"])) == (True, expected)
    assert tuple(json.loads(harness.logs.getvalue())["review_reasons"]) == expected
    assert metrics(capsys) == {reason: [1.0] for reason in expected}


def test_an_item_without_review_has_no_reasons(harness: ServiceHarness, capsys: pytest.CaptureFixture[str]) -> None:
    harness.handle(harness.event("a", harness.put("a")))
    assert (harness.row().revision.review_reasons, json.loads(harness.tickets()[0])["review_reasons"]) == ((), [])
    assert "review_reasons" not in json.loads(harness.logs.getvalue())
    assert metrics(capsys) == {}


def test_a_row_has_kinds_and_sizes_of_what_was_left_out_and_none_of_its_words(harness: ServiceHarness) -> None:
    reading(harness, left_out=LEFT_OUT).handle(harness.event("a", harness.put("a", THANKS)))
    row = harness.row()
    assert row.revision.left_out == {"quote": 1357, "signature": len(SECRET), "unread_part": 1, "undecoded": 2}
    kept = json.dumps(row.to_document()) + harness.logs.getvalue() + "".join(harness.tickets())
    assert not any(word in kept for word in ("cloakroom", "previous", "green", "application/pdf"))


def test_the_usual_row_with_what_was_left_out_stays_under_one_write_unit(harness: ServiceHarness) -> None:
    reading(harness, left_out=LEFT_OUT, several_mails=True).handle(harness.event("a", harness.put("a", MAIL)))
    (attributes,) = harness.items().values()
    assert sum(len(name) + stored_bytes(value) for name, value in attributes.items()) < 1024


def test_a_redelivery_counts_no_reason_again(harness: ServiceHarness, capsys: pytest.CaptureFixture[str]) -> None:
    body = harness.event("a", harness.put("a", THANKS))
    for _ in range(2):
        reading(harness, left_out=LEFT_OUT).handle(body)
    assert metrics(capsys)["text_cut"] == [1.0]


def test_an_undelivered_mail_makes_a_ticket_for_review_without_labels(harness: ServiceHarness) -> None:
    reading(harness, undelivered=True).handle(harness.event("a", harness.put("a")))
    (ticket,) = map(json.loads, harness.tickets())
    assert (ticket["labels"], ticket["routes"], ticket["review_reasons"]) == ([], [], ["undelivered"])
    assert harness.row().revision.scores


def test_an_automatic_reply_makes_no_ticket_whatever_was_cut(harness: ServiceHarness) -> None:
    reading(harness, auto=True, auto_reply=True, left_out=LEFT_OUT).handle(harness.event("a", harness.put("a", THANKS)))
    assert (harness.row().ticket, harness.tickets()) == ("none", [])


def test_a_later_revision_keeps_the_reasons_of_the_earlier_one_and_the_sizes_of_its_own(
    harness: ServiceHarness,
) -> None:
    pointer = {"bucket": harness.bucket, "key": "a", "version": harness.put("a", THANKS)}
    for heads in (["topic"], ["request"]):
        message = {"schema": "tagging.item/1", "kind": "mail", "object": pointer, "heads": heads}
        reading(harness, left_out=LEFT_OUT).handle(json.dumps(message))
    row = harness.row()
    assert [("text_cut" in each.review_reasons, bool(each.left_out)) for each in (*row.earlier, row.revision)] == [
        (True, False),
        (True, True),
    ]


def test_an_image_has_nothing_left_out(image_harness: ServiceHarness) -> None:
    image_harness.handle(image_harness.event("a", image_harness.put("a")))
    assert dict(image_harness.row().revision.left_out) == {}


def test_sizes_leave_zeros_out() -> None:
    assert LeftOut().sizes() == {}
    assert Mail("", "x").left_out.sizes() == {}
    assert LeftOut(chars_beyond_limit=7, charset_guessed=True).sizes() == {"beyond_limit": 7}
