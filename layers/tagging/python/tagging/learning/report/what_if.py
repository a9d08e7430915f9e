"""What other thresholds would do to one label, on the rows at hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tagging.learning.numeric import Bools, Floats

FLOOR = 0.9


@dataclass(frozen=True)
class Choice:
    """One threshold and what it gives; `per_hundred` is how many of 100 rows get the label."""

    told: str
    threshold: float
    precision: float | None
    recall: float
    f1: float
    per_hundred: float


def other_thresholds(scores: Floats, yes: Bools, now: float | None) -> tuple[Choice, ...]:
    """The threshold that serves, the one of the best F1, and those that reach 90 % precision or recall, where any does.

    `scores` and `yes` are [rows] of one label's known cells, with at least one yes.
    """
    candidates = np.linspace(0.01, 0.99, 99)
    given = scores[:, None] >= candidates
    hits, sizes = (given & yes[:, None]).sum(axis=0), given.sum(axis=0)
    precision, recall = hits / np.maximum(sizes, 1), hits / yes.sum()
    f1 = 2 * hits / (sizes + yes.sum())
    found = [] if now is None else [("now", now)]
    found.append(("best F1", float(candidates[np.argmax(f1)])))
    precise, complete = np.flatnonzero((precision >= FLOOR) & (hits > 0)), np.flatnonzero(recall >= FLOOR)
    if len(precise):
        found.append((f"precision {FLOOR:.0%}", float(candidates[precise[np.argmax(recall[precise])]])))
    if len(complete):
        found.append((f"recall {FLOOR:.0%}", float(candidates[complete[np.argmax(precision[complete])]])))
    return tuple(_choice(told, at, scores, yes) for told, at in found)


def _choice(told: str, threshold: float, scores: Floats, yes: Bools) -> Choice:
    given = scores >= threshold
    hits, size = int((given & yes).sum()), int(given.sum())
    return Choice(
        told=told,
        threshold=threshold,
        precision=hits / size if size else None,
        recall=hits / int(yes.sum()),
        f1=2 * hits / (size + int(yes.sum())),
        per_hundred=100 * size / len(scores),
    )
