"""Methods that a benchmark compares: each learns labels from training rows and predicts them for test rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from benchmarks.quality.independent_heads import FOLDS, train_heads
from tagging.learning.features import Encoded
from tagging.learning.heads import Hyperparameters, Prior
from tagging.learning.numeric import Annotations, Bools, Floats, split_evenly, tuned_thresholds


class Method(Protocol):
    """Learns and predicts labels."""

    def predict(self, annotations: Annotations, train: Bools, test: Bools) -> Bools:
        """Labels [test rows, labels] of the rows marked `test`, learned from the rows marked `train` alone."""


class Scorer(Protocol):
    """Learns and predicts logits, without thresholds."""

    def logits(self, annotations: Annotations, train: Bools, rows: Bools) -> Floats:
        """Logits [rows marked `rows`, labels], learned from the rows marked `train` alone."""


@dataclass(frozen=True)
class FeatureHeads:
    """Our heads on the encoder's features, with or without a prior from the labels' descriptions."""

    encoded: Encoded
    hyperparameters: Hyperparameters
    prior: Prior | None = None
    elsewhere: Callable[[str], int] | None = None
    """How many items of the background have an n-gram."""

    def predict(self, annotations: Annotations, train: Bools, test: Bools) -> Bools:
        """See `Method`; weights are rounded as in a heads file."""
        heads = train_heads(
            self.encoded.take(train),
            annotations.take(train),
            self.hyperparameters,
            prior=self.prior,
            elsewhere=self.elsewhere,
        )
        labels: Bools = heads.linear.logits(self.encoded.take(test).features(heads.lexicon)) >= heads.thresholds
        return labels


@dataclass(frozen=True)
class ThresholdedScorer:
    """A scorer with thresholds tuned on its own out-of-fold scores, by the same split and rule as ours."""

    scorer: Scorer

    def predict(self, annotations: Annotations, train: Bools, test: Bools) -> Bools:
        """See `Method`."""
        indices, train_annotations = np.flatnonzero(train), annotations.take(train)
        folds = split_evenly(train_annotations.positive, FOLDS, seed=0)
        out_of_fold = np.zeros(train_annotations.positive.shape)
        for fold in range(FOLDS):
            others, held_out = np.zeros_like(train), np.zeros_like(train)
            others[indices[folds != fold]] = held_out[indices[folds == fold]] = True
            if held_out.any() and others.any():
                out_of_fold[folds == fold] = self.scorer.logits(annotations, others, held_out)
        thresholds = tuned_thresholds(out_of_fold, train_annotations, Hyperparameters().threshold_prior)
        labels: Bools = self.scorer.logits(annotations, train, test) >= thresholds
        return labels
