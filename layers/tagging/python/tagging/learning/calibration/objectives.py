"""The threshold that a label's goal asks for, on scores of items that heads did not see, and whether it is proven."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from tagging.learning.numeric import Bools, Floats, by_level
from tagging.taxonomy import Cost

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
    levels, hits, given, _ = by_level(scores, yes)
    sure = np.flatnonzero(surely_at_least(hits, given) >= floor)
    if len(sure):
        return Threshold(float(levels[sure[-1]]))
    precision = hits / given
    reached = np.flatnonzero(precision >= floor)
    return Threshold(float(levels[reached[-1] if len(reached) else precision.argmax()]), proven=False)


def complete(scores: Floats, yes: Bools, floor: float) -> Threshold:
    """The highest threshold whose recall is surely at least `floor`; where none is, the highest that reaches it by
    the items at hand, unproven."""
    levels, hits, _, held = by_level(scores, yes)
    sure = np.flatnonzero(surely_at_least(hits, np.full_like(hits, held)) >= floor)
    if len(sure):
        return Threshold(float(levels[sure[0]]))
    return Threshold(float(levels[np.flatnonzero(hits / held >= floor)[0]]), proven=False)


def cheapest(scores: Floats, yes: Bools, cost: Cost) -> float:
    """The threshold of the least cost of wrong yes and wrong no; between two neighbouring scores, their middle."""
    levels, hits, given, held = by_level(scores, yes)
    costs = np.concatenate([[cost.fn * held], cost.fp * (given - hits) + cost.fn * (held - hits)])
    place = int(costs.argmin())
    above = float(levels[place - 1]) if place else 1.0
    below = float(levels[place]) if place < len(levels) else 0.0
    return (above + below) / 2


def bayes(cost: Cost) -> float:
    """Where a calibrated score makes yes and no equally dear (Elkan 2001)."""
    return cost.fp / (cost.fp + cost.fn)
