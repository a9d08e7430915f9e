"""Simulated items of a month: what is true of each label, and how a version scores it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.quality import floor, inclusion, scale_for, urgency

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

RATES = np.array([0.30, 0.15, 0.10, 0.05, 0.05, 0.03, 0.02, 0.01])
"""The share of items that truly have each label."""
FIVE_PERCENT = 3
"""The index of a label that 5 % of items have."""
SEPARATION = 3.6
"""Distance of the two classes of a label in standard deviations: a tenth of the items has a wrong label then."""
THRESHOLD = 0.5
MEASURED = 2 / 3
"""The share of the reviewers' capacity that is drawn at random; the rest goes to suspected errors."""
WEIGHTS = (RATES / RATES.min()) ** -0.5
"""Weights of the labels in the queue: rare labels are asked about more often than their share of the items."""


@dataclass(frozen=True)
class Version:
    """How far a version's scores are from calibrated ones."""

    sureness: float = 1.0
    """Factor on its logits: above 1 it is surer than it should be."""
    missed: float = 0.0
    """The share of true labels that look to it like none."""
    invented: tuple[float, ...] = (0.0,) * len(RATES)
    """The share of items without each label [labels] that look to it like those with it."""


@dataclass(frozen=True)
class Traffic:
    """Items [items, labels] of one period."""

    truth: Bools
    scores: Floats

    @property
    def assigned(self) -> Bools:
        """Whether each label is given."""
        return self.scores >= THRESHOLD


def traffic(random: np.random.Generator, items: int, version: Version) -> Traffic:
    """Draw items. Each label's evidence is normal, SEPARATION apart; calibrated scores are its posterior."""
    truth = random.random((items, len(RATES))) < RATES
    chance = random.random(truth.shape)
    seen = np.where(truth, chance >= version.missed, chance < np.array(version.invented))
    return Traffic(truth, scores(random.normal(size=truth.shape) + SEPARATION * seen, version))


def scores(evidence: Floats, version: Version) -> Floats:
    """The version's scores of evidence [items, labels]."""
    logits = np.log(RATES / (1 - RATES)) + SEPARATION * evidence - SEPARATION**2 / 2
    return np.asarray(1 / (1 + np.exp(-np.clip(version.sureness * logits, -12, 12))))


@dataclass
class Queue:
    """Draws items for review, week by week; the scale of a week comes from the items of the week before."""

    capacity: float
    """Answers a week that people give."""
    before: Floats
    """Urgencies of the items of the last week [items]."""

    def probabilities(self, week: Traffic, swing: float = 1.0) -> Floats:
        """The probability of each item [items] to be drawn; `swing` changes the scale of this week."""
        measured = self.capacity * MEASURED
        lowest = floor(measured, len(week.scores))
        urgencies = urgency(week.scores, week.assigned, WEIGHTS)
        chances = inclusion(urgencies, swing * scale_for(self.before, measured), lowest)
        self.before = urgencies
        return chances
