"""Other thresholds for a label, and their effect on the rows at hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tagging.learning.numeric import Bools, Floats

FLOOR = 0.9


@dataclass(frozen=True)
class Choice:
    """One threshold and its metrics; `per_hundred` is how many of 100 rows get the label."""

    name: str
    threshold: float
    precision: float | None
    recall: float
    f1: float
    per_hundred: float


def threshold_choices(scores: Floats, positive: Bools, current: float | None) -> tuple[Choice, ...]:
    """The current threshold, that of the best F1, and those that reach 90 % precision or recall where one does.

    `scores` and `positive` are [rows] of one label's known cells, with at least one positive.
    """
    candidates = np.linspace(0.01, 0.99, 99)
    assigned = scores[:, None] >= candidates
    true_positives, sizes = (assigned & positive[:, None]).sum(axis=0), assigned.sum(axis=0)
    precision, recall = true_positives / np.maximum(sizes, 1), true_positives / positive.sum()
    f1 = 2 * true_positives / (sizes + positive.sum())
    thresholds = {} if current is None else {"now": current}
    thresholds["best F1"] = float(candidates[np.argmax(f1)])
    precise = np.flatnonzero((precision >= FLOOR) & (true_positives > 0))
    complete = np.flatnonzero(recall >= FLOOR)
    if len(precise):
        thresholds[f"precision {FLOOR:.0%}"] = float(candidates[precise[np.argmax(recall[precise])]])
    if len(complete):
        thresholds[f"recall {FLOOR:.0%}"] = float(candidates[complete[np.argmax(precision[complete])]])
    return tuple(_choice(name, threshold, scores, positive) for name, threshold in thresholds.items())


def _choice(name: str, threshold: float, scores: Floats, positive: Bools) -> Choice:
    assigned = scores >= threshold
    true_positives, size = int((assigned & positive).sum()), int(assigned.sum())
    return Choice(
        name=name,
        threshold=threshold,
        precision=true_positives / size if size else None,
        recall=true_positives / int(positive.sum()),
        f1=2 * true_positives / (size + int(positive.sum())),
        per_hundred=100 * size / len(scores),
    )
