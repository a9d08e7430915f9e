"""What people answered, and the items that they answered about: what a file or a stage knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tagging.corrections import Correction
from tagging.learning.data import Example, Problem


@dataclass(frozen=True)
class AnsweredItem:
    """The content of an item, and how it came to be asked about."""

    row: Example
    """Without labels."""
    inclusion: float | None = None
    """The probability with which it was drawn to measure; None where it was not drawn at random."""


@dataclass(frozen=True)
class AnsweredItems:
    """Corrections, and the items whose content is known, by id."""

    corrections: tuple[Correction, ...]
    items: Mapping[str, AnsweredItem]
    problems: tuple[Problem, ...] = ()
    """Lines of a file that cannot be used."""
    without_content: Mapping[str, int] = field(default_factory=dict)
    """Which other items were answered, and how many."""
    discounted: frozenset[tuple[str, str | None]] = frozenset()
    """Authors whose answers about a label (None: about all) do not count, by the quality report."""
