"""Examples to learn from: a text, the labels that hold, and those of which nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Row:
    """One example. A label in neither set does not hold."""

    id: str
    text: str
    labels: frozenset[str]
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Answers:
    """Which labels hold for which rows: two boolean arrays [rows, labels]; cells that are not `known` say nothing."""

    yes: NDArray[np.bool_]
    known: NDArray[np.bool_]

    def take(self, rows: NDArray[np.bool_]) -> Answers:
        """The answers of the rows marked True."""
        return Answers(self.yes[rows], self.known[rows])


def answers_of(rows: Sequence[Row], labels: Sequence[str]) -> Answers:
    """The rows' answers for these labels, in this order."""
    yes = np.array([[label in row.labels for label in labels] for row in rows], dtype=bool)
    unknown = np.array([[label in row.unknown for label in labels] for row in rows], dtype=bool)
    return Answers(yes.reshape(len(rows), len(labels)), ~unknown.reshape(len(rows), len(labels)) | yes)
