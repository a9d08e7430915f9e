"""What the rows say of how labels should be grouped into heads: exclusive, independent, one implying another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.numeric import Answers, Bools

Counts = NDArray[np.int64]
EXPECTED = 5.0
"""Two labels exclude each other where they never meet, although by chance they would have this often."""
COVERS = 0.9
"""Labels that exclude each other are a multiclass head where one of them holds for this share of the rows."""
FEWEST = 20
"""Rows below which nothing is advised, and yes rows below which a label implies none."""
IMPLIES = 0.95
MOST = 12


@dataclass(frozen=True)
class Advice:
    """One thing to consider in the taxonomy, the labels it is about, and why."""

    what: str
    """`multiclass`, `multilabel`, `binary`, `own_head` or `parent`."""
    labels: tuple[str, ...]
    message: str


@dataclass(frozen=True)
class Meetings:
    """Counts of rows [labels, labels] for each label, down, beside each other, across."""

    together: Counts
    """Both hold; on the diagonal, the one label does."""
    beside: Counts
    """The first holds, and the second is known."""
    known: Counts
    """Both are known."""

    def expected(self) -> NDArray[np.float64]:
        """How often the two would hold together by chance, over the rows that know both."""
        result: NDArray[np.float64] = self.beside * self.beside.T / np.maximum(self.known, 1)
        return result


def meetings(answers: Answers) -> Meetings:
    """How often labels meet in these rows."""
    known = answers.observed.astype(np.float32)
    yes = (answers.positive & answers.observed).astype(np.float32)
    together, beside, both = (np.rint(part).astype(np.int64) for part in (yes.T @ yes, yes.T @ known, known.T @ known))
    return Meetings(together, beside, both)


def advise(labels: Sequence[str], answers: Answers, head: str = "") -> tuple[Advice, ...]:
    """Advice for labels that are, or could be, one head: its kind, sets that exclude each other, parents."""
    used = np.flatnonzero((answers.positive & answers.observed).any(axis=0))
    names = [labels[int(column)] for column in used]
    rows = Answers(answers.positive[:, used] & answers.observed[:, used], answers.observed[:, used])
    # Labels that nobody was asked about might hold as well: only rows that know all labels show that none does.
    full = rows.positive[rows.observed.all(axis=1)]
    if len(rows.positive) < FEWEST or not names:
        return ()
    where = f"head {head}: " if head else ""
    several, many = int((rows.positive.sum(axis=1) > 1).sum()), len(rows.positive)
    if len(names) == 1:
        return (Advice("binary", tuple(names), f"{where}one label: a binary head"),)
    if several:
        said = f"{where}{several} of {many} rows ({several / many:.0%}) hold two labels or more: a multilabel head"
        met = meetings(rows)
        exclusive = _own_heads(names, full, met.together, where) if len(full) >= FEWEST else []
        return (Advice("multilabel", tuple(names), said), *exclusive, *_parents(names, met, where))
    if len(full) < FEWEST:
        return ()
    none = float((full.sum(axis=1) == 0).mean())
    rest = f"; {none:.0%} of them hold none, which a threshold says" if none else ""
    said = f"{where}never two labels at once in {len(full)} rows: a multiclass head{rest}"
    return (Advice("multiclass", tuple(names), said),)


def _own_heads(names: list[str], yes: Bools, together: Counts, where: str) -> list[Advice]:
    """Sets of labels that exclude each other, the largest first; each label in one set at most."""
    sizes = np.diagonal(together)
    apart = (together == 0) & (np.outer(sizes, sizes) / len(yes) >= EXPECTED)
    left = set(range(len(names)))
    found: list[Advice] = []
    for start in np.argsort(-sizes, kind="stable"):
        if int(start) not in left:
            continue
        chosen = [int(start)]
        for column in np.argsort(-sizes, kind="stable"):
            if int(column) in left and int(column) not in chosen and apart[column, chosen].all():
                chosen.append(int(column))
        covered = float(yes[:, chosen].any(axis=1).mean())
        if len(chosen) < 2 or covered < COVERS / 2:
            continue
        left -= set(chosen)
        labels = tuple(names[column] for column in sorted(chosen))
        kind = "a multiclass head of their own" if covered >= COVERS else "perhaps a multiclass head of their own"
        said = f"{where}{', '.join(labels)} exclude each other, and one holds in {covered:.0%} of the rows: {kind}"
        found.append(Advice("own_head", labels, said))
    return found


def _parents(names: list[str], met: Meetings, where: str) -> list[Advice]:
    """Pairs in which a label hardly ever holds without a wider one."""
    sizes = np.diagonal(met.together)
    # Below FEWEST rows the division says nothing; the pairs are left out by `enough`.
    share = met.together / np.maximum(met.beside, 1)
    enough = (met.beside >= FEWEST) & (sizes[None, :] > 1.2 * sizes[:, None]) & (share >= IMPLIES)
    pairs = sorted(zip(*np.nonzero(enough), strict=True), key=lambda pair: -share[pair])[:MOST]
    found = []
    for child, parent in ((int(one), int(other)) for one, other in pairs):
        told = f"{names[parent]} holds in {share[child, parent]:.0%} of the rows with {names[child]}"
        found.append(Advice("parent", (names[child], names[parent]), f"{where}{told}: perhaps its parent"))
    return found
