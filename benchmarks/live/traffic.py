"""Simulated items of a month: what is true of each label, and how a version scores it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from tagging.quality import ChampionLabels, DrawnHour, Scored, choice, first_plan, observed, renew_plan

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

RATES = np.array([0.30, 0.15, 0.10, 0.05, 0.05, 0.03, 0.02, 0.01])
"""The share of items that truly have each label."""
FIVE_PERCENT = 3
"""The index of a label that 5 % of items have."""
SEPARATION = 3.6
"""Distance of the two classes of a label in standard deviations: a tenth of the items has a wrong label then."""
THRESHOLD = 0.5
LABELS = tuple(f"label{number}" for number in range(len(RATES)))
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
HOURS_OF_WEEK = 168


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


class Drawn(NamedTuple):
    """What the queue makes of the items of one week; each array is [items]."""

    chances: Floats
    """The probability of each to be drawn at random."""
    suspected: Bools
    """Whether it is asked about because it is probably wrong, unless it is drawn."""


class Queue:
    """The deployed plan of reviews; it is renewed by the items of the last seven days, as the hourly run does it."""

    def __init__(self, capacity: float, before: Traffic) -> None:
        """`before`: the items of the week before."""
        self.champion = ChampionLabels("first", LABELS, (LABELS[FIVE_PERCENT],))
        self._capacity = capacity
        self._now = MONDAY
        self._drawn: list[DrawnHour] = []
        hour = len(before.scores) // HOURS_OF_WEEK
        first = Scored(LABELS, before.scores[:hour], before.assigned[:hour], MONDAY)
        self.plan = first_plan("mail", self.champion, first, "salt", capacity, MONDAY)
        for _ in range(2):  # the plan of one hour is renewed by a week, so that a week begins with one of a week
            self.draw(before)

    def draw(self, items: Traffic, days: int = 7, swing: float = 1.0) -> Drawn:
        """Draw the items of the next days; `swing` changes the scale of these days."""
        self.plan = renew_plan(self.plan, self._drawn, self.champion, self._capacity, self._now)
        self._now += timedelta(days=days)
        chosen = choice(self.plan, LABELS, items.scores, items.assigned)
        # One long hour at the end: what a plan is made of adds up.
        last = f"{self._now - timedelta(hours=1):%Y-%m-%d/%H}"
        given = dict(zip(LABELS, items.assigned.sum(axis=0).tolist(), strict=True))
        hour = {"hour": last, "inputs": "", "plan": self.plan.number, "version": self.champion.version}
        self._drawn = [*self._drawn, observed(chosen, given, **hour, measured=0, suspected=0)][-HOURS_OF_WEEK:]
        swung = replace(self.plan, scale=swing * self.plan.scale)
        chances = choice(swung, LABELS, items.scores, items.assigned).chances
        return Drawn(chances, chosen.suspicion >= self.plan.suspicion_cut)

    def promote(self) -> None:
        """Another version serves from now on."""
        self.champion = replace(self.champion, version="promoted")
