"""Bins of scores: half a logit wide, so that uncertain and sure scores are told apart alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BINS = 30
_EDGES = np.arange(-7, 7.25, 0.5)
"""In logits: the first bin holds all scores below the first edge, the last one all from the last edge on."""
CENTRES: Floats = 1 / (1 + np.exp(-(np.arange(BINS) * 0.5 - 7.25)))
"""The score in the middle of each bin [BINS]."""


def bins_of(scores: Floats) -> NDArray[np.int64]:
    """The bin of each score from 0 to 1."""
    with np.errstate(divide="ignore"):
        logits = np.log(scores) - np.log1p(-scores)
    return np.searchsorted(_EDGES, logits, side="right")
