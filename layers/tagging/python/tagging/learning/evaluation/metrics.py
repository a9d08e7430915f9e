"""What is computed from scores, given labels and answers, for a data set or for many resamples of it at once.

Arrays are [rows, labels]; `weights` is [rows, draws]: how often each row was drawn in each resample (ones for the data
set itself). Results are [labels, draws] or [draws]; where nothing can be said they are nan.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tagging.learning.numeric import Bools, Floats

Weights = NDArray[np.float32]


def ratio(over: Floats, under: Floats) -> Floats:
    """Element by element; nan where there is nothing to divide by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Floats = np.where(under > 0, np.asarray(over, dtype=np.float64) / under, np.nan)
    return result


def drawn(values: NDArray[np.generic], weights: Weights) -> Floats:
    """Sums of `values` [rows] or [rows, labels] over the drawn rows: [draws] or [labels, draws]."""
    return np.asarray(values.T.astype(np.float32) @ weights, dtype=np.float64)


def f1(hits: Floats, given: Floats, holding: Floats) -> Floats:
    """2 hits / (given + holding), the harmonic mean of precision and recall (van Rijsbergen 1979).

    nan where no label holds: an F1 of 0 would blame the tagger for a label that is not in the data.
    """
    return np.where(holding > 0, ratio(2 * hits, given + holding), np.nan)


def sample_f1(given: Bools, yes: Bools) -> Floats:
    """F1 of each row's label set [rows]; 1 where nothing holds and nothing is given (Tsoumakas et al. 2010)."""
    sizes = given.sum(axis=1) + yes.sum(axis=1)
    scores: Floats = np.where(sizes == 0, 1.0, 2 * (given & yes).sum(axis=1) / np.maximum(sizes, 1))
    return scores


def ranking_precision(scores: Floats, yes: Bools) -> Floats:
    """Label-ranking average precision of each row [rows] (Schapire and Singer 2000); 1 where nothing, or all, holds."""
    total = np.zeros(len(scores))
    for label in range(scores.shape[1]):
        above = scores >= scores[:, [label]]
        total += yes[:, label] * (above & yes).sum(axis=1) / above.sum(axis=1)
    sizes = yes.sum(axis=1)
    trivial = (sizes == 0) | (sizes == scores.shape[1])
    result: Floats = np.where(trivial, 1.0, total / np.maximum(sizes, 1))
    return result


def average_precision(scores: Floats, yes: Bools, weights: Weights) -> Floats:
    """Area under one label's precision-recall steps [draws]: sum of precision x step of recall over the thresholds.

    Rows of equal score are one step, as in scikit-learn's average_precision_score. `scores` and `yes` are [rows].
    """
    order = np.argsort(-scores, kind="stable")
    if not yes.any():
        return np.full(weights.shape[1], np.nan)
    ordered = scores[order]
    ends = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    last = int(np.flatnonzero(yes[order]).max())
    ends = ends[: np.searchsorted(ends, last) + 1]  # below the last yes nothing is added
    order = order[: ends[-1] + 1]
    counted = np.cumsum(weights[order], axis=0, dtype=np.float32)[ends]
    hits = np.cumsum(weights[order] * yes[order, None], axis=0, dtype=np.float32)[ends]
    steps = np.diff(hits, axis=0, prepend=np.float32(0))
    precision = np.divide(hits, counted, out=np.zeros_like(hits), where=counted > 0)
    return ratio((precision * steps).sum(axis=0, dtype=np.float64), hits[-1].astype(np.float64))
