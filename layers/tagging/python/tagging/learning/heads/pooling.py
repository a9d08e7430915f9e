"""Whole text, sentences, or both: heads learned in the way that they are served, and the way chosen for the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.features import EncodedItems
from tagging.learning.heads.head_fit import HeadTrainer
from tagging.learning.heads.logistic import Linear
from tagging.learning.numeric import Answers, Floats, Ints, tuned_thresholds
from tagging.model import Aggregate

SHARES = (0.25, 0.5, 0.75)
"""Weights of the loudest sentence that are tried where the whole text has the rest."""
MARGIN = 0.005
"""Micro-F1 that a dearer way must win by."""
CHEAPEST_FIRST: tuple[Aggregate, ...] = ("whole", "sentences", "both")


@dataclass(frozen=True)
class Pooling:
    """How a mail's texts become one logit per label: as `Manifest` says it."""

    aggregate: Aggregate
    share: float = 0.5

    def logits(self, loudest: Floats, whole: Floats) -> Floats:
        """[items, labels] from the loudest sentence's and the whole text's."""
        if self.aggregate == "both":
            return self.share * loudest + (1 - self.share) * whole
        return whole if self.aggregate == "whole" else loudest


WAYS: dict[Aggregate, tuple[Pooling, ...]] = {
    "whole": (Pooling("whole"),),
    "sentences": (Pooling("sentences"),),
    "both": tuple(Pooling("both", share) for share in SHARES),
}


@dataclass(frozen=True)
class Labelled:
    """Items with their answers; items of one part are learned from together, or tested together."""

    items: EncodedItems
    answers: Answers
    parts: Ints

    @property
    def alike(self) -> bool:
        """Whether every item is one sentence: then heads are the same for every way of hearing."""
        return bool((self.items.counts == 1).all())

    def take(self, chosen: NDArray[np.bool_]) -> Labelled:
        """The items marked True."""
        return Labelled(self.items.take(chosen), self.answers.take(chosen), self.parts[chosen])


@dataclass(frozen=True)
class PooledLogits:
    """Logits [items, labels] by heads that learned from none of them: of the loudest sentence and of the whole."""

    loudest: Floats
    whole: Floats


@dataclass(frozen=True)
class Choice:
    """The way chosen, and what each way's best form reached in cross-validation."""

    way: Pooling
    micro_f1: dict[Aggregate, float]


def learn(learner: HeadTrainer, rows: Labelled, among: Sequence[Aggregate]) -> dict[Aggregate, Linear]:
    """Heads for each way that they may be served.

    Where rows are several sentences, nobody said which one holds the label: heads learned on whole texts name the
    loudest sentence of each row, and heads are learned anew with it as the yes (one round of MI-SVM, Andrews et al.
    2002; a second round lost, see LOG.md). Every sentence of a row without the label is a no.
    """
    if rows.alike:
        return dict.fromkeys(among, learner.fit(learner.prepared(rows.items.sentences), rows.answers))
    first = learner.fit(learner.prepared(rows.items.whole), rows.answers)
    found: dict[Aggregate, Linear] = {"whole": first}
    for aggregate in among:
        if aggregate != "whole":
            logits = learner.logits(first, rows.items.texts())
            texts, answers = sentence_rows(rows, logits, with_whole=aggregate == "both")
            found[aggregate] = learner.fit(learner.prepared(texts), answers)
    return {aggregate: found[aggregate] for aggregate in among}


def sentence_rows(rows: Labelled, logits: Floats, *, with_whole: bool) -> tuple[Ints, Answers]:
    """Single texts to learn from, and their answers: `logits` [all texts, labels] name each row's loudest sentences.

    Of a row that holds a label, only the loudest sentence is a yes and the others are unknown. `with_whole` adds the
    whole texts of rows that are more than one sentence.
    """
    items, held = rows.items, rows.answers.positive & rows.answers.observed
    loudest = items.loudest(logits)[items.item_of]
    yes = (logits[items.sentences] >= loudest) & held[items.item_of]
    known = yes | (rows.answers.observed & ~held)[items.item_of]
    if not with_whole:
        return items.sentences, Answers(yes, known)
    several = items.counts > 1
    return np.concatenate([items.sentences, items.whole[several]]), Answers(
        np.concatenate([yes, held[several]]), np.concatenate([known, rows.answers.observed[several]])
    )


def predict_items(
    learner: HeadTrainer, rows: Labelled, trials: Labelled, among: Sequence[Aggregate], step: Callable[[], None]
) -> dict[Aggregate, PooledLogits]:
    """What heads say of each part's trials that learned from the rows of the other parts; `step` after each part."""
    shape = trials.answers.positive.shape
    heard = {aggregate: PooledLogits(np.full(shape, np.nan), np.full(shape, np.nan)) for aggregate in among}
    for part in np.unique(trials.parts):
        inside = trials.parts == part
        items = trials.items.take(inside)
        for aggregate, linear in learn(learner, rows.take(rows.parts != part), among).items():
            logits = learner.logits(linear, items.texts())
            heard[aggregate].loudest[inside], heard[aggregate].whole[inside] = (
                items.loudest(logits),
                logits[items.whole],
            )
        step()
    return heard


def choose_pooling(heard: Mapping[Aggregate, PooledLogits], trials: Labelled) -> Choice:
    """The cheapest way within MARGIN of the best of those heard, by micro-F1 of `trials`; of `both`, its best share."""
    reached: dict[Aggregate, float] = {}
    best: dict[Aggregate, Pooling] = {}
    for aggregate in (way for way in CHEAPEST_FIRST if way in heard):
        said = heard[aggregate]
        found = {way: _crossed_f1(way.logits(said.loudest, said.whole), trials) for way in WAYS[aggregate]}
        best[aggregate] = max(found, key=lambda way: found[way])
        reached[aggregate] = round(found[best[aggregate]], 4)
    enough = max(reached.values()) - MARGIN
    return Choice(next(best[aggregate] for aggregate in reached if reached[aggregate] >= enough), reached)


def _crossed_f1(logits: Floats, trials: Labelled, prior: float = 20.0) -> float:
    """Micro-F1 over known cells, each part with thresholds tuned on the others."""
    hits = total = 0
    for part in np.unique(trials.parts):
        inside = trials.parts == part
        thresholds = tuned_thresholds(logits[~inside], trials.answers.take(~inside), prior)
        answers = trials.answers.take(inside)
        given, held = (logits[inside] >= thresholds) & answers.observed, answers.positive & answers.observed
        hits += 2 * int((given & held).sum())
        total += int(given.sum() + held.sum())
    return hits / total if total else 0.0
