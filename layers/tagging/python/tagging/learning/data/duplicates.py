"""Rows with the same words or the same image: counts, spread over sources and splits, disagreement."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tagging.learning.data.rows import Example
from tagging.learning.numeric import Ints

SHOWN = 20
_NOT_A_WORD = re.compile(r"[\W_]+")


def normalised(text: str) -> str:
    """The words of a text, case-folded; equal for texts that differ in case, spaces or punctuation alone."""
    return _NOT_A_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def same_content(row: Example) -> str:
    """A key, equal for rows with the same words or the same image; "" for a text without words."""
    return f"image {row.image.sha256}" if row.image else normalised(row.text)


def groups_of(rows: Sequence[Example]) -> Ints:
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
            # Always the lower number, so that the roots depend on the order of rows alone.
            one, two = sorted((root(first.setdefault(key, number)), root(number)))
            parent[two] = one
    return np.array([root(number) for number in range(len(rows))], dtype=np.int64)


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
