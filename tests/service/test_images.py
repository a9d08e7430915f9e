"""Images: the behaviour that differs from mails."""

from __future__ import annotations

import io
import json

import msgspec
import pytest
from PIL import Image

from tagging.store.tickets import Ticket
from tests.image_bundle import image
from tests.messages import inline
from tests.service_harness import MAIL, ServiceHarness


def reason(harness: ServiceHarness) -> str | None:
    quarantine = harness.row().revision.quarantine
    return quarantine.reason if quarantine else None


def without_pixels() -> bytes:
    """A PNG of 60,000 x 60,000 pixels, as its header says."""
    file = bytearray(image("garment"))
    file[16:24] = (60_000).to_bytes(4, "big") * 2
    return bytes(file)


@pytest.mark.parametrize(
    ("data", "reason_code"),
    [
        (b"", "empty"),
        (b"this is no image", "not_an_image"),
        (MAIL, "not_an_image"),
        (without_pixels(), "too_many_pixels"),
        (image("garment")[:70], "truncated"),
        (b"\x00\x00\x00\x18ftypheic", "unsupported_format"),
    ],
)
def test_bytes_that_are_no_image_are_quarantined_once_with_a_reason(
    image_harness: ServiceHarness, data: bytes, reason_code: str
) -> None:
    body = image_harness.event("photo.jpg", image_harness.put("photo.jpg", data))
    assert image_harness.handle(body) == []
    assert image_harness.handle(body) == []
    assert reason(image_harness) == reason_code
    assert image_harness.tickets() == []


def test_key_and_content_type_do_not_decide_the_format(image_harness: ServiceHarness) -> None:
    image_harness.handle(image_harness.event("a.eml", image_harness.put("a.eml", image("grocery", form="BMP"))))
    assert image_harness.row().revision.labels == ("grocery",)


def test_a_mail_is_not_tagged_as_an_image(image_harness: ServiceHarness) -> None:
    for kind in ("mail", "text"):
        image_harness.handle(image_harness.pointer("a.eml", image_harness.put("a.eml", MAIL), kind=kind))
    image_harness.handle(inline("crm-1", "I lost my card"))
    found = [row.revision.quarantine for row in image_harness.rows()]
    assert {quarantine and (quarantine.reason, quarantine.detail) for quarantine in found} == {
        ("wrong_kind", "only images are tagged here")
    }
    assert len(found) == 3


def test_an_image_cannot_be_inline(image_harness: ServiceHarness) -> None:
    body = {"schema": "tagging.item/1", "id": "a", "kind": "image", "text": "aGVsbG8="}
    assert image_harness.handle(json.dumps(body)) == []
    assert reason(image_harness) == "bad_message"


def test_the_ticket_of_an_image_has_no_thread_and_is_not_automatic(image_harness: ServiceHarness) -> None:
    image_harness.handle(image_harness.event("a.png", image_harness.put("a.png")))
    (body,) = image_harness.tickets()
    ticket = msgspec.json.decode(body, type=Ticket)
    assert (ticket.kind, ticket.routes, ticket.auto) == ("image", ["fashion"], False)
    assert (ticket.thread.message_id, ticket.thread.in_reply_to) == (None, None)
    assert [label.id for label in ticket.labels] == ["garment", "light_top", "light_left"]


def test_labels_of_skipped_heads_are_not_in_the_row(image_harness: ServiceHarness) -> None:
    image_harness.handle(image_harness.event("a.png", image_harness.put("a.png")))
    scores = image_harness.row().revision.scores
    assert scores is not None
    assert set(scores) == {"garment", "grocery", "other", "light_top", "light_left", "dark"}


def test_a_requested_head_runs_with_its_conditions_and_only_its_labels_are_kept(
    image_harness: ServiceHarness,
) -> None:
    version = image_harness.put("a.png", image("grocery", above=-40, left=-40))
    image_harness.handle(image_harness.pointer("a.png", version, heads=["sweet"]))
    revision = image_harness.row().revision
    assert (revision.labels, dict(revision.scores or {})) == (("sugary",), {"sugary": 1.0})
    assert revision.heads == ("sweet",)


def test_a_requested_head_whose_condition_does_not_hold_has_no_labels(image_harness: ServiceHarness) -> None:
    assert image_harness.handle(image_harness.pointer("a.png", image_harness.put("a.png"), heads=["sweet"])) == []
    row = image_harness.row()
    assert (row.revision.labels, row.revision.scores, row.revision.quarantine) == ((), {}, None)
    assert (row.revision.review, row.ticket) == (False, "none")


def test_the_same_image_gets_the_same_row_in_all_orientations(image_harness: ServiceHarness) -> None:
    shown = Image.open(io.BytesIO(image("garment")))
    turns = (None, 0, 3, 1, 5, 2, 6, 4)  # what undoes EXIF's orientations 1 to 8
    for orientation, turn in enumerate(turns, 1):
        exif = Image.Exif()
        exif[0x0112] = orientation
        file = io.BytesIO()
        stored = shown if turn is None else shown.transpose(Image.Transpose(turn))
        stored.save(file, "PNG", exif=exif)
        key = f"{orientation}.png"
        image_harness.handle(image_harness.event(key, image_harness.put(key, file.getvalue())))
    found = [row.revision for row in image_harness.rows()]
    assert len(found) == 8
    assert {each.labels for each in found} == {("garment", "light_top", "light_left")}
    assert all(each.scores == found[0].scores for each in found)
