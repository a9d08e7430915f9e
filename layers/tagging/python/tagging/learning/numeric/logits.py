"""From logits to probabilities and back."""

from __future__ import annotations

import numpy as np

from tagging.learning.numeric.arrays import Floats

SCORE_MARGIN = 5e-5
"""Scores have four decimals: one of 0 or 1 counts as half a step inside."""


def sigmoid(logits: Floats) -> Floats:
    """1 / (1 + exp(-x)), without overflow."""
    result: Floats = 0.5 * (1 + np.tanh(0.5 * logits))
    return result


def logit(scores: float | Floats) -> Floats:
    """The inverse of `sigmoid`, finite for scores of 0 and 1."""
    inner = np.clip(scores, SCORE_MARGIN, 1 - SCORE_MARGIN)
    result: Floats = np.log(inner / (1 - inner))
    return result
