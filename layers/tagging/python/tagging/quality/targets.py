"""The target of a label: what its error budget is measured against."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from tagging.taxonomy import Label, NumericObjective

CRITICAL_PRECISION = 0.9
"""Of critical labels whose taxonomy names no floor."""


class Target(Struct, frozen=True):
    """The least precision, or recall, that a label should have."""

    of: Literal["precision", "recall"]
    value: float


def target_of(label: Label) -> Target | None:
    """The floor that the taxonomy names; a precision of .9 for other critical labels; None for the rest."""
    goal = label.objective
    if isinstance(goal, NumericObjective) and goal.min_precision is not None:
        return Target("precision", goal.min_precision)
    if isinstance(goal, NumericObjective) and goal.min_recall is not None:
        return Target("recall", goal.min_recall)
    return Target("precision", CRITICAL_PRECISION) if label.critical else None
