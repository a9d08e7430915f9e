"""What the rows say of how labels should be grouped into heads: exclusive, independent, one implying another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.rows import Answers

Bools = NDArray[np.bool_]
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


def meetings(answers: Answers) -> Counts:
    """How often two labels hold together [labels, labels]; on the diagonal, how often each holds."""
    yes = (answers.yes & answers.known).astype(np.float32)
    counts: Counts = np.rint(yes.T @ yes).astype(np.int64)
    return counts


def advise(labels: Sequence[str], answers: Answers, head: str = "") -> tuple[Advice, ...]:
    """Advice for labels that are, or could be, one head: its kind, sets that exclude each other, parents."""
    used = np.flatnonzero((answers.yes & answers.known).any(axis=0))
    full = answers.known.all(axis=1)
    names = [labels[column] for column in used]
    yes = answers.yes[full][:, used]
    if len(yes) < FEWEST or not names:
        return ()
    where = f"head {head}: " if head else ""
    if len(names) == 1:
        return (Advice("binary", tuple(names), f"{where}one label: a binary head"),)
    together = meetings(Answers(yes, np.ones_like(yes)))
    several = int((yes.sum(axis=1) > 1).sum())
    if not several:
        none = float((yes.sum(axis=1) == 0).mean())
        rest = f"; {none:.0%} of them hold none, which a threshold says" if none else ""
        said = f"{where}never two labels at once in {len(yes)} rows: a multiclass head{rest}"
        return (Advice("multiclass", tuple(names), said),)
    said = f"{where}{several} of {len(yes)} rows ({several / len(yes):.0%}) hold two labels or more: a multilabel head"
    found = [Advice("multilabel", tuple(names), said)]
    found += _own_heads(names, yes, together, where)
    found += _parents(names, together, where)
    return tuple(found)


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


def _parents(names: list[str], together: Counts, where: str) -> list[Advice]:
    """Pairs in which a label hardly ever holds without a wider one."""
    sizes = np.diagonal(together)
    found = []
    for child in range(len(names)):
        for parent in range(len(names)):
            if child == parent or sizes[child] < FEWEST or sizes[parent] <= 1.2 * sizes[child]:
                continue
            share = together[child, parent] / sizes[child]
            if share >= IMPLIES:
                said = (
                    f"{where}{names[parent]} holds in {share:.0%} of the rows with {names[child]}: perhaps its parent"
                )
                found.append((share, Advice("parent", (names[child], names[parent]), said)))
    return [advice for _, advice in sorted(found, key=lambda one: -one[0])[:MOST]]
