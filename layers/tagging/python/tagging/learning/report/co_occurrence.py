"""Which labels hold together: the shares that the heat map shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tagging.learning.evaluation import PredictionSet

MOST_LABELS = 40
SHOWN_FROM = 0.02


@dataclass(frozen=True)
class Cell:
    """A pair of labels: in `together` of `rows` rows with the first label the second holds as well."""

    line: int
    column: int
    rows: int
    together: int

    @property
    def opacity(self) -> float:
        """Strength of the colour; small shares are lifted to be seen."""
        return round(float((self.together / self.rows) ** 0.6), 2)


@dataclass(frozen=True)
class CoOccurrence:
    """The labels of the map and its cells; the diagonal holds how often each label holds."""

    labels: tuple[str, ...]
    cells: tuple[Cell, ...]


def co_occurrence(predictions: PredictionSet) -> CoOccurrence:
    """The positives of the data for the most frequent labels, in taxonomy order."""
    positive = predictions.annotations.positive
    frequent = np.argsort(-positive.sum(axis=0), kind="stable")[:MOST_LABELS]
    columns = np.sort(frequent[positive[:, frequent].any(axis=0)])
    positives = positive[:, columns].astype(int)
    together = positives.T @ positives
    sizes = np.diag(together)
    return CoOccurrence(
        tuple(predictions.labels[column] for column in columns),
        tuple(
            Cell(line, column, int(sizes[line]), int(together[line, column]))
            for line in range(len(columns))
            for column in range(len(columns))
            if line == column or together[line, column] >= SHOWN_FROM * sizes[line]
        ),
    )
