"""Trains one head of independent labels on encoded texts, with out-of-fold scores and thresholds, for benchmarks.

Bundles are trained by `tagging.learning.training`, which also handles items of many sentences and other head kinds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tagging.learning.features import Encoded, choose_lexicon
from tagging.learning.heads import Directions, Hyperparameters, Linear, Prior, Rotated, fit, learnable
from tagging.learning.numeric import Annotations, Floats, WideRows, split_evenly, tuned_thresholds
from tagging.model import Lexicon

FOLDS = 5


@dataclass(frozen=True)
class TrainedHeads:
    """One trained head: its columns are labels, its thresholds apply to uncalibrated logits."""

    lexicon: Lexicon
    linear: Linear
    thresholds: Floats
    out_of_fold: Floats
    """Logits [rows, labels] of every row by heads that were trained without it."""


def train_heads(
    encoded: Encoded,
    annotations: Annotations,
    hyperparameters: Hyperparameters,
    seed: int = 0,
    prior: Prior | None = None,
    elsewhere: Callable[[str], int] | None = None,
) -> TrainedHeads:
    """Fit independent labels on these rows and tune thresholds on out-of-fold scores; deterministic for a seed.

    With a prior, the labels' names and descriptions contribute too. `elsewhere`: see `choose_lexicon`.
    """
    lexicon = choose_lexicon(
        encoded.pieces, hyperparameters.lexical_weight, prior.pieces if prior else (), elsewhere=elsewhere
    )
    directions = prior.directions(lexicon) if prior else None
    rows = learnable(encoded.features(lexicon))
    logits = out_of_fold(rows, annotations, hyperparameters, seed, directions)
    return TrainedHeads(
        lexicon=lexicon,
        linear=_fit(rows, annotations, hyperparameters, directions).as_stored(),
        thresholds=tuned_thresholds(logits, annotations, hyperparameters.threshold_prior),
        out_of_fold=logits,
    )


def out_of_fold(
    rows: Rotated | WideRows,
    annotations: Annotations,
    hyperparameters: Hyperparameters,
    seed: int,
    directions: Directions | None = None,
) -> Floats:
    """Logits of every row by heads fitted on the other folds of the rows.

    The n-grams and their frequencies come from all rows: their choice uses no label.
    """
    folds = split_evenly(annotations.positive, FOLDS, seed)
    logits = np.zeros(annotations.positive.shape)
    for fold in range(FOLDS):
        inside = folds == fold
        if inside.any() and not inside.all():
            heads = _fit(rows.take(~inside), annotations.take(~inside), hyperparameters, directions)
            logits[inside] = heads.logits(rows.take(inside))
    return logits


def _fit(
    rows: Rotated | WideRows, annotations: Annotations, hyperparameters: Hyperparameters, directions: Directions | None
) -> Linear:
    return fit(rows, annotations, hyperparameters, directions.zero_shot(rows, annotations) if directions else None)
