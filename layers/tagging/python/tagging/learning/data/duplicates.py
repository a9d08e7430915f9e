"""Rows with the same or nearly the same words, or the same image: groups, counts, spread over splits, disagreement."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tagging.learning.data.near_duplicates import near_duplicates
from tagging.learning.data.rows import Example
from tagging.learning.numeric import Ints

SHOWN = 20
MOST_LINKED = 0.05
"""Share of all rows that near-duplicates may link into one group, if it has more rows than FEW_LINKED."""
FEW_LINKED = 20
MOST_OF_LABEL = 2 / 3
"""Share of a label's rows that near-duplicates may link into one group."""
_NOT_A_WORD = re.compile(r"[\W_]+")


def normalised(text: str) -> str:
    """The words of a text, case-folded; equal for texts that differ in case, spaces or punctuation alone."""
    return _NOT_A_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def same_content(row: Example) -> str:
    """A key, equal for rows with the same words or the same image; "" for a text without words."""
    return f"image {row.image.sha256}" if row.image else normalised(row.text)


def groups_of(rows: Sequence[Example]) -> Ints:
    """A number per row, equal for rows that must stay together: of one group, of the same content, or near-duplicates.

    A chain of near-duplicates ends where it would have too many rows of all, or of a label: the others would tell too
    little of it.
    """
    groups = _Groups(rows)
    first: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows):
        content = same_content(row)
        keys = [("content", content)] if content else []
        keys += [("group", row.group)] if row.group is not None else []
        for key in keys:
            groups.join(first.setdefault(key, number), number)
    for one, other in near_duplicates([normalised(row.text) for row in rows]):
        if groups.small_enough(one, other):
            groups.join(one, other)
    return np.array([groups.of(number) for number in range(len(rows))], dtype=np.int64)


class _Groups:
    """The groups of rows so far; each has the number of its first row."""

    def __init__(self, rows: Sequence[Example]) -> None:
        self._first = list(range(len(rows)))
        self._sizes = [1] * len(rows)
        self._labels = [Counter(row.labels) for row in rows]
        self._of_label = Counter(label for row in rows for label in row.labels)

    def of(self, row: int) -> int:
        """The number of the row's group."""
        while self._first[row] != row:
            self._first[row] = self._first[self._first[row]]
            row = self._first[row]
        return row

    def join(self, row: int, other: int) -> None:
        """Make one group of both rows' groups."""
        # Always the lower number, so that the numbers depend on the order of rows alone.
        one, two = sorted((self.of(row), self.of(other)))
        if one != two:
            self._first[two] = one
            self._sizes[one] += self._sizes[two]
            self._labels[one] += self._labels[two]

    def small_enough(self, row: int, other: int) -> bool:
        """Whether near-duplicates may be joined."""
        one, two = self.of(row), self.of(other)
        if self._sizes[one] + self._sizes[two] > max(MOST_LINKED * len(self._first), FEW_LINKED):
            return False
        first, second = self._labels[one], self._labels[two]
        return all(
            first[label] + second[label] <= MOST_OF_LABEL * self._of_label[label]
            for label in first.keys() & second.keys()
        )


@dataclass(frozen=True)
class Duplicates:
    """Counts of rows with the same words or the same image, and the ids of some."""

    texts: int
    """Distinct texts or images that occur in several rows."""
    rows: int
    """Rows beyond the first of each of them."""
    across_sources: int
    """Those in several sources."""
    across_splits: int
    """Those in several splits: training data leak into the test."""
    disagreeing: int
    """Those with contradicting annotations."""
    examples: tuple[tuple[str, ...], ...]
    """Ids of the rows of the first disagreeing texts, the labels they disagree on at the end."""


def find_duplicates(rows: Sequence[Example]) -> Duplicates:
    """Compare rows by their words alone, whatever their case, spaces and punctuation, and images byte by byte."""
    by_content: dict[str, list[Example]] = defaultdict(list)
    for row in rows:
        by_content[same_content(row)].append(row)
    same = [group for group in by_content.values() if len(group) > 1]
    disagreeing = [(group, labels) for group in same if (labels := disputed(group))]
    return Duplicates(
        texts=len(same),
        rows=sum(len(group) - 1 for group in same),
        across_sources=sum(len({row.source for row in group}) > 1 for group in same),
        across_splits=sum(len({row.split for row in group}) > 1 for group in same),
        disagreeing=len(disagreeing),
        examples=tuple(
            (*(row.id for row in group), ", ".join(sorted(labels))) for group, labels in disagreeing[:SHOWN]
        ),
    )


def disputed(rows: Sequence[Example]) -> frozenset[str]:
    """Labels that are positive in one row and negative in another."""
    labels: set[str] = set()
    for one, other in combinations(rows, 2):
        labels |= (one.labels - other.labels - other.unknown) | (other.labels - one.labels - one.unknown)
    return frozenset(labels)
