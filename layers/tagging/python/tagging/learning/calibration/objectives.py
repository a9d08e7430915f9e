"""The threshold for a label's objective, on out-of-fold scores, and whether it surely meets the objective."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import beta

from tagging.learning.numeric import Bools, Floats, Ints, by_level
from tagging.taxonomy import Cost

ERROR = 0.05
"""How often a floor may count as met although it is not: one-sided."""
NEARLY_ALL = 0.9
"""Share of items from which a threshold is refused: it would tell nothing."""
MAJORITY = 0.5
"""Share of items from which a label may be assigned to all of them."""


@dataclass(frozen=True)
class Threshold:
    """A threshold on the score; `meets_objective` where the objective's floor is met with enough certainty."""

    threshold: float
    meets_objective: bool = True


def lower_bound(successes: Ints, totals: Ints) -> Floats:
    """The one-sided 95 % lower bound of a share (Clopper and Pearson 1934); 0 without a success."""
    bound: Floats = beta.ppf(ERROR, np.maximum(successes, 1), totals - successes + 1)
    return np.where(successes > 0, bound, 0.0)


def independent_rows(counts: Ints, repeats: float) -> Ints:
    """The number of independent rows that so many items rest on, with `repeats` items a row."""
    rows: Ints = np.rint(counts / repeats).astype(np.int64)
    return rows


def precision_threshold(scores: Floats, positive: Bools, floor: float, repeats: float = 1.0) -> Threshold:
    """The lowest threshold whose precision is surely at least `floor`; `repeats`: items per independent row.

    Where there is none, the objective is not met, and the threshold comes nearest to it on the items at hand: the
    lowest whose precision there is at least `floor`, else that of the highest precision.
    """
    levels, true_positives, assigned, _ = by_level(scores, positive)
    bound = lower_bound(*(np.maximum(independent_rows(part, repeats), 0) for part in (true_positives, assigned)))
    sure = np.flatnonzero(bound >= floor)
    if len(sure):
        return Threshold(float(levels[sure[-1]]))
    precision = true_positives / assigned
    reached = np.flatnonzero(precision >= floor)
    return Threshold(float(levels[reached[-1] if len(reached) else precision.argmax()]), meets_objective=False)


def recall_threshold(scores: Floats, positive: Bools, floor: float, repeats: float = 1.0) -> Threshold:
    """The highest threshold whose recall is surely at least `floor`; where there is none, the highest whose recall on
    the items at hand is, and the objective is not met. `repeats`: items per independent row."""
    levels, true_positives, _, positives = by_level(scores, positive)
    rows = independent_rows(true_positives, repeats)
    sure = np.flatnonzero(lower_bound(rows, independent_rows(np.full_like(rows, positives), repeats)) >= floor)
    if len(sure):
        return Threshold(float(levels[sure[0]]))
    return Threshold(float(levels[np.flatnonzero(true_positives / positives >= floor)[0]]), meets_objective=False)


def of_nearly_all(scores: Floats, positive: Bools, threshold: float) -> bool:
    """Whether a threshold assigns a label to nearly all items although most of them do not hold it."""
    return bool((scores >= threshold).mean() >= NEARLY_ALL and positive.mean() < MAJORITY)


def cost_threshold(scores: Floats, positive: Bools, cost: Cost) -> float:
    """The threshold with the least cost of false positives and false negatives; between two scores, their middle."""
    levels, true_positives, assigned, positives = by_level(scores, positive)
    by_threshold = cost.fp * (assigned - true_positives) + cost.fn * (positives - true_positives)
    index = int(np.concatenate([[cost.fn * positives], by_threshold]).argmin())
    above = float(levels[index - 1]) if index else 1.0
    below = float(levels[index]) if index < len(levels) else 0.0
    return (above + below) / 2


def above_chance(scores: Floats, positive: Bools, threshold: float, repeats: float = 1.0) -> Threshold:
    """The threshold for the highest F1, unless items above it do not surely hold the label more often than all items.

    Assigning a rare label to every item can have the highest F1 that its scores allow. The objective is then not met,
    and the label is assigned to no more items than hold it. `repeats`: items per independent row.
    """
    assigned = scores >= threshold
    counts = np.array([[(positive & assigned).sum(), assigned.sum()]])
    true_positives, total = independent_rows(counts, repeats).T
    share = positive.mean()
    if share >= MAJORITY or lower_bound(true_positives, np.maximum(total, 1))[0] > share:
        return Threshold(threshold)
    levels, _, assigned_at, positives = by_level(scores, positive)
    few = np.flatnonzero(assigned_at <= positives)
    rarest = float(levels[few[-1]]) if len(few) else (1 + float(levels[0])) / 2
    return Threshold(max(threshold, rarest), meets_objective=False)


def bayes_threshold(cost: Cost) -> float:
    """The calibrated score at which both errors are expected to cost the same (Elkan 2001)."""
    return cost.fp / (cost.fp + cost.fn)
