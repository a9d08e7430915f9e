"""Rows with the same words: how many, across which sources and splits, and which of them disagree on labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from tagging.learning.rows import Row
from tagging.learning.splits import normalised

SHOWN = 20


@dataclass(frozen=True)
class Duplicates:
    """What rows with the same words there are; ids of the first few."""

    texts: int
    """Different texts that more than one row has."""
    rows: int
    """Rows beyond the first of each text."""
    across_sources: int
    """Texts that more than one source has."""
    across_splits: int
    """Texts that more than one split has: what was learned by heart is then tested."""
    disagreeing: int
    """Texts of which one row says yes where another says no."""
    examples: tuple[tuple[str, ...], ...]
    """Ids of the rows of the first disagreeing texts, the labels they disagree on at the end."""


def find_duplicates(rows: Sequence[Row]) -> Duplicates:
    """Compare all rows by their words alone, whatever their case, spaces and punctuation."""
    by_words: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_words[normalised(row.text)].append(row)
    same = [found for found in by_words.values() if len(found) > 1]
    disagreeing = [(found, labels) for found in same if (labels := disputed(found))]
    return Duplicates(
        texts=len(same),
        rows=sum(len(found) - 1 for found in same),
        across_sources=sum(len({row.source for row in found}) > 1 for found in same),
        across_splits=sum(len({row.split for row in found}) > 1 for found in same),
        disagreeing=len(disagreeing),
        examples=tuple(
            (*(row.id for row in found), ", ".join(sorted(labels))) for found, labels in disagreeing[:SHOWN]
        ),
    )


def disputed(rows: Sequence[Row]) -> frozenset[str]:
    """Labels of which one row says yes and another, which knows, says no."""
    found: set[str] = set()
    for one, other in combinations(rows, 2):
        found |= (one.labels - other.labels - other.unknown) | (other.labels - one.labels - one.unknown)
    return frozenset(found)
