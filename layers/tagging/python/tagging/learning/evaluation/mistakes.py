"""The rows with the worst mistakes, and annotations in the data that look wrong themselves."""

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
    """One row: false positives (`wrong`) and false negatives (`lacking`) with their scores, and `right` labels."""

    row: int
    """Index in `PredictionSet.rows`."""
    wrong: tuple[tuple[str, float], ...]
    lacking: tuple[tuple[str, float], ...]
    right: tuple[str, ...]


@dataclass(frozen=True)
class Suspect:
    """One answer that contradicts its score."""

    row: int
    label: str
    holds: bool
    """The answer in the data."""
    score: float


def worst_mistakes(predictions: PredictionSet, most: int) -> tuple[Mistake, ...]:
    """The rows with the highest log loss over their wrong cells; critical labels count twice."""
    positive, predicted = predictions.annotations.positive, predictions.predicted
    wrong = (positive != predicted) & predictions.annotations.observed
    truth = np.clip(np.where(positive, predictions.scores, 1 - predictions.scores), 1e-4, 1)
    critical = np.array([predictions.taxonomy.labels[label].critical for label in predictions.labels])
    loss = (-np.log(truth) * np.where(critical, CRITICAL_COUNTS, 1.0) * wrong).sum(axis=1)
    order = [int(row) for row in np.argsort(-loss, kind="stable")[:most] if loss[row] > 0]

    def labels(row: int, cells: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Iterator[tuple[str, float]]:
        for column in np.flatnonzero(cells):
            yield predictions.labels[column], float(predictions.scores[row, column])

    return tuple(
        Mistake(
            row,
            tuple(labels(row, wrong[row] & predicted[row])),
            tuple(labels(row, wrong[row] & ~predicted[row])),
            tuple(label for label, _ in labels(row, predicted[row] & positive[row])),
        )
        for row in order
    )


def suspected_annotations(predictions: PredictionSet, most: int) -> tuple[Suspect, ...]:
    """Annotations that contradict their scores, the most extreme first, by confident learning (Northcutt et al. 2021).

    A negative is suspected where its score reaches the mean score of the label's positives, a positive where it is down
    at the mean of the negatives. Scores of training rows would agree with every answer: evaluate on others.
    """
    suspects: list[Suspect] = []
    for column, label in enumerate(predictions.labels):
        scores, positive = predictions.scores[:, column], predictions.annotations.positive[:, column]
        negative = predictions.annotations.observed[:, column] & ~positive
        if positive.sum() < FEWEST_POSITIVES or negative.sum() < FEWEST_POSITIVES:
            continue
        high, low = float(scores[positive].mean()), float(scores[negative].mean())
        if high <= low:
            continue  # scores that do not separate the label are no evidence
        for row in np.flatnonzero((negative & (scores >= high)) | (positive & (scores <= low))):
            suspects.append(Suspect(int(row), label, bool(positive[row]), float(scores[row])))
    suspects.sort(key=lambda suspect: -abs(suspect.score - suspect.holds))
    return tuple(suspects[:most])
