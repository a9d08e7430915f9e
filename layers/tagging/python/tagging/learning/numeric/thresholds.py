"""Thresholds of the highest F1, from scores of rows that the heads did not see."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tagging.learning.numeric.arrays import Answers, Bools, Floats
from tagging.learning.numeric.logits import sigmoid

FEWEST_POSITIVES = 5
"""Known yes below which a label has no threshold of its own."""
JITTER = 0.4
"""How far logits of new rows are taken to lie from those at hand: the scale of a logistic distribution."""
STEP, FURTHEST = 0.05, 16.0
"""Thresholds that are tried by `steady_threshold`: so far apart, and to so far from 0."""


def best_threshold(logits: Floats, yes: NDArray[np.bool_]) -> float:
    """The logit that maximises F1 of `logits >= threshold`; between two neighbours, their middle. Needs one yes."""
    order = np.argsort(-logits, kind="stable")
    ordered = logits[order]
    hits = np.cumsum(yes[order])
    f1 = 2 * hits / (np.arange(1, len(logits) + 1) + hits[-1])
    f1[:-1][ordered[:-1] == ordered[1:]] = -1  # equal scores cannot be parted
    last = int(np.argmax(f1))
    after = ordered[last + 1] if last + 1 < len(ordered) else ordered[last] - 1
    return float((ordered[last] + after) / 2)


def steady_threshold(logits: Floats, yes: NDArray[np.bool_]) -> float:
    """The threshold of the highest F1 to be expected if each logit were drawn anew, within JITTER. Needs one yes.

    The highest F1 of the rows at hand sits between two of them by chance; this one does not follow single rows.
    """
    tried = np.arange(-FURTHEST, FURTHEST + STEP, STEP)
    places = np.rint((np.clip(logits, -FURTHEST, FURTHEST) + FURTHEST) / STEP).astype(np.int64)
    rows = np.bincount(places, minlength=len(tried)).astype(np.float64)
    held = np.bincount(places[yes], minlength=len(tried)).astype(np.float64)
    above = sigmoid((tried[None, :] - tried[:, None]) / JITTER)  # [thresholds, logits]
    f1 = 2 * (above @ held) / (above @ rows + held.sum())
    return float(tried[int(np.argmax(f1))])


def tuned_thresholds(logits: Floats, answers: Answers, prior: float) -> Floats:
    """One threshold per label [labels], on the logit: each label's steady one, drawn towards that of all of them.

    A label with n known yes has n / (n + prior) of a say in its own threshold: the best one on a handful of rows is
    mostly chance, and taking it as it is lost .09 micro-F1 in a trial.
    """
    held = answers.positive & answers.observed
    if not held.any():
        return np.zeros(logits.shape[1])
    together = steady_threshold(logits[answers.observed], held[answers.observed])
    thresholds = np.full(logits.shape[1], together)
    for label in range(logits.shape[1]):
        known = answers.observed[:, label]
        positives = int(held[:, label].sum())
        if positives >= FEWEST_POSITIVES:
            own = steady_threshold(logits[known, label], held[known, label])
            thresholds[label] = (positives * own + prior * together) / (positives + prior)
    return thresholds


def by_level(scores: Floats, yes: Bools) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64], int]:
    """Different scores, falling, and what a threshold at each gives: hits, items given; and how many hold in all."""
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    return ordered[last], np.cumsum(yes[order])[last].astype(np.int64), last + 1, int(yes.sum())
