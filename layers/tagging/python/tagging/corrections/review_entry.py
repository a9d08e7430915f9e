"""An entry of the review queue: one item that a person is asked to look at, and why."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

Purpose: TypeAlias = Literal["measure", "teach"]


class ReviewEntry(Struct, frozen=True, kw_only=True):
    """Drawn once, at the item's first decision; later versions and backfills never draw it again."""

    item: str
    kind: str
    encoder: str
    generation: int
    version: str
    """Id of the version that decided."""
    decided_at: str
    """Of the item's first decision (ISO 8601, UTC)."""
    drawn_at: str
    purpose: Purpose
    """Whether its answers measure, or only teach."""
    reason: Literal["sample", "suspected", "drift"]
    labels: tuple[str, ...] = ()
    """Which labels are suspected or drift."""
    chance: float
    """Probability of being drawn; 1 for `teach`, which no estimate uses."""
    people: int = 1
    """How many are asked."""
    second_opinion: bool = False
    """Whether the second of two people is asked because the first one's answer is unlikely."""
    heads: tuple[str, ...] | None = None
    """The requested heads; None for all."""
    state: Literal["open", "done"] = "open"
