"""F1 of predicted labels, over the cells whose answer is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tagging.learning.numeric import Annotations, Bools


@dataclass(frozen=True)
class F1Scores:
    """F1 over all known cells, and its mean over the labels that at least one row has."""

    micro_f1: float
    macro_f1: float
    macro_f1_all: float = 0.0
    """The mean over all labels; a label that no row has counts 0, predicted or not."""


def f1_scores(predicted: Bools, annotations: Annotations) -> F1Scores:
    """Compare predicted labels [rows, labels] with the annotations: F1 = 2 true positives / (predicted + positive)."""
    positive, predicted = annotations.positive & annotations.observed, predicted & annotations.observed
    true_positives = (positive & predicted).sum(axis=0)
    sizes = positive.sum(axis=0) + predicted.sum(axis=0)
    occurs: Bools = np.any(positive, axis=0)
    f1 = 2 * true_positives[occurs] / sizes[occurs]
    return F1Scores(
        micro_f1=float(2 * true_positives.sum() / max(sizes.sum(), 1)),
        macro_f1=float(f1.mean()) if occurs.any() else 0.0,
        macro_f1_all=float(f1.sum() / max(len(occurs), 1)),
    )
