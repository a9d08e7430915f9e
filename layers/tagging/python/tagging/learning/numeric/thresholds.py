"""Thresholds of the highest F1, from out-of-fold scores."""

from __future__ import annotations

import numpy as np

from tagging.learning.numeric.arrays import Annotations, Bools, Floats, Ints
from tagging.learning.numeric.logits import sigmoid

FEWEST_POSITIVES = 5
"""Positives below which a label has no threshold of its own."""
JITTER = 0.4
"""Assumed distance of new rows' logits from those at hand: the scale of a logistic distribution."""
STEP, FURTHEST = 0.05, 16.0
"""The grid of `smoothed_threshold`: the distance between two candidates, and the largest."""


def best_threshold(logits: Floats, positive: Bools) -> float:
    """The logit that maximises F1 of `logits >= threshold`; or the middle of two neighbours. Needs one positive."""
    order = np.argsort(-logits, kind="stable")
    ordered = logits[order]
    true_positives = np.cumsum(positive[order])
    f1 = 2 * true_positives / (np.arange(1, len(logits) + 1) + true_positives[-1])
    f1[:-1][ordered[:-1] == ordered[1:]] = -1  # no threshold separates equal scores
    last = int(np.argmax(f1))
    after = ordered[last + 1] if last + 1 < len(ordered) else ordered[last] - 1
    return float((ordered[last] + after) / 2)


def smoothed_threshold(logits: Floats, positive: Bools) -> float:
    """The threshold of the highest F1 to be expected if each logit had noise of the scale JITTER. Needs one positive.

    The threshold of the highest F1 on the rows at hand depends on single rows; this one does not.
    """
    candidates = np.arange(-FURTHEST, FURTHEST + STEP, STEP)
    indices = np.rint((np.clip(logits, -FURTHEST, FURTHEST) + FURTHEST) / STEP).astype(np.int64)
    rows = np.bincount(indices, minlength=len(candidates)).astype(np.float64)
    positives = np.bincount(indices[positive], minlength=len(candidates)).astype(np.float64)
    above = sigmoid((candidates[None, :] - candidates[:, None]) / JITTER)  # [thresholds, logits]
    f1 = 2 * (above @ positives) / (above @ rows + positives.sum())
    return float(candidates[int(np.argmax(f1))])


def tuned_thresholds(logits: Floats, annotations: Annotations, prior: float) -> Floats:
    """One threshold per label [labels], on the logit: each label's smoothed one, drawn towards that of all labels.

    A label's own threshold has the weight n / (n + prior) for n positives: the best one on a handful of rows is mostly
    chance; without shrinkage .09 micro-F1 was lost in a trial.
    """
    known_positive = annotations.positive & annotations.observed
    if not known_positive.any():
        return np.zeros(logits.shape[1])
    together = smoothed_threshold(logits[annotations.observed], known_positive[annotations.observed])
    thresholds = np.full(logits.shape[1], together)
    for label in range(logits.shape[1]):
        observed = annotations.observed[:, label]
        positives = int(known_positive[:, label].sum())
        if positives >= FEWEST_POSITIVES:
            own = smoothed_threshold(logits[observed, label], known_positive[observed, label])
            thresholds[label] = (positives * own + prior * together) / (positives + prior)
    return thresholds


def by_level(scores: Floats, positive: Bools) -> tuple[Floats, Ints, Ints, int]:
    """Different scores, falling; true positives and assigned items of a threshold at each; number of positives."""
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    return ordered[last], np.cumsum(positive[order])[last].astype(np.int64), last + 1, int(positive.sum())
