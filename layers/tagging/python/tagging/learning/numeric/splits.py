"""Splitting rows into parts: every label spread evenly, no group divided, the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.numeric.arrays import Bools, Floats, Ints

FINEST = 20
"""Number of equal parts from which unequal shares are put together."""


def split_evenly(positive: Bools, parts: int, seed: int, groups: Ints | None = None) -> Ints:
    """The part of each row [rows], from 0: each label's rows are spread, rarest labels first (Sechidis et al. 2011).

    Rows with the same number in `groups` [rows] come into the same part; large groups are assigned before small ones
    of the same label.
    """
    assigner = _Assigner(np.zeros(parts), np.zeros((parts, positive.shape[1])))
    result = np.full(len(positive), -1)
    random = np.random.default_rng(seed)
    if groups is None or len(np.unique(groups)) == len(groups):
        for row in _rarest_first(positive, random.permutation(len(positive))):
            if result[row] < 0:
                result[row] = assigner.part(positive[row], 1, positive[row])
        return result
    members = _members(groups)
    within = np.stack([positive[rows].any(axis=0) for rows in members])
    order = random.permutation(len(members))
    order = order[np.argsort([-len(members[unit]) for unit in order], kind="stable")]
    for unit in _rarest_first(within, order):
        rows = members[unit]
        if result[rows[0]] < 0:
            result[rows] = assigner.part(within[unit], len(rows), positive[rows].sum(axis=0))
    return result


def split(positive: Bools, shares: Sequence[float], seed: int, groups: Ints | None = None) -> Ints:
    """Like `split_evenly`, into parts with these shares of the rows: each row's index in `shares` [rows].

    Shares are rounded to multiples of 5 %. Raises ValueError where they are not positive or do not add up to 1.
    """
    if not shares or min(shares) <= 0 or abs(sum(shares) - 1) > 1e-6:
        raise ValueError(f"shares {tuple(shares)} are not positive numbers that add up to 1")
    # Equal parts are put together: a direct split by shares would give the only row of a rare label to the largest.
    share_of = np.zeros(FINEST, dtype=np.int64)
    got = np.zeros(len(shares))
    for index in range(FINEST):
        share_of[index] = int(np.argmin((got + 0.5) / np.array(shares)))
        got[share_of[index]] += 1
    return share_of[split_evenly(positive, FINEST, seed, groups)]


@dataclass(frozen=True)
class _Assigner:
    """The rows of each part so far [parts], and its rows of each label [parts, labels]."""

    sizes: Floats
    by_label: Floats

    def part(self, labels: Bools, rows: int, rows_of_labels: NDArray[np.generic]) -> int:
        """The part with the fewest rows of these labels, then the fewest rows; the rows are added to it."""
        part = int(np.lexsort((self.sizes, self.by_label[:, labels].sum(axis=1)))[0])
        self.sizes[part] += rows
        self.by_label[part] += rows_of_labels
        return part


def _members(groups: Ints) -> list[Ints]:
    """The rows of each group, groups in the order of their numbers."""
    _, unit_of = np.unique(groups, return_inverse=True)
    return np.split(np.argsort(unit_of, kind="stable"), np.cumsum(np.bincount(unit_of))[:-1])


def _rarest_first(positive: Bools, order: Ints) -> Iterator[int]:
    """The rows of each label, the rarest label's first, then all rows; each in the given order, some repeatedly."""
    for label in np.argsort(positive.sum(axis=0), kind="stable"):
        yield from order[positive[order, label]]
    yield from order
