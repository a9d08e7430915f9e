"""Metrics of scores and predicted labels, for a data set or for many resamples of it at once.

Arrays are [rows, labels]; `weights` is [rows, draws]: how often each row was drawn in each resample (ones for the data
set itself). Results are [labels, draws] or [draws]; undefined values are nan.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tagging.learning.numeric import Bools, Floats

Weights = NDArray[np.float32]


def ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Element by element; nan where the denominator is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Floats = np.where(denominator > 0, np.asarray(numerator, dtype=np.float64) / denominator, np.nan)
    return result


def resampled_sums(values: NDArray[np.generic], weights: Weights) -> Floats:
    """Sums of `values` [rows] or [rows, labels] over the drawn rows: [draws] or [labels, draws]."""
    return np.asarray(values.T.astype(np.float32) @ weights, dtype=np.float64)


def f1(true_positives: Floats, predicted: Floats, positive: Floats) -> Floats:
    """2 TP / (predicted + positive), the harmonic mean of precision and recall (van Rijsbergen 1979).

    nan without positives: an F1 of 0 would count a label against the tagger that is not in the data.
    """
    return np.where(positive > 0, ratio(2 * true_positives, predicted + positive), np.nan)


def sample_f1(predicted: Bools, positive: Bools) -> Floats:
    """F1 of each row's label set [rows]; 1 where no label holds and none is predicted (Tsoumakas et al. 2010)."""
    sizes = predicted.sum(axis=1) + positive.sum(axis=1)
    scores: Floats = np.where(sizes == 0, 1.0, 2 * (predicted & positive).sum(axis=1) / np.maximum(sizes, 1))
    return scores


def ranking_precision(scores: Floats, positive: Bools) -> Floats:
    """Label-ranking average precision of each row [rows] (Schapire and Singer 2000); 1 where no label, or
    every label, holds.
    """
    total = np.zeros(len(scores))
    for label in range(scores.shape[1]):
        above = scores >= scores[:, [label]]
        total += positive[:, label] * (above & positive).sum(axis=1) / above.sum(axis=1)
    sizes = positive.sum(axis=1)
    trivial = (sizes == 0) | (sizes == scores.shape[1])
    result: Floats = np.where(trivial, 1.0, total / np.maximum(sizes, 1))
    return result


def average_precision(scores: Floats, positive: Bools, weights: Weights) -> Floats:
    """One label's average precision [draws]: sum of precision x step of recall over the thresholds.

    Rows of equal score are one step, as in scikit-learn's average_precision_score. `scores` and `positive` are [rows].
    """
    order = np.argsort(-scores, kind="stable")
    if not positive.any():
        return np.full(weights.shape[1], np.nan)
    ordered = scores[order]
    ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    last = int(np.flatnonzero(positive[order]).max())
    ends = ends[: np.searchsorted(ends, last) + 1]  # below the last positive nothing is added
    order = order[: ends[-1] + 1]
    counted = np.cumsum(weights[order], axis=0, dtype=np.float32)[ends]
    true_positives = np.cumsum(weights[order] * positive[order, None], axis=0, dtype=np.float32)[ends]
    steps = np.diff(true_positives, axis=0, prepend=np.float32(0))
    precision = np.divide(true_positives, counted, out=np.zeros_like(true_positives), where=counted > 0)
    return ratio((precision * steps).sum(axis=0, dtype=np.float64), true_positives[-1].astype(np.float64))
