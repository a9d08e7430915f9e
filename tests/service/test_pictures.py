"""Pictures on the path that mails take: what is theirs alone."""

from __future__ import annotations

import io
import json

import msgspec
import pytest
from PIL import Image

from tagging.store.tickets import Ticket
from tests.desk import MAIL, Desk
from tests.messages import inline
from tests.picture_bundle import picture


def reason(desk: Desk) -> str | None:
    quarantine = desk.row().revision.quarantine
    return quarantine.reason if quarantine else None


def without_pixels() -> bytes:
    """A PNG of 60,000 x 60,000 pixels, as its header says."""
    file = bytearray(picture("garment"))
    file[16:24] = (60_000).to_bytes(4, "big") * 2
    return bytes(file)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"this is no picture", "not_an_image"),
        (MAIL, "not_an_image"),
        (without_pixels(), "too_many_pixels"),
        (picture("garment")[:70], "truncated"),
        (b"\x00\x00\x00\x18ftypheic", "unsupported_format"),
    ],
)
def test_what_is_no_picture_is_quarantined_once_with_its_reason(picture_desk: Desk, data: bytes, said: str) -> None:
    body = picture_desk.event("photo.jpg", picture_desk.put("photo.jpg", data))
    assert picture_desk.handle(body) == []
    assert picture_desk.handle(body) == []
    assert reason(picture_desk) == said
    assert picture_desk.tickets() == []


def test_neither_key_nor_content_type_is_believed(picture_desk: Desk) -> None:
    picture_desk.handle(picture_desk.event("a.eml", picture_desk.put("a.eml", picture("grocery", form="BMP"))))
    assert picture_desk.row().revision.labels == ("grocery",)


def test_a_mail_is_not_tagged_as_a_picture(picture_desk: Desk) -> None:
    for kind in ("mail", "text"):
        picture_desk.handle(picture_desk.pointer("a.eml", picture_desk.put("a.eml", MAIL), kind=kind))
    picture_desk.handle(inline("crm-1", "I lost my card"))
    found = [row.revision.quarantine for row in picture_desk.rows()]
    assert {quarantine and (quarantine.reason, quarantine.detail) for quarantine in found} == {
        ("wrong_kind", "only pictures are tagged here")
    }
    assert len(found) == 3


def test_a_picture_never_comes_inline(picture_desk: Desk) -> None:
    body = {"schema": "tagging.item/1", "id": "a", "kind": "image", "text": "aGVsbG8="}
    assert picture_desk.handle(json.dumps(body)) == []
    assert reason(picture_desk) == "bad_message"


def test_the_ticket_of_a_picture_has_no_thread_and_nobody_answers_it(picture_desk: Desk) -> None:
    picture_desk.handle(picture_desk.event("a.png", picture_desk.put("a.png")))
    (body,) = picture_desk.tickets()
    ticket = msgspec.json.decode(body, type=Ticket)
    assert (ticket.kind, ticket.routes, ticket.auto) == ("image", ["fashion"], False)
    assert (ticket.thread.message_id, ticket.thread.in_reply_to) == (None, None)
    assert [label.id for label in ticket.labels] == ["garment", "light_top", "light_left"]


def test_labels_that_were_not_asked_are_in_no_row(picture_desk: Desk) -> None:
    picture_desk.handle(picture_desk.event("a.png", picture_desk.put("a.png")))
    scores = picture_desk.row().revision.scores
    assert scores is not None
    assert set(scores) == {"garment", "grocery", "other", "light_top", "light_left", "dark"}


def test_a_message_that_asks_for_a_head_runs_what_it_waits_for_and_keeps_only_its_labels(picture_desk: Desk) -> None:
    version = picture_desk.put("a.png", picture("grocery", above=-40, left=-40))
    picture_desk.handle(picture_desk.pointer("a.png", version, heads=["sweet"]))
    revision = picture_desk.row().revision
    assert (revision.labels, dict(revision.scores or {})) == (("sugary",), {"sugary": 1.0})
    assert revision.heads == ("sweet",)


def test_a_message_may_ask_for_a_head_whose_condition_does_not_hold(picture_desk: Desk) -> None:
    assert picture_desk.handle(picture_desk.pointer("a.png", picture_desk.put("a.png"), heads=["sweet"])) == []
    row = picture_desk.row()
    assert (row.revision.labels, row.revision.scores, row.revision.quarantine) == ((), {}, None)
    assert (row.revision.review, row.ticket) == (False, "none")


def test_the_same_picture_gets_the_same_row_in_all_orientations(picture_desk: Desk) -> None:
    shown = Image.open(io.BytesIO(picture("garment")))
    turns = (None, 0, 3, 1, 5, 2, 6, 4)  # what undoes EXIF's orientations 1 to 8
    for orientation, turn in enumerate(turns, 1):
        exif = Image.Exif()
        exif[0x0112] = orientation
        file = io.BytesIO()
        stored = shown if turn is None else shown.transpose(Image.Transpose(turn))
        stored.save(file, "PNG", exif=exif)
        key = f"{orientation}.png"
        picture_desk.handle(picture_desk.event(key, picture_desk.put(key, file.getvalue())))
    found = [row.revision for row in picture_desk.rows()]
    assert len(found) == 8
    assert {each.labels for each in found} == {("garment", "light_top", "light_left")}
    assert all(each.scores == found[0].scores for each in found)
