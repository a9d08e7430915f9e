"""How well scores are calibrated: Brier skill, calibration slope, expected calibration error.

`scores` and `positive` are [rows] of one label's known cells, or of all cells in one row; `weights` is [rows, draws].
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.evaluation.metrics import Weights, ratio, resampled_sums
from tagging.learning.numeric import Bools, Floats, Interval, Z, sigmoid

FROM_SCORE = 0.1
"""Lowest score that the calibration error covers: most lower ones are rightly near 0 and would hide it."""
BINS = 10
REPLAYS = 200
STEPS = 50
STEEPEST = 50.0
"""A slope beyond this means that scores separate positives from negatives perfectly: the slope is undefined."""


@dataclass(frozen=True)
class Slope:
    """Slope of a logistic regression of the answers on the scores' logits: 1 is calibrated, below 1 overconfident."""

    value: float
    interval: Interval


def brier_skill(scores: Floats, positive: Bools, weights: Weights) -> Floats:
    """1 - Brier score / Brier score of always predicting the share of positives [draws] (Murphy 1973)."""
    rows = weights.sum(axis=0, dtype=np.float64)
    error = resampled_sums((scores - positive) ** 2, weights)
    share = ratio(resampled_sums(positive, weights), rows)
    return 1 - ratio(error, rows * share * (1 - share))


def calibration_error(scores: Floats, positive: Bools, weights: Weights) -> Floats:
    """Mean gap between score and share of positives over ten bins of equal width from 0.1 to 1, by rows [draws].

    The ECE of Naeini et al. 2015, over rows that score at least FROM_SCORE; nan where there are none.
    """
    inside = scores >= FROM_SCORE
    scores, positive, weights = scores[inside], positive[inside], weights[inside]
    gaps = np.abs(resampled_sums(_in_bin(scores) * (scores - positive)[:, None], weights))
    return ratio(gaps.sum(axis=0), weights.sum(axis=0, dtype=np.float64))


def chance_errors(scores: Floats) -> Floats:
    """The `calibration_error` of perfectly calibrated scores, in replays with answers drawn from the scores [REPLAYS].

    Never 0, for a bin has few rows (Broecker and Smith 2007): an error in this range is no evidence of
    miscalibration. Empty where no score is at least FROM_SCORE; rows count as independent.
    """
    inside = scores[scores >= FROM_SCORE]
    if not len(inside):
        return np.zeros(0)
    positive = np.random.default_rng(0).random((REPLAYS, len(inside))) < inside
    errors: Floats = np.abs((positive - inside) @ _in_bin(inside).astype(np.float64)).sum(axis=1) / len(inside)
    return errors


def _in_bin(scores: Floats) -> Bools:
    """Whether each score is in each bin [rows, BINS]."""
    number = np.minimum(((scores - FROM_SCORE) / (1 - FROM_SCORE) * BINS).astype(int), BINS - 1)
    result: Bools = number[:, None] == np.arange(BINS)
    return result


def calibration_slope(scores: Floats, positive: Bools, group_of: NDArray[np.int64]) -> Slope | None:
    """The slope (Cox 1958) with an interval that groups widen (Liang and Zeger 1986); None where it is undefined.

    Scores have four decimals: 0 and 1 are moved inside by half a step.
    """
    if positive.all() or not positive.any():
        return None
    inner = np.clip(scores, 5e-5, 1 - 5e-5)
    features = np.stack([np.ones(len(inner)), np.log(inner / (1 - inner))], axis=1)
    if np.ptp(features[:, 1]) == 0:
        return None
    weights = np.array([0.0, 1.0])
    for _ in range(STEPS):
        fitted = sigmoid(features @ weights)
        bread = (features * (fitted * (1 - fitted))[:, None]).T @ features
        if np.linalg.cond(bread) > 1e12:
            return None
        step = np.linalg.solve(bread, features.T @ (positive - fitted))
        weights = weights + np.clip(step, -2, 2)
        if abs(weights[1]) > STEEPEST:
            return None
        if np.abs(step).max() < 1e-8:
            return _with_interval(features, positive - fitted, bread, group_of, float(weights[1]))
    return None


def _with_interval(
    features: Floats, residuals: Floats, bread: Floats, group_of: NDArray[np.int64], slope: float
) -> Slope:
    contributions = features * residuals[:, None]
    by_group = np.stack([np.bincount(group_of, contributions[:, column]) for column in range(2)], axis=1)
    inverse = np.linalg.inv(bread)
    half = Z * float(np.sqrt((inverse @ (by_group.T @ by_group) @ inverse)[1, 1]))
    return Slope(slope, Interval(slope - half, slope + half))
