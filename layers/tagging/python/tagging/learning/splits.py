"""Dealing rows into parts: every label spread evenly, no group parted, the same by the same seed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tagging.learning.rows import Row

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
_NOT_A_WORD = re.compile(r"[\W_]+")
FINEST = 20
"""Equal parts that unequal shares are put together from: a share is a multiple of 5 %."""


def normalised(text: str) -> str:
    """The text's words alone, in one case: what makes two texts the same although they are typed differently."""
    return _NOT_A_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def groups_of(rows: Sequence[Row]) -> Ints:
    """A number per row, equal for rows that must stay together: of one group, or with the same words, or both."""
    parent = list(range(len(rows)))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    first: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows):
        words = normalised(row.text)
        keys = [("text", words)] if words else []
        keys += [("group", row.group)] if row.group is not None else []
        for key in keys:
            # Always the lower number: the roots do not depend on anything but the rows' order.
            one, two = sorted((root(first.setdefault(key, number)), root(number)))
            parent[two] = one
    return np.array([root(number) for number in range(len(rows))], dtype=np.int64)


def deal(yes: Bools, parts: int, seed: int, groups: Ints | None = None) -> Ints:
    """The part of each row [rows], from 0: each label's rows are spread, rarest labels first (Sechidis et al. 2011).

    Rows with the same number in `groups` [rows] come into the same part, and large groups are dealt before small ones
    of the same label.
    """
    if groups is not None and len(np.unique(groups)) < len(groups):
        return _deal_groups(yes, parts, seed, groups)
    order = np.random.default_rng(seed).permutation(len(yes))
    result = np.full(len(yes), -1)
    sizes = np.zeros(parts)
    held = np.zeros((parts, yes.shape[1]))
    for label_rows in _rarest_first(yes, order):
        for row in label_rows:
            if result[row] < 0:
                part = _emptiest(held[:, yes[row]].sum(axis=1), sizes)
                result[row] = part
                sizes[part] += 1
                held[part] += yes[row]
    return result


def split(yes: Bools, shares: Sequence[float], seed: int, groups: Ints | None = None) -> Ints:
    """Like `deal`, into parts of unequal size: the place in `shares` of each row's part [rows].

    Shares add up to 1 and are rounded to whole multiples of 5 %, at least one. Raises ValueError.
    """
    if not shares or min(shares) <= 0 or abs(sum(shares) - 1) > 1e-6 or len(shares) > FINEST:
        raise ValueError(f"shares {tuple(shares)} are not positive numbers that add up to 1")
    counts = [max(1, round(share * FINEST)) for share in shares]
    counts[int(np.argmax(counts))] += FINEST - sum(counts)
    part_of = np.repeat(np.arange(len(shares)), counts)
    # Neighbouring fine parts went to one share always: the permutation lets chance decide which.
    dealt: Ints = np.random.default_rng(seed).permutation(part_of)[deal(yes, FINEST, seed, groups)]
    return dealt


def _deal_groups(yes: Bools, parts: int, seed: int, groups: Ints) -> Ints:
    _, unit_of = np.unique(groups, return_inverse=True)
    members = np.split(np.argsort(unit_of, kind="stable"), np.cumsum(np.bincount(unit_of))[:-1])
    within = np.stack([yes[rows].any(axis=0) for rows in members])
    order = np.random.default_rng(seed).permutation(len(members))
    order = order[np.argsort([-len(members[unit]) for unit in order], kind="stable")]
    result = np.full(len(yes), -1)
    sizes = np.zeros(parts)
    held = np.zeros((parts, yes.shape[1]))
    for label_units in _rarest_first(within, order):
        for unit in label_units:
            rows = members[unit]
            if result[rows[0]] < 0:
                part = _emptiest(held[:, within[unit]].sum(axis=1), sizes)
                result[rows] = part
                sizes[part] += len(rows)
                held[part] += yes[rows].sum(axis=0)
    return result


def _rarest_first(yes: Bools, order: Ints) -> list[Ints]:
    """The rows of each label, the rarest label's first, then all rows; each in the given order."""
    rarest = np.argsort(yes.sum(axis=0), kind="stable")
    return [*(order[yes[order, label]] for label in rarest), order]


def _emptiest(held: NDArray[np.float64], sizes: NDArray[np.float64]) -> int:
    """The part that has the fewest rows of a row's labels, then the fewest rows."""
    return int(np.lexsort((sizes, held))[0])
