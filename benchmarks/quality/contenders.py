"""What is compared in a benchmark: ways to learn labels from some of the rows and to give them to others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from benchmarks.quality.independent_heads import PARTS, train_heads
from tagging.learning.features import Encoded
from tagging.learning.heads import Hyperparameters, Prior
from tagging.learning.numeric import Answers, Bools, Floats, deal, tuned_thresholds


class Contender(Protocol):
    """One way to learn."""

    def given(self, answers: Answers, train: Bools, test: Bools) -> Bools:
        """Labels given to the rows marked `test` [rows, labels], after learning from those marked `train` alone."""


class Scorer(Protocol):
    """A way to learn that says nothing of thresholds."""

    def logits(self, answers: Answers, learn: Bools, told: Bools) -> Floats:
        """Logits [rows marked `told`, labels] after learning from the rows marked `learn` alone."""


@dataclass(frozen=True)
class Ours:
    """Heads on the served features of all rows, with or without what descriptions say."""

    encoded: Encoded
    recipe: Hyperparameters
    prior: Prior | None = None

    def given(self, answers: Answers, train: Bools, test: Bools) -> Bools:
        """As `Contender` says; weights as the heads file keeps them."""
        heads = train_heads(self.encoded.take(train), answers.take(train), self.recipe, prior=self.prior)
        given: Bools = heads.linear.logits(self.encoded.take(test).features(heads.lexicon)) >= heads.thresholds
        return given


@dataclass(frozen=True)
class Peer:
    """Another way to learn, with thresholds from its own scores out of fold: the same parts and rule as ours."""

    scorer: Scorer

    def given(self, answers: Answers, train: Bools, test: Bools) -> Bools:
        """As `Contender` says."""
        places, asked = np.flatnonzero(train), answers.take(train)
        parts = deal(asked.yes, PARTS, seed=0)
        unseen = np.zeros(asked.yes.shape)
        for part in range(PARTS):
            learn, told = np.zeros_like(train), np.zeros_like(train)
            learn[places[parts != part]] = told[places[parts == part]] = True
            if told.any() and learn.any():
                unseen[parts == part] = self.scorer.logits(answers, learn, told)
        given: Bools = self.scorer.logits(answers, train, test) >= tuned_thresholds(
            unseen, asked, Hyperparameters().threshold_prior
        )
        return given
