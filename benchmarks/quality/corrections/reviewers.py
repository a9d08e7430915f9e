"""A month of the review queue over simulated traffic, and of people who answer it with slips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from tagging.corrections import Correction
from tagging.learning.corrections import AnsweredItem, AnsweredItems
from tagging.learning.data import Example
from tagging.learning.evaluation import PredictionSet
from tagging.learning.numeric import Ints
from tagging.quality import floor, inclusion, is_drawn, scale_for, urgency

WEEK, DAYS = 7, 30
A_WEEK = 100
"""Answers that people have time for."""
TEACHING = 1 / 3
"""The part of them about items that are likely to be wrong, chosen and not drawn."""
CRITICAL_WEIGHT = 2.0
PEOPLE = ("ann", "ben", "eva", "kim")
ANSWERED = 0.85
SLIPS = 0.03
"""Share of the answered items of which one label is answered wrongly."""


def review_month(predictions: PredictionSet, seed: int) -> AnsweredItems:
    """Draw and answer the month's items, which the version that serves has tagged, in their order."""
    random = np.random.default_rng(seed)
    labels = predictions.taxonomy.labels
    weights = np.array([CRITICAL_WEIGHT if label.critical else 1.0 for label in labels.values()])
    urgencies = urgency(predictions.scores, predictions.predicted, weights)
    corrections, items = [], {}
    for week in _weeks(len(predictions.rows)):
        capacity = A_WEEK * len(week) / max(len(predictions.rows) * WEEK / DAYS, 1)
        to_measure = capacity * (1 - TEACHING)
        scale = scale_for(urgencies[week], to_measure)
        chances = inclusion(urgencies[week], scale, floor(to_measure, len(week)))
        ids = [predictions.rows[place].id for place in week]
        drawn = np.array([is_drawn(str(seed), each, chance) for each, chance in zip(ids, chances, strict=True)])
        suspected = np.argsort(-np.where(drawn, -1.0, urgencies[week]), kind="stable")[: round(capacity * TEACHING)]
        for place in [*np.flatnonzero(drawn), *suspected]:
            row = predictions.rows[week[place]]
            if random.random() < ANSWERED:
                corrections.append(_answer(row, list(labels), bool(drawn[place]), random))
                items[row.id] = AnsweredItem(row, float(chances[place]) if drawn[place] else None)
    return AnsweredItems(tuple(corrections), items)


def _weeks(items: int) -> Iterator[Ints]:
    """The places of each week's items; the last week is shorter."""
    day = np.arange(items) * DAYS // max(items, 1)
    yield from (np.flatnonzero(day // WEEK == week) for week in range(-(-DAYS // WEEK)))


def _answer(row: Example, labels: Sequence[str], blind: bool, random: np.random.Generator) -> Correction:
    yes = set(row.labels)
    if random.random() < SLIPS:
        yes ^= {labels[int(random.integers(len(labels)))]}
    return Correction(
        item=row.id,
        author=PEOPLE[int(random.integers(len(PEOPLE)))],
        answered_at="2026-01-31T12:00:00.000+00:00",
        source="console",
        yes=tuple(yes),
        asked=tuple(labels),
        complete=True,
        blind=blind,
    )
