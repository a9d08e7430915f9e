"""Heads for items of many sentences: the pooling is chosen, and out-of-fold logits are kept for tuning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tagging.learning.calibration import OutOfFold
from tagging.learning.heads import (
    CHEAPEST_FIRST,
    Choice,
    HeadTrainer,
    Labelled,
    Linear,
    choose_pooling,
    fit_heads,
    predict_out_of_fold,
)
from tagging.learning.numeric import Annotations, Ints
from tagging.learning.training.background_items import as_many_as_rows
from tagging.learning.training.reference import FoldedReference
from tagging.learning.training.training_data import FOLDS, TRAIN_ONLY_FOLD, TrainingData, joined
from tagging.model import Aggregate

CHOOSE_ON = 2
"""Number of folds on which the pooling is chosen: all folds would be slightly more reliable, in twice the time."""
SIMILAR_SHARE = 1 / 3
"""Share of the phrases of a kind with a positive logit from which the label is unknown in items with such a phrase."""
HIGH_LOGIT = 2.0
"""Logit from which a label is unknown in one phrase: a balanced fit gives rows that hold a label 3 and more."""


@dataclass(frozen=True)
class FittedHeads:
    """The heads of a bundle as they are stored, and the logits for tuning."""

    linear: Linear
    choice: Choice
    out_of_fold: OutOfFold


def learn_heads(
    trainer: HeadTrainer,
    data: TrainingData,
    aggregate: Aggregate | None,
    step: Callable[[int, int], None],
    reference: FoldedReference | None = None,
) -> FittedHeads:
    """Heads for the chosen pooling, or for `aggregate`, and out-of-fold logits of the held-out items.

    Logits are lowered by the distance to the reference, as they are in serving.
    `step` is called with the number of fits done and of all fits.
    """
    # Heads of single sentences are the same for every pooling, so that all folds can be used.
    choosing = FOLDS if data.rows.single_sentences else CHOOSE_ON
    steps = _Steps(step, 2 + FOLDS)
    rows, held_out = _with_phrases(trainer, data) if data.composed else (data.rows, data.held_out)
    background = data.background_for(trainer.heads)
    if background is not None:
        own = int((data.rows.folds != TRAIN_ONLY_FOLD).sum())
        rows, held_out = joined(rows, background), joined(held_out, as_many_as_rows(background, own))
    offsets = None if reference is None else reference.offsets(held_out, trainer.features.full)
    steps.next()
    first, rest = held_out.folds < choosing, held_out.folds >= choosing
    aggregates = CHEAPEST_FIRST if aggregate is None else (aggregate,)
    pooled = predict_out_of_fold(trainer, rows, held_out.take(first), aggregates, steps.next, offsets)
    choice = choose_pooling(pooled, held_out.take(first))
    chosen = choice.pooling.aggregate
    logits = np.empty(held_out.annotations.positive.shape)
    logits[first] = choice.pooling.logits(pooled[chosen])
    if rest.any():
        others = predict_out_of_fold(trainer, rows, held_out.take(rest), (chosen,), steps.next, offsets)[chosen]
        logits[rest] = choice.pooling.logits(others)
    linear = fit_heads(trainer, rows, (chosen,))[chosen].as_stored()
    steps.next()
    positive = (data.rows.annotations.positive & data.rows.annotations.observed)[data.rows.folds != TRAIN_ONLY_FOLD]
    repeats = data.repeats if data.composed else 1.0
    out_of_fold = OutOfFold(
        logits,
        held_out.annotations,
        repeats,
        positive.sum(axis=0),
        composed=len(data.held_out.folds) - len(positive),
        natural=len(positive),
        counts=_counts(data, len(held_out.folds)),
    )
    return FittedHeads(linear, choice, out_of_fold)


def _counts(data: TrainingData, items: int) -> Ints | None:
    """How many items of the traffic each held-out one stands for: mails, then rows, then background."""
    if data.counts is None:
        return None
    counts = np.ones(items, dtype=np.int64)
    mails = len(data.held_out.folds) - len(data.counts)
    counts[mails : mails + len(data.counts)] = data.counts
    return counts


def _with_phrases(trainer: HeadTrainer, data: TrainingData) -> tuple[Labelled, Labelled]:
    """Rows with the phrases as negatives, and held-out items with fewer observed cells.

    Phrases are taken to hold no label, but nobody annotated them, and "Hello," may hold one. Heads trained without
    phrases decide: a label is unknown in phrases with a high logit, and in a whole kind of phrase, and the held-out
    items with one, where many have a positive logit. All other labels are negative in phrases.
    """
    rows, phrases = data.rows, data.phrases
    linear = fit_heads(trainer, rows, ("sentences",))["sentences"]
    logits = phrases.items.sentence_max(trainer.logits(linear, phrases.items.texts()))
    observed = logits < HIGH_LOGIT
    held_out_observed = data.held_out.annotations.observed.copy()
    for kind, with_phrase in data.with_phrase.items():
        of_kind = np.array([one == kind for one in phrases.kinds])
        similar = (logits[of_kind] > 0).mean(axis=0) >= SIMILAR_SHARE
        observed[np.ix_(of_kind, similar)] = False
        held_out_observed[np.ix_(with_phrase, similar)] = False
    positive = data.held_out.annotations.positive
    negatives = Labelled(phrases.items, Annotations(np.zeros_like(observed), observed), phrases.folds)
    return joined(rows, negatives), replace(
        data.held_out,
        annotations=Annotations(positive, held_out_observed | (data.held_out.annotations.observed & positive)),
    )


@dataclass
class _Steps:
    """How many fits are done of how many."""

    progress: Callable[[int, int], None]
    total: int
    done: int = 0

    def next(self) -> None:
        self.done = min(self.done + 1, self.total)
        self.progress(self.done, self.total)
