"""Thresholds and calibration from scores of rows that the heads did not see."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from tagging.learning.rows import Answers

Floats = NDArray[np.float64]
FEWEST_POSITIVES = 5
"""Known yes below which a label has no threshold of its own."""


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


def tuned_thresholds(logits: Floats, answers: Answers, prior: float) -> Floats:
    """One threshold per label [labels], on the logit: each label's best, drawn towards the best for all of them.

    A label with n known yes has n / (n + prior) of a say in its own threshold: the best one on a handful of rows is
    mostly chance, and taking it as it is lost .09 micro-F1 in a trial.
    """
    held = answers.yes & answers.known
    if not held.any():
        return np.zeros(logits.shape[1])
    together = best_threshold(logits[answers.known], held[answers.known])
    thresholds = np.full(logits.shape[1], together)
    for label in range(logits.shape[1]):
        known = answers.known[:, label]
        positives = int(held[:, label].sum())
        if positives >= FEWEST_POSITIVES:
            own = best_threshold(logits[known, label], held[known, label])
            thresholds[label] = (positives * own + prior * together) / (positives + prior)
    return thresholds


@dataclass(frozen=True)
class Calibration:
    """A logit's map to the logit of a probability: slope * logit + intercept."""

    slope: float = 1.0
    intercept: float = 0.0

    def score(self, logit: Floats) -> Floats:
        """The probability, in [0, 1]."""
        result: Floats = 1 / (1 + np.exp(-np.clip(self.slope * logit + self.intercept, -60, 60)))
        return result


def pooled_calibration(logits: Floats, answers: Answers) -> Calibration:
    """One Platt map (Platt 1999) for all labels of a head; the identity where there is too little to learn it from.

    Its slope is positive, or the map is not used: it must not turn the order of scores around.
    """
    known = answers.known
    yes = answers.yes[known]
    if min(yes.sum(), (~yes).sum()) < FEWEST_POSITIVES:
        return Calibration()
    model = LogisticRegression(C=1e6).fit(logits[known].reshape(-1, 1), yes)
    slope, intercept = float(model.coef_[0, 0]), float(model.intercept_[0])
    return Calibration(round(slope, 6), round(intercept, 6)) if slope > 0 else Calibration()
