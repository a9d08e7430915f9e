"""Why a correction is refused: codes and their sentences; and what is kept of a refused one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from msgspec import Struct

Refusal: TypeAlias = Literal[
    "not_json",
    "wrong_schema",
    "no_author",
    "contradiction",
    "too_large",
    "from_the_future",
    "unknown_item",
    "forgotten_item",
    "unknown_label",
]

REFUSALS: Final[Mapping[Refusal, str]] = {
    "not_json": "The message is not a JSON object.",
    "wrong_schema": "The message does not match `tagging.correction/1`, or answers nothing.",
    "no_author": "Nobody is named as its author.",
    "contradiction": "One label has two answers, or `cannot_tell` stands beside answers.",
    "too_large": "The message is larger than 64 KB; its first 64 KB are kept.",
    "from_the_future": "It was answered more than five minutes after it arrived: a clock is wrong.",
    "unknown_item": "No item has this id.",
    "forgotten_item": "The item was erased; of the message, only the time, item and reason are kept.",
    "unknown_label": "A label is in no version that has served.",
}


class Refused(Exception):
    """A correction that can never be recorded. The detail names field, label or time, never the note."""

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason: Refusal = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else f"{self.reason}: {REFUSALS[self.reason]}"


class Rejected(Struct, frozen=True, kw_only=True):
    """A refused message."""

    received_at: str
    reason: Refusal
    detail: str
    item: str | None
    """The item that it names, where that could be read."""
    sender: str
    """Id of the AWS identity that sent it."""
    message: str
    """The message itself; empty where the item was erased."""
