"""From encoded texts to heads of independent labels, with scores and thresholds out of fold: what benchmarks train.

Bundles are trained by `mail_training`, which knows that an item is many sentences and that heads are of three kinds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tagging.learning.features import Encoded, choose_lexicon
from tagging.learning.heads import Directions, Hyperparameters, Linear, Prior, Rotated, fit, learnable
from tagging.learning.numeric import Answers, Floats, WideRows, deal, tuned_thresholds
from tagging.model import Lexicon

PARTS = 5


@dataclass(frozen=True)
class TrainedHeads:
    """What one head learned: columns are its labels, thresholds are on the uncalibrated logit."""

    lexicon: Lexicon
    linear: Linear
    thresholds: Floats
    out_of_fold: Floats
    """Logits [rows, labels] of every row by heads that did not learn from it."""


def train_heads(
    encoded: Encoded, answers: Answers, recipe: Hyperparameters, seed: int = 0, prior: Prior | None = None
) -> TrainedHeads:
    """Fit independent labels on these rows, and choose thresholds on scores out of fold; deterministic by seed.

    With a prior, the labels' names and descriptions teach too.
    """
    lexicon = choose_lexicon([*encoded.pieces, *(prior.pieces if prior else ())], recipe.lexical_weight)
    directions = prior.directions(lexicon) if prior else None
    rows = learnable(encoded.features(lexicon))
    unseen = out_of_fold(rows, answers, recipe, seed, directions)
    return TrainedHeads(
        lexicon=lexicon,
        linear=_fitted(rows, answers, recipe, directions).as_stored(),
        thresholds=tuned_thresholds(unseen, answers, recipe.threshold_prior),
        out_of_fold=unseen,
    )


def out_of_fold(
    rows: Rotated | WideRows, answers: Answers, recipe: Hyperparameters, seed: int, directions: Directions | None = None
) -> Floats:
    """Logits of every row by heads fitted on the other parts of the rows.

    The n-grams and their frequencies come from all rows: they are chosen without looking at any label.
    """
    parts = deal(answers.yes, PARTS, seed)
    logits = np.zeros(answers.yes.shape)
    for part in range(PARTS):
        inside = parts == part
        if inside.any() and not inside.all():
            heads = _fitted(rows.take(~inside), answers.take(~inside), recipe, directions)
            logits[inside] = heads.logits(rows.take(inside))
    return logits


def _fitted(
    rows: Rotated | WideRows, answers: Answers, recipe: Hyperparameters, directions: Directions | None
) -> Linear:
    return fit(rows, answers, recipe, directions.guess(rows, answers) if directions else None)
