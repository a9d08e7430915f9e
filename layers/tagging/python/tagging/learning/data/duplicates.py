"""Rows with the same words or the same image: how many, across which sources and splits, which of them disagree."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tagging.learning.data.rows import Row
from tagging.learning.numeric import Ints

SHOWN = 20
_NOT_A_WORD = re.compile(r"[\W_]+")


def normalised(text: str) -> str:
    """The text's words alone, in one case: what makes two texts the same although they are typed differently."""
    return _NOT_A_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def same_content(row: Row) -> str:
    """What two rows of the same words, or of the same image, have in common; "" where a text has no words."""
    return f"image {row.image.sha256}" if row.image else normalised(row.text)


def groups_of(rows: Sequence[Row]) -> Ints:
    """A number per row, equal for rows that must stay together: of one group, or with the same content, or both."""
    parent = list(range(len(rows)))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    first: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows):
        content = same_content(row)
        keys = [("content", content)] if content else []
        keys += [("group", row.group)] if row.group is not None else []
        for key in keys:
            # Always the lower number: the roots do not depend on anything but the rows' order.
            one, two = sorted((root(first.setdefault(key, number)), root(number)))
            parent[two] = one
    return np.array([root(number) for number in range(len(rows))], dtype=np.int64)


@dataclass(frozen=True)
class Duplicates:
    """What rows with the same words or the same image there are; ids of the first few."""

    texts: int
    """Different texts, or images, that more than one row has."""
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
    """Compare rows by their words alone, whatever their case, spaces and punctuation, and images byte by byte."""
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
