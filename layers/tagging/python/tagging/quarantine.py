"""Quarantine: the final state of an input that can never be tagged, and the table of its reason codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

# fmt: off
Reason = Literal[
    "empty", "too_large", "too_many_parts", "too_deep", "not_a_mail", "virus",
    "not_an_image", "unsupported_format", "too_many_pixels", "truncated", "damaged", "over_budget",
    "object_gone", "superseded", "archived", "bad_pointer", "malware", "unscanned",
    "not_json", "not_ours", "sending_notice", "no_content", "bad_message", "bad_record", "too_many_records",
    "wrong_kind", "unknown_head", "other_content", "forgotten",
]
# fmt: on
"""A reason code. Rows and metrics store it: a code never changes its meaning and never disappears."""

REASONS: Final[Mapping[Reason, str]] = {
    "empty": "It has no bytes, or is a mail with nothing in subject, body and attachments.",
    "too_large": "It is larger than the limit.",
    "too_many_parts": "It has more parts, segments or passes than the limit.",
    "too_deep": "Its parts are nested more deeply than the limit.",
    "not_a_mail": "It is not a mail.",
    "virus": "SES found a virus in the mail.",
    "not_an_image": "It is not an image.",
    "unsupported_format": "Its image format is not supported.",
    "too_many_pixels": "The image has more pixels than the limit, or decoding it needs too much memory.",
    "truncated": "The image file breaks off: too little of it can be decoded.",
    "damaged": "The image file is damaged: too little of it can be decoded.",
    "over_budget": "Reading it took more time than its size allows.",
    "object_gone": "The object version was deleted before it was read.",
    "superseded": "The object was overwritten before it was read.",
    "archived": "The object is in an archive tier of S3; restore it, then retry.",
    "bad_pointer": "S3 cannot have an object of this name or version.",
    "malware": "GuardDuty found malware in the object.",
    "unscanned": "GuardDuty could not scan the object.",
    "not_json": "The message is not JSON.",
    "not_ours": "The message is of another service or of an unknown form.",
    "sending_notice": "SES reports what became of a mail that was sent: delivery, bounce, complaint. It is no item.",
    "no_content": "SES received a mail, but its notice neither contains the mail nor names the object that holds it.",
    "bad_message": "Fields of the message are missing or invalid.",
    "bad_record": "Fields of the event are missing or invalid.",
    "too_many_records": "The message has more records than the limit.",
    "wrong_kind": "Another function tags items of this kind.",
    "unknown_head": "The message requests a head that the bundle does not have.",
    "other_content": "The id of the message was used before for other content.",
    "forgotten": "The item was erased on request.",
}
"""One sentence per code, for people. A new code needs a line in `Reason`, a line here, and the code that raises it."""


class Quarantine(Struct, frozen=True):
    """Why an input can never be tagged, as a row keeps it; no field contains any of its content."""

    reason: Reason
    detail: str = ""
    handler: str = ""
    """The function version that decided (`tag_mail:7`); empty if the table was not given one."""


class Quarantined(Exception):
    """The input can never be tagged: no retry helps. Raised by the code that knows; the text contains no content."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason: Reason = reason
        self.detail = detail
