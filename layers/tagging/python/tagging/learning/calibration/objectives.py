"""The threshold that a label's goal asks for, on scores of items that heads did not see, and whether it is proven."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from tagging.learning.numeric import Bools, Floats, steady_threshold
from tagging.taxonomy import Cost

INSIDE = 5e-5
"""Scores have four decimals: one of 0 or 1 counts as half a step inside."""
ERROR = 0.05
"""How often a floor may be called reached that is not: one-sided."""


@dataclass(frozen=True)
class Threshold:
    """A threshold on the score; `proven` where the goal's floor is reached for sure enough."""

    threshold: float
    proven: bool = True


def surely_at_least(hits: NDArray[np.int64], of: NDArray[np.int64]) -> Floats:
    """The one-sided 95 % lower bound of a share (Clopper and Pearson 1934); 0 without a hit."""
    bound: Floats = beta.ppf(ERROR, np.maximum(hits, 1), of - hits + 1)
    return np.where(hits > 0, bound, 0.0)


def precise(scores: Floats, yes: Bools, floor: float) -> Threshold:
    """The lowest threshold whose precision is surely at least `floor`.

    Where none is, the one that comes nearest to it by the items at hand, unproven: of those that reach it the lowest,
    else that of the highest precision.
    """
    levels, hits, given, _ = _by_level(scores, yes)
    sure = np.flatnonzero(surely_at_least(hits, given) >= floor)
    if len(sure):
        return Threshold(float(levels[sure[-1]]))
    precision = hits / given
    reached = np.flatnonzero(precision >= floor)
    return Threshold(float(levels[reached[-1] if len(reached) else precision.argmax()]), proven=False)


def complete(scores: Floats, yes: Bools, floor: float) -> Threshold:
    """The highest threshold whose recall is surely at least `floor`; where none is, the highest that reaches it by
    the items at hand, unproven."""
    levels, hits, _, held = _by_level(scores, yes)
    sure = np.flatnonzero(surely_at_least(hits, np.full_like(hits, held)) >= floor)
    if len(sure):
        return Threshold(float(levels[sure[0]]))
    return Threshold(float(levels[np.flatnonzero(hits / held >= floor)[0]]), proven=False)


def cheapest(scores: Floats, yes: Bools, cost: Cost) -> float:
    """The threshold of the least cost of wrong yes and wrong no; between two neighbouring scores, their middle."""
    levels, hits, given, held = _by_level(scores, yes)
    costs = np.concatenate([[cost.fn * held], cost.fp * (given - hits) + cost.fn * (held - hits)])
    place = int(costs.argmin())
    above = float(levels[place - 1]) if place else 1.0
    below = float(levels[place]) if place < len(levels) else 0.0
    return (above + below) / 2


def fairest(scores: Floats, yes: Bools) -> float:
    """The threshold of the highest F1 to be expected, found on the scores' logits."""
    inner = np.clip(scores, INSIDE, 1 - INSIDE)
    return float(1 / (1 + np.exp(-steady_threshold(np.log(inner / (1 - inner)), yes))))


def half_the_best(scores: Floats, yes: Bools) -> float:
    """For a label that is given only where it is the highest of its head, `scores` being 0 elsewhere: half of the best
    F1, where the threshold of calibrated scores lies (Lipton, Elkan and Naryanaswamy 2014).

    Below the lowest score that is ever the highest, all thresholds are the same to the rows at hand; they are not to an
    item that is like none of them.
    """
    _, hits, given, held = _by_level(scores, yes)
    return float((hits / (given + held)).max())


def bayes(cost: Cost) -> float:
    """Where a calibrated score makes yes and no equally dear (Elkan 2001)."""
    return cost.fp / (cost.fp + cost.fn)


def _by_level(scores: Floats, yes: Bools) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64], int]:
    """Different scores, falling, and what a threshold at each gives: hits, items given; and how many hold in all."""
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    return ordered[last], np.cumsum(yes[order])[last].astype(np.int64), last + 1, int(yes.sum())
