"""Heads for items of many sentences: the way of hearing them is chosen, and scores out of fold are kept to tune on."""

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
    learn,
    predict_items,
)
from tagging.learning.numeric import Answers
from tagging.learning.training.training_data import PARTS, TrainingData, joined
from tagging.model import Aggregate

CHOOSE_ON = 2
"""Parts that the way is chosen on: the others would make the choice a little surer, at twice the time."""
SPOKEN = 1 / 3
"""Share of the phrases of a kind that must sound like a label for it to be left open where such a phrase stands."""
LOUD = 2.0
"""Logit from which one phrase alone is left open: a balanced fit gives rows that hold a label 3 and more."""


@dataclass(frozen=True)
class Learned:
    """The heads of a bundle, as they will be stored, and what they were tuned on."""

    linear: Linear
    choice: Choice
    trials: OutOfFold


def learn_heads(
    learner: HeadTrainer, data: TrainingData, aggregate: Aggregate | None, step: Callable[[int, int], None]
) -> Learned:
    """Heads for the way chosen, or for the one asked for, and what heads say of trials that they did not learn from."""
    # Heads of single sentences are the same for every way, so that all parts can be listened to.
    choosing = PARTS if data.rows.alike else CHOOSE_ON
    steps = _Steps(step, 2 + PARTS)
    rows, trials = _with_phrases(learner, data) if data.composed else (data.rows, data.trials)
    steps.next()
    first, rest = trials.parts < choosing, trials.parts >= choosing
    among = CHEAPEST_FIRST if aggregate is None else (aggregate,)
    heard = predict_items(learner, rows, trials.take(first), among, steps.next)
    choice = choose_pooling(heard, trials.take(first))
    chosen = choice.way.aggregate
    logits = np.empty(trials.answers.positive.shape)
    logits[first] = choice.way.logits(heard[chosen].loudest, heard[chosen].whole)
    if rest.any():
        more = predict_items(learner, rows, trials.take(rest), (chosen,), steps.next)[chosen]
        logits[rest] = choice.way.logits(more.loudest, more.whole)
    linear = learn(learner, rows, (chosen,))[chosen].as_stored()
    steps.next()
    return Learned(linear, choice, OutOfFold(logits, trials.answers, data.repeats if data.composed else 1.0))


def _with_phrases(learner: HeadTrainer, data: TrainingData) -> tuple[Labelled, Labelled]:
    """Rows and trials, with what phrases say: nothing; but nobody labelled them, and "Hello," may well hold a label.

    A label that most phrases of a kind, or one phrase loudly, sound like to heads that know no phrase is unknown of
    them, and of the trials that have such phrases. Of all other labels phrases teach that they do not hold.
    """
    rows, phrases = data.rows, data.phrases
    linear = learn(learner, rows, ("sentences",))["sentences"]
    logits = phrases.items.loudest(learner.logits(linear, phrases.items.texts()))
    known = logits < LOUD
    trials_known = data.trials.answers.observed.copy()
    for kind, having in data.having.items():
        of_kind = np.array([one == kind for one in phrases.kinds])
        sounds = (logits[of_kind] > 0).mean(axis=0) >= SPOKEN
        known[np.ix_(of_kind, sounds)] = False
        trials_known[np.ix_(having, sounds)] = False
    yes = data.trials.answers.positive
    taught = Labelled(phrases.items, Answers(np.zeros_like(known), known), phrases.parts)
    return joined(rows, taught), replace(
        data.trials, answers=Answers(yes, trials_known | (data.trials.answers.observed & yes))
    )


@dataclass
class _Steps:
    """How many fits are done of how many."""

    told: Callable[[int, int], None]
    total: int
    done: int = 0

    def next(self) -> None:
        self.done = min(self.done + 1, self.total)
        self.told(self.done, self.total)
