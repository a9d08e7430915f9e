"""Multilabel heads as they are learned: labels are independent."""

from __future__ import annotations

import numpy as np

from tagging.learning.heads.head_kind import TrainingHeadKind
from tagging.learning.heads.logistic import Hyperparameters, Linear, Rotated, fit
from tagging.learning.numeric import (
    Annotations,
    Bools,
    Floats,
    ScoreMap,
    WideRows,
    independent_maps,
    logit,
    sigmoid,
    smoothed_threshold,
)


class Independent:
    """Labels that are learned and decided one by one."""

    fitted_together = True
    learns_none = False
    has_confusion = False

    def fit(
        self,
        features: Rotated | WideRows,
        annotations: Annotations,
        hyperparameters: Hyperparameters,
        prior: Linear | None,
    ) -> Linear:
        """One logistic regression per label."""
        return fit(features, annotations, hyperparameters, prior)

    def score_maps(self, logits: Floats, annotations: Annotations, repeats: float) -> list[ScoreMap]:
        """A separate map for each label with enough examples."""
        return independent_maps(logits, annotations, repeats)

    def assignable(self, scores: Floats) -> Floats:
        """All scores: a threshold can assign any label."""
        return scores

    def best_threshold(self, scores: Floats, positive: Bools) -> float:
        """The threshold of the highest F1 to be expected, determined on the scores' logits."""
        return float(sigmoid(np.asarray(smoothed_threshold(logit(scores), positive))))

    def assigned(self, scores: Floats, thresholds: Floats) -> Bools:
        """Each label by its own threshold."""
        result: Bools = scores >= thresholds
        return result

    def unanswered(self, assigned: Bools) -> Bools:
        """No rows: an empty set of labels is an answer too."""
        return np.zeros(len(assigned), dtype=bool)

    def of_composed(self, annotations: Annotations, *, ranked: bool) -> Annotations:  # noqa: ARG002 - only exclusive heads are ranked
        """The union of the rows' labels."""
        return annotations


KIND: TrainingHeadKind = Independent()
