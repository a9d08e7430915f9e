"""A message that can never be understood, and the id it is quarantined under."""

from __future__ import annotations

import json
from typing import Literal

from msgspec import Struct

from tagging.intake.source import content_hash

Reason = Literal["not_json", "not_ours", "bad_message", "bad_record", "too_many_records"]


class Rejected(Struct, frozen=True):
    """A message, or one record of it, that no retry makes readable."""

    item_id: str
    reason: Reason
    detail: str = ""
    """Which fields are wrong; names and rules, never values."""


def reject(given: object, reason: Reason, detail: str = "") -> Rejected:
    """The same message rejected again has the same id, whatever SQS calls it."""
    text = given if isinstance(given, str) else _spelled(given)
    return Rejected(f"message-{content_hash(text)}", reason, detail)


def _spelled(document: object) -> str:
    """Text that tells one JSON document from another, at any depth: json.dumps would fail at some."""
    found: list[str] = []
    left = [document]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            found.append(f"{{{len(value)}")
            left += [part for name in sorted(value) for part in (value[name], name)]
        elif isinstance(value, list):
            found.append(f"[{len(value)}")
            left += value
        else:
            found.append(json.dumps(value, default=repr))
    return " ".join(found)
