"""How good given labels are, over cells that are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.numeric import Answers


@dataclass(frozen=True)
class Quality:
    """F1 over all known cells, and its mean over the labels that hold for at least one row."""

    micro_f1: float
    macro_f1: float
    macro_f1_all: float = 0.0
    """The mean over all labels; one that holds for no row counts 0, whether it was given or not."""


def quality_of(given: NDArray[np.bool_], answers: Answers) -> Quality:
    """Compare given labels [rows, labels] with the answers; F1 = 2 hits / (given + holding)."""
    yes, given = answers.yes & answers.known, given & answers.known
    hits, sizes = (yes & given).sum(axis=0), yes.sum(axis=0) + given.sum(axis=0)
    held: NDArray[np.bool_] = np.any(yes, axis=0)
    each = 2 * hits[held] / sizes[held]
    macro = float(each.mean()) if held.any() else 0.0
    return Quality(float(2 * hits.sum() / max(sizes.sum(), 1)), macro, float(each.sum() / max(len(held), 1)))
