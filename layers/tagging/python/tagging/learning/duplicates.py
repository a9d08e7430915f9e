"""Rows with the same words or the same picture: how many, across which sources and splits, which of them disagree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from tagging.learning.rows import Row
from tagging.learning.splits import same_content

SHOWN = 20


@dataclass(frozen=True)
class Duplicates:
    """What rows with the same words or the same picture there are; ids of the first few."""

    texts: int
    """Different texts, or pictures, that more than one row has."""
    rows: int
    """Rows beyond the first of each of them."""
    across_sources: int
    """Those that more than one source has."""
    across_splits: int
    """Those that more than one split has: what was learned by heart is then tested."""
    disagreeing: int
    """Those of which one row says yes where another says no."""
    examples: tuple[tuple[str, ...], ...]
    """Ids of the rows of the first disagreeing texts, the labels they disagree on at the end."""


def find_duplicates(rows: Sequence[Row]) -> Duplicates:
    """Compare rows by their words alone, whatever their case, spaces and punctuation, and pictures byte by byte."""
    by_content: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_content[same_content(row)].append(row)
    same = [found for found in by_content.values() if len(found) > 1]
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
