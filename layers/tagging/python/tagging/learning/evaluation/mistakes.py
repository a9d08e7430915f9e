"""Rows that the tagger gets most wrong, and answers in the data that look wrong themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tagging.learning.evaluation.predictions import PredictionSet
from tagging.learning.numeric import FEWEST_POSITIVES

CRITICAL_COUNTS = 2.0
"""A mistake in a critical label weighs as two."""


@dataclass(frozen=True)
class Mistake:
    """One row: labels with their scores, given though they do not hold, or lacking though they do."""

    row: int
    """Its place in `PredictionSet.rows`."""
    wrong: tuple[tuple[str, float], ...]
    lacking: tuple[tuple[str, float], ...]
    right: tuple[str, ...]


@dataclass(frozen=True)
class Suspect:
    """One answer that the scores speak against."""

    row: int
    label: str
    holds: bool
    """What the data say."""
    score: float


def worst_mistakes(observed: PredictionSet, most: int) -> tuple[Mistake, ...]:
    """The rows whose wrong labels the tagger was surest of: by log loss over wrong cells, critical ones twice."""
    yes, known, given = observed.answers.positive, observed.answers.observed, observed.given
    wrong = (yes != given) & known
    truth = np.clip(np.where(yes, observed.scores, 1 - observed.scores), 1e-4, 1)
    critical = np.array([observed.taxonomy.labels[label].critical for label in observed.labels])
    loss = (-np.log(truth) * np.where(critical, CRITICAL_COUNTS, 1.0) * wrong).sum(axis=1)
    order = [int(row) for row in np.argsort(-loss, kind="stable")[:most] if loss[row] > 0]

    def labels(row: int, cells: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Iterator[tuple[str, float]]:
        for column in np.flatnonzero(cells):
            yield observed.labels[column], float(observed.scores[row, column])

    return tuple(
        Mistake(
            row,
            tuple(labels(row, wrong[row] & given[row])),
            tuple(labels(row, wrong[row] & ~given[row])),
            tuple(label for label, _ in labels(row, given[row] & yes[row])),
        )
        for row in order
    )


def suspected_answers(observed: PredictionSet, most: int) -> tuple[Suspect, ...]:
    """Answers against which the scores speak, the surest first: the confident joint of Northcutt et al. 2021 per label.

    A "no" is suspected where the score reaches the mean of the label's yes, a "yes" where it is down at the mean of its
    no. Scores of rows that the heads learned from would agree with every answer: evaluate on others.
    """
    found: list[Suspect] = []
    for column, label in enumerate(observed.labels):
        known, yes = observed.answers.observed[:, column], observed.answers.positive[:, column]
        scores, no = observed.scores[:, column], known & ~yes
        if yes.sum() < FEWEST_POSITIVES or no.sum() < FEWEST_POSITIVES:
            continue
        high, low = float(scores[yes].mean()), float(scores[no].mean())
        if high <= low:
            continue  # scores that know nothing of the label cannot speak against anybody
        for row in np.flatnonzero((no & (scores >= high)) | (yes & (scores <= low))):
            found.append(Suspect(int(row), label, bool(yes[row]), float(scores[row])))
    found.sort(key=lambda one: -abs(one.score - one.holds))
    return tuple(found[:most])
