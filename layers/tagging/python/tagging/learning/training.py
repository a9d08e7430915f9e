"""From encoded rows to heads with their thresholds: fitted on all rows, tuned on scores out of fold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.features import Encoded, choose_lexicon
from tagging.learning.logistic import Linear, Recipe, Rotated, fit, rotate
from tagging.learning.rows import Answers
from tagging.learning.splits import deal
from tagging.learning.thresholds import Calibration, pooled_calibration, tuned_thresholds
from tagging.lexicon import Lexicon

Floats = NDArray[np.float64]
PARTS = 5


@dataclass(frozen=True)
class TrainedHeads:
    """What one head learned: columns are its labels, thresholds are on the uncalibrated logit."""

    lexicon: Lexicon
    linear: Linear
    thresholds: Floats
    calibration: Calibration
    out_of_fold: Floats
    """Logits [rows, labels] of every row by heads that did not learn from it."""


def train_heads(encoded: Encoded, answers: Answers, recipe: Recipe, seed: int = 0) -> TrainedHeads:
    """Fit independent labels on these rows, and choose thresholds on scores out of fold; deterministic by seed."""
    lexicon = choose_lexicon(encoded.pieces, recipe.lexical_weight)
    rotated = rotate(encoded.features(lexicon))
    fitted = fit(rotated.rows, answers, recipe)
    unseen = out_of_fold(rotated, answers, recipe, seed)
    return TrainedHeads(
        lexicon=lexicon,
        linear=Linear(rotated.basis @ fitted.weights, fitted.biases).as_stored(),
        thresholds=tuned_thresholds(unseen, answers, recipe.threshold_prior),
        calibration=pooled_calibration(unseen, answers),
        out_of_fold=unseen,
    )


def out_of_fold(rotated: Rotated, answers: Answers, recipe: Recipe, seed: int) -> Floats:
    """Logits of every row by heads fitted on the other parts of the rows.

    The n-grams and their frequencies come from all rows: they are chosen without looking at any label.
    """
    parts = deal(answers.yes, PARTS, seed)
    logits = np.zeros(answers.yes.shape)
    for part in range(PARTS):
        inside = parts == part
        if inside.any() and not inside.all():
            logits[inside] = fit(rotated.rows[~inside], answers.take(~inside), recipe).logits(rotated.rows[inside])
    return logits
