"""How far scores can be read as probabilities: Brier skill, calibration slope, expected calibration error.

`scores` and `yes` are [rows] of one label's known cells, or of all cells in one row; `weights` is [rows, draws].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.evaluation.metrics import Weights, drawn, ratio
from tagging.learning.numeric import Bools, Floats, Interval, Z, sigmoid

FROM_SCORE = 0.1
"""Expected calibration error looks at scores from here on: most others are rightly near 0 and would hide it."""
BINS = 10
REPLAYS = 200
STEPS = 50
STEEPEST = 50.0
"""A slope beyond this means that the scores part yes from no without fail: there is no slope to tell."""


@dataclass(frozen=True)
class Slope:
    """Slope of a logistic regression of the answers on the scores' logits: 1 is calibrated, below 1 is too sure."""

    value: float
    interval: Interval


def brier_skill(scores: Floats, yes: Bools, weights: Weights) -> Floats:
    """1 - Brier score / Brier score of always saying the share of yes [draws] (Murphy 1973); above 0 is better."""
    rows = weights.sum(axis=0, dtype=np.float64)
    error = drawn((scores - yes) ** 2, weights)
    share = ratio(drawn(yes, weights), rows)
    return 1 - ratio(error, rows * share * (1 - share))


def calibration_error(scores: Floats, yes: Bools, weights: Weights) -> Floats:
    """Mean gap between score and share of yes over ten bins of equal width from 0.1 to 1, by rows [draws].

    The ECE of Naeini et al. 2015, over rows that score at least FROM_SCORE; nan where there are none.
    """
    inside = scores >= FROM_SCORE
    scores, yes, weights = scores[inside], yes[inside], weights[inside]
    gaps = np.abs(drawn(_in_bin(scores) * (scores - yes)[:, None], weights))
    return ratio(gaps.sum(axis=0), weights.sum(axis=0, dtype=np.float64))


def chance_errors(scores: Floats) -> Floats:
    """What `calibration_error` would be if each score were exactly right, with answers drawn anew [REPLAYS].

    Never 0: the rows of a bin are too few to be spread evenly (Broecker and Smith 2007). An error within these is no
    sign that scores are wrong. Empty where no score is at least FROM_SCORE; rows count as independent.
    """
    inside = scores[scores >= FROM_SCORE]
    if not len(inside):
        return np.zeros(0)
    answered = np.random.default_rng(0).random((REPLAYS, len(inside))) < inside
    errors: Floats = np.abs((answered - inside) @ _in_bin(inside).astype(np.float64)).sum(axis=1) / len(inside)
    return errors


def _in_bin(scores: Floats) -> Bools:
    """Which of the bins each score is in [rows, BINS]."""
    number = np.minimum(((scores - FROM_SCORE) / (1 - FROM_SCORE) * BINS).astype(int), BINS - 1)
    result: Bools = number[:, None] == np.arange(BINS)
    return result


def calibration_slope(scores: Floats, yes: Bools, group_of: NDArray[np.int64]) -> Slope | None:
    """The slope (Cox 1958) with an interval that groups make wider (Liang and Zeger 1986); None where there is none.

    Scores have four decimals: one of 0 or 1 counts as half a step inside.
    """
    if yes.all() or not yes.any():
        return None
    inner = np.clip(scores, 5e-5, 1 - 5e-5)
    features = np.stack([np.ones(len(inner)), np.log(inner / (1 - inner))], axis=1)
    if np.ptp(features[:, 1]) == 0:
        return None
    found = np.array([0.0, 1.0])
    for _ in range(STEPS):
        fitted = sigmoid(features @ found)
        bread = (features * (fitted * (1 - fitted))[:, None]).T @ features
        if np.linalg.cond(bread) > 1e12:
            return None
        step = np.linalg.solve(bread, features.T @ (yes - fitted))
        found = found + np.clip(step, -2, 2)
        if abs(found[1]) > STEEPEST:
            return None
        if np.abs(step).max() < 1e-8:
            return _with_interval(features, yes - fitted, bread, group_of, float(found[1]))
    return None


def _with_interval(
    features: Floats, residuals: Floats, bread: Floats, group_of: NDArray[np.int64], slope: float
) -> Slope:
    pulls = features * residuals[:, None]
    by_group = np.stack([np.bincount(group_of, pulls[:, column]) for column in range(2)], axis=1)
    inverse = np.linalg.inv(bread)
    half = Z * float(np.sqrt((inverse @ (by_group.T @ by_group) @ inverse)[1, 1]))
    return Slope(slope, Interval(slope - half, slope + half))
