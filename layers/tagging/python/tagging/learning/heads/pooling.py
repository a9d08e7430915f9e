"""Pooling: how the logits of a mail's sentences and of its full text become one logit per label, chosen for the data.

Heads are learned for the pooling with which they are served.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.features import EncodedItems
from tagging.learning.heads.head_fit import HeadTrainer
from tagging.learning.heads.logistic import Linear
from tagging.learning.numeric import Annotations, Floats, Ints, tuned_thresholds
from tagging.model import Aggregate

SHARES = (0.25, 0.5, 0.75)
"""Weights of the max-scoring sentence that are tried; the full text has the rest."""
PENALTIES = (0.0, 0.5, 1.0)
"""Penalties on the number of sentences that are tried where some items hold no label."""
MARGIN = 0.005
"""Micro-F1 by which a more expensive pooling must be better."""
CHEAPEST_FIRST: tuple[Aggregate, ...] = ("whole", "sentences", "both")


@dataclass(frozen=True)
class Pooling:
    """How the logits of a mail's texts become one logit per label, as in `Manifest`."""

    aggregate: Aggregate
    share: float = 0.5
    penalty: float = 0.0
    """Subtracted from each logit, times the logarithm of the number of sentences: the maximum of many is high by
    chance."""

    def logits(self, pooled: PooledLogits) -> Floats:
        """[items, labels]."""
        if self.aggregate == "whole":
            return pooled.full_text
        logits = pooled.sentence_max
        if self.aggregate == "both":
            logits = self.share * logits + (1 - self.share) * pooled.full_text
        return logits - self.penalty * np.log(pooled.counts)[:, None]


def poolings_of(aggregate: Aggregate, penalties: Sequence[float]) -> tuple[Pooling, ...]:
    """The poolings that are tried."""
    if aggregate == "whole":
        return (Pooling("whole"),)
    shares = SHARES if aggregate == "both" else (0.5,)
    return tuple(Pooling(aggregate, share, penalty) for share in shares for penalty in penalties)


@dataclass(frozen=True)
class Labelled:
    """Items with their annotations; each item belongs to one fold of the cross-validation."""

    items: EncodedItems
    annotations: Annotations
    folds: Ints

    @property
    def single_sentences(self) -> bool:
        """Whether every item is one sentence: then heads are the same for every pooling."""
        return bool((self.items.counts == 1).all())

    def take(self, chosen: NDArray[np.bool_]) -> Labelled:
        """The items marked True."""
        return Labelled(self.items.take(chosen), self.annotations.take(chosen), self.folds[chosen])


@dataclass(frozen=True)
class PooledLogits:
    """Out-of-fold logits [items, labels]: the maximum over an item's sentences, and the logits of its full text."""

    sentence_max: Floats
    full_text: Floats
    counts: Ints
    """The number of sentences of each item [items]."""


@dataclass(frozen=True)
class Choice:
    """The chosen pooling, and the micro-F1 that each reached in cross-validation with its best share."""

    pooling: Pooling
    micro_f1: dict[Aggregate, float]


def fit_heads(trainer: HeadTrainer, rows: Labelled, aggregates: Sequence[Aggregate]) -> dict[Aggregate, Linear]:
    """Heads for each of the poolings.

    Rows do not say which of their sentences holds a label: heads learned on full texts find the max-scoring sentence of
    each row, and heads are learned again with it as the positive (one round of MI-SVM, Andrews et al. 2002; a second
    round was worse, see LOG.md). Every sentence of a row without the label is a negative.
    """
    if rows.single_sentences:
        return dict.fromkeys(aggregates, trainer.fit(trainer.prepared(rows.items.sentences), rows.annotations))
    first = trainer.fit(trainer.prepared(rows.items.full_texts), rows.annotations)
    heads: dict[Aggregate, Linear] = {"whole": first}
    for aggregate in aggregates:
        if aggregate != "whole":
            logits = trainer.logits(first, rows.items.texts())
            texts, annotations = sentence_rows(rows, logits, with_full_texts=aggregate == "both")
            heads[aggregate] = trainer.fit(trainer.prepared(texts), annotations)
    return {aggregate: heads[aggregate] for aggregate in aggregates}


