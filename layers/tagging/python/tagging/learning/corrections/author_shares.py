"""Bounds how much one person's answers weigh in what is learned of a label."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping

from tagging.corrections import Answered

Cell = tuple[str, str]
"""Item id and label."""
FEWEST = 5
"""Answers that a person always has of a label: without rows, few people could else not begin."""


def beyond_share(cells: Mapping[Cell, Answered], rows: Mapping[tuple[str, bool], int], share: float) -> dict[Cell, str]:
    """The cells that are left out so that nobody alone gives more than `share` of a label's positives or negatives.

    `rows`: how many other rows hold the label (True), or are known not to (False). A cell on which several people agree
    is nobody's alone. Which cells are left out depends on their names only, and names the person.
    """
    alone: dict[tuple[str, bool], dict[str, list[Cell]]] = defaultdict(lambda: defaultdict(list))
    others = Counter(rows)
    for cell, answered in cells.items():
        side = cell[1], answered.yes
        if len(answered.authors) == 1:
            alone[side][answered.authors[0]].append(cell)
        else:
            others[side] += 1
    left_out: dict[Cell, str] = {}
    for side, by_author in alone.items():
        kept = allowed({author: len(own) for author, own in by_author.items()}, others[side], share)
        for author, own in by_author.items():
            left_out |= dict.fromkeys(sorted(own, key=_order)[kept[author] :], author)
    return left_out


def allowed(counts: Mapping[str, int], others: int, share: float) -> dict[str, int]:
    """How many answers of each person count, beside `others` that are nobody's alone."""
    kept = dict(counts)
    while True:
        most = max(int(share * (others + sum(kept.values()))), FEWEST)
        lower = {author: min(count, most) for author, count in kept.items()}
        if lower == kept:
            return kept
        kept = lower


def _order(cell: Cell) -> bytes:
    return hashlib.sha256("\0".join(cell).encode("utf-8", "surrogatepass")).digest()
