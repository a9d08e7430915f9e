"""Dealing rows into parts: every label spread evenly, no group parted, the same by the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.numeric.arrays import Bools, Floats, Ints

FINEST = 20
"""Equal parts that unequal shares are put together from."""


def deal(yes: Bools, parts: int, seed: int, groups: Ints | None = None) -> Ints:
    """The part of each row [rows], from 0: each label's rows are spread, rarest labels first (Sechidis et al. 2011).

    Rows with the same number in `groups` [rows] come into the same part, and large groups are dealt before small ones
    of the same label.
    """
    dealer = _Dealer(np.zeros(parts), np.zeros((parts, yes.shape[1])))
    result = np.full(len(yes), -1)
    random = np.random.default_rng(seed)
    if groups is None or len(np.unique(groups)) == len(groups):
        for row in _rarest_first(yes, random.permutation(len(yes))):
            if result[row] < 0:
                result[row] = dealer.part(yes[row], 1, yes[row])
        return result
    members = _members(groups)
    within = np.stack([yes[rows].any(axis=0) for rows in members])
    order = random.permutation(len(members))
    order = order[np.argsort([-len(members[unit]) for unit in order], kind="stable")]
    for unit in _rarest_first(within, order):
        rows = members[unit]
        if result[rows[0]] < 0:
            result[rows] = dealer.part(within[unit], len(rows), yes[rows].sum(axis=0))
    return result


def split(yes: Bools, shares: Sequence[float], seed: int, groups: Ints | None = None) -> Ints:
    """Like `deal`, into parts of these shares of the rows: the place in `shares` of each row's part [rows].

    Shares are rounded to multiples of 5 %. Raises ValueError where they are not positive or do not add up to 1.
    """
    if not shares or min(shares) <= 0 or abs(sum(shares) - 1) > 1e-6:
        raise ValueError(f"shares {tuple(shares)} are not positive numbers that add up to 1")
    # Equal parts put together, not one deal by shares: that would give the only row of a rare label to the largest.
    turns = np.zeros(FINEST, dtype=np.int64)
    got = np.zeros(len(shares))
    for turn in range(FINEST):
        turns[turn] = int(np.argmin((got + 0.5) / np.array(shares)))
        got[turns[turn]] += 1
    return turns[deal(yes, FINEST, seed, groups)]


@dataclass(frozen=True)
class _Dealer:
    """What each part has got so far: rows [parts], and rows of each label [parts, labels]."""

    sizes: Floats
    held: Floats

    def part(self, labels: Bools, rows: int, held: NDArray[np.generic]) -> int:
        """The part that has the fewest rows of these labels, then the fewest rows; it gets them."""
        part = int(np.lexsort((self.sizes, self.held[:, labels].sum(axis=1)))[0])
        self.sizes[part] += rows
        self.held[part] += held
        return part


def _members(groups: Ints) -> list[Ints]:
    """The rows of each group, groups in the order of their numbers."""
    _, unit_of = np.unique(groups, return_inverse=True)
    return np.split(np.argsort(unit_of, kind="stable"), np.cumsum(np.bincount(unit_of))[:-1])


def _rarest_first(yes: Bools, order: Ints) -> Iterator[int]:
    """The rows of each label, the rarest label's first, then all rows; each in the given order, some repeatedly."""
    for label in np.argsort(yes.sum(axis=0), kind="stable"):
        yield from order[yes[order, label]]
    yield from order