def sentence_rows(rows: Labelled, logits: Floats, *, with_full_texts: bool) -> tuple[Ints, Annotations]:
    """Texts to learn from, and their annotations; `logits` [all texts, labels] give each row's max-scoring sentence.

    In a row that holds a label, only the max-scoring sentence is positive and the others are unknown.
    `with_full_texts` adds the full texts of rows with more than one sentence.
    """
    items, known_positive = rows.items, rows.annotations.positive & rows.annotations.observed
    highest = items.sentence_max(logits)[items.item_of]
    positive = (logits[items.sentences] >= highest) & known_positive[items.item_of]
    observed = positive | (rows.annotations.observed & ~known_positive)[items.item_of]
    if not with_full_texts:
        return items.sentences, Annotations(positive, observed)
    several = items.counts > 1
    return np.concatenate([items.sentences, items.full_texts[several]]), Annotations(
        np.concatenate([positive, known_positive[several]]),
        np.concatenate([observed, rows.annotations.observed[several]]),
    )


def predict_out_of_fold(
    trainer: HeadTrainer,
    rows: Labelled,
    held_out: Labelled,
    aggregates: Sequence[Aggregate],
    step: Callable[[], None],
    offsets: Floats | None = None,
) -> dict[Aggregate, PooledLogits]:
    """Logits of the held-out items of each fold, by heads learned from the rows of the other folds.

    `step` is called after each fold; `offsets` [all texts] are subtracted from the logits where sentences are pooled.
    """
    shape = held_out.annotations.positive.shape
    counts = held_out.items.counts
    pooled = {one: PooledLogits(np.full(shape, np.nan), np.full(shape, np.nan), counts) for one in aggregates}
    for fold in np.unique(held_out.folds):
        inside = held_out.folds == fold
        items = held_out.items.take(inside)
        for aggregate, linear in fit_heads(trainer, rows.take(rows.folds != fold), aggregates).items():
            logits = trainer.logits(linear, items.texts())
            if offsets is not None and aggregate != "whole":
                logits -= offsets[:, None]
            pooled[aggregate].sentence_max[inside] = items.sentence_max(logits)
            pooled[aggregate].full_text[inside] = logits[items.full_texts]
        step()
    return pooled


def choose_pooling(pooled: Mapping[Aggregate, PooledLogits], held_out: Labelled) -> Choice:
    """The cheapest pooling within MARGIN of the best, by micro-F1 of the held-out items; `both` with its best share."""
    some_without = not (held_out.annotations.positive | ~held_out.annotations.observed).any(axis=1).all()
    penalties = PENALTIES if some_without else (0.0,)
    micro_f1: dict[Aggregate, float] = {}
    best: dict[Aggregate, Pooling] = {}
    for aggregate in (one for one in CHEAPEST_FIRST if one in pooled):
        scores = {
            pooling: _cross_validated_f1(pooling.logits(pooled[aggregate]), held_out)
            for pooling in poolings_of(aggregate, penalties)
        }
        best[aggregate] = max(scores, key=lambda pooling: scores[pooling])
        micro_f1[aggregate] = round(scores[best[aggregate]], 4)
    enough = max(micro_f1.values()) - MARGIN
    return Choice(next(best[aggregate] for aggregate in micro_f1 if micro_f1[aggregate] >= enough), micro_f1)


def _cross_validated_f1(logits: Floats, held_out: Labelled, prior: float = 20.0) -> float:
    """Micro-F1 over observed cells, each fold with thresholds tuned on the others."""
    true_positives = total = 0
    for fold in np.unique(held_out.folds):
        inside = held_out.folds == fold
        thresholds = tuned_thresholds(logits[~inside], held_out.annotations.take(~inside), prior)
        annotations = held_out.annotations.take(inside)
        assigned = (logits[inside] >= thresholds) & annotations.observed
        known_positive = annotations.positive & annotations.observed
        true_positives += 2 * int((assigned & known_positive).sum())
        total += int(assigned.sum() + known_positive.sum())
    return true_positives / total if total else 0.0
