"""Advice on how to group labels into heads, from the rows: exclusive, independent, parents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.numeric import Annotations, Bools

Counts = NDArray[np.int64]
EXPECTED = 5.0
"""Expected joint rows by chance from which two labels that never hold together count as exclusive."""
COVERS = 0.9
"""Share of rows with one of some exclusive labels from which they should be a multiclass head."""
FEWEST = 20
"""Rows below which there is no advice, and positives below which a label has no parent."""
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
class JointCounts:
    """Counts of rows for each pair of labels [labels, labels]."""

    together: Counts
    """Rows with both labels; on the diagonal, with the label."""
    beside: Counts
    """Rows with the first label and an answer for the second."""
    known: Counts
    """Rows with annotations for both."""

    def expected(self) -> NDArray[np.float64]:
        """Expected rows with both labels by chance, over the rows with annotations for both."""
        result: NDArray[np.float64] = self.beside * self.beside.T / np.maximum(self.known, 1)
        return result


def joint_counts(annotations: Annotations) -> JointCounts:
    """Joint counts of the labels in these rows."""
    known = annotations.observed.astype(np.float32)
    yes = (annotations.positive & annotations.observed).astype(np.float32)
    together, beside, both = (np.rint(part).astype(np.int64) for part in (yes.T @ yes, yes.T @ known, known.T @ known))
    return JointCounts(together, beside, both)


def advise(labels: Sequence[str], annotations: Annotations, head: str = "") -> tuple[Advice, ...]:
    """Advice for labels that are, or could be, one head: its kind, sets that exclude each other, parents."""
    used = np.flatnonzero((annotations.positive & annotations.observed).any(axis=0))
    names = [labels[int(column)] for column in used]
    rows = Annotations(annotations.positive[:, used] & annotations.observed[:, used], annotations.observed[:, used])
    # A label without an answer may hold as well: only rows with all annotations show that none does.
    full = rows.positive[rows.observed.all(axis=1)]
    if len(rows.positive) < FEWEST or not names:
        return ()
    where = f"head {head}: " if head else ""
    several, many = int((rows.positive.sum(axis=1) > 1).sum()), len(rows.positive)
    if len(names) == 1:
        return (Advice("binary", tuple(names), f"{where}one label: a binary head"),)
    if several:
        message = f"{where}{several} of {many} rows ({several / many:.0%}) hold two labels or more: a multilabel head"
        counts = joint_counts(rows)
        exclusive = _own_heads(names, full, counts.together, where) if len(full) >= FEWEST else []
        return (Advice("multilabel", tuple(names), message), *exclusive, *_parents(names, counts, where))
    if len(full) < FEWEST:
        return ()
    none = float((full.sum(axis=1) == 0).mean())
    rest = f"; {none:.0%} of them hold none, which a threshold says" if none else ""
    message = f"{where}never two labels at once in {len(full)} rows: a multiclass head{rest}"
    return (Advice("multiclass", tuple(names), message),)


def _own_heads(names: list[str], yes: Bools, together: Counts, where: str) -> list[Advice]:
    """Sets of labels that exclude each other, the largest first; each label in one set at most."""
    sizes = np.diagonal(together)
    apart = (together == 0) & (np.outer(sizes, sizes) / len(yes) >= EXPECTED)
    left = set(range(len(names)))
    advice: list[Advice] = []
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
        message = f"{where}{', '.join(labels)} exclude each other, and one holds in {covered:.0%} of the rows: {kind}"
        advice.append(Advice("own_head", labels, message))
    return advice


def _parents(names: list[str], counts: JointCounts, where: str) -> list[Advice]:
    """Pairs in which a label hardly ever holds without a more frequent one."""
    sizes = np.diagonal(counts.together)
    # Pairs below FEWEST rows are excluded by `enough`.
    share = counts.together / np.maximum(counts.beside, 1)
    enough = (counts.beside >= FEWEST) & (sizes[None, :] > 1.2 * sizes[:, None]) & (share >= IMPLIES)
    pairs = sorted(zip(*np.nonzero(enough), strict=True), key=lambda pair: -share[pair])[:MOST]
    advice = []
    for child, parent in ((int(one), int(other)) for one, other in pairs):
        reason = f"{names[parent]} holds in {share[child, parent]:.0%} of the rows with {names[child]}"
        advice.append(Advice("parent", (names[child], names[parent]), f"{where}{reason}: perhaps its parent"))
    return advice
