"""Heads for items of many sentences: the way of hearing them is chosen, and scores out of fold are kept to tune on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from tagging.learning.aggregation import CHEAPEST_FIRST, Choice, Labelled, choose_way, hear, learn
from tagging.learning.deciding import Trials
from tagging.learning.head_fit import Learner
from tagging.learning.logistic import Linear
from tagging.learning.rows import Answers
from tagging.learning.training_data import PARTS, TrainingData
from tagging.manifest import Aggregate

CHOOSE_ON = 2
"""Parts that the way is chosen on: the others would make the choice a little surer, at twice the time."""
SPOKEN = 1 / 3
"""Share of the phrases of a kind that must sound like a label for it to be left open where such a phrase stands."""


@dataclass(frozen=True)
class Learned:
    """The heads of a bundle, as they will be stored, and what they were tuned on."""

    linear: Linear
    choice: Choice
    trials: Trials


def learn_heads(
    learner: Learner, data: TrainingData, aggregate: Aggregate | None, step: Callable[[int, int], None]
) -> Learned:
    """Heads for the way chosen, or for the one asked for, and what heads say of trials that they did not learn from."""
    # Heads of single sentences are the same for every way, so that all parts can be listened to.
    choosing = PARTS if data.rows.alike else CHOOSE_ON
    steps = _Steps(step, 2 + PARTS)
    trials = _unless_spoken(learner, data) if data.composed else data.trials
    steps.next()
    first, rest = trials.parts < choosing, trials.parts >= choosing
    among = CHEAPEST_FIRST if aggregate is None else (aggregate,)
    heard = hear(learner, data.rows, trials.take(first), among, steps.next)
    choice = choose_way(heard, trials.take(first))
    chosen = choice.way.aggregate
    logits = np.empty(trials.answers.yes.shape)
    logits[first] = choice.way.logits(heard[chosen].loudest, heard[chosen].whole)
    if rest.any():
        more = hear(learner, data.rows, trials.take(rest), (chosen,), steps.next)[chosen]
        logits[rest] = choice.way.logits(more.loudest, more.whole)
    linear = learn(learner, data.rows, (chosen,))[chosen].as_stored()
    steps.next()
    return Learned(linear, choice, Trials(logits, trials.answers, data.repeats if data.composed else 1.0))


def _unless_spoken(learner: Learner, data: TrainingData) -> Labelled:
    """The trials, unknown where a phrase may say what no row does: nobody labelled "Hello," and it may hold a label."""
    linear = learn(learner, data.rows, ("sentences",))["sentences"]
    answers = data.trials.answers
    open_cells = np.zeros_like(answers.yes)
    for kind, items in data.phrases.items():
        loud = items.loudest(learner.logits(linear, items.texts())) > 0
        open_cells |= data.having[kind][:, None] & (loud.mean(axis=0) >= SPOKEN)
    return replace(data.trials, answers=Answers(answers.yes, answers.known & (answers.yes | ~open_cells)))


@dataclass
class _Steps:
    """How many fits are done of how many."""

    told: Callable[[int, int], None]
    total: int
    done: int = 0

    def next(self) -> None:
        self.done = min(self.done + 1, self.total)
        self.told(self.done, self.total)
