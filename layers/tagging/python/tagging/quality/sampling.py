"""Which items people are asked about: a Poisson sample whose inclusion probabilities are known and kept."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FLOOR_SHARE = 0.2
"""The share of the capacity that is spread evenly over all items, so that no item has probability 0."""
ASSIGNED_WEIGHT = 0.35
"""The urgency of an item for each label that it has and whose weight is 1; the most uncertain score has .5."""
STEPS = 100


def urgency(scores: Floats, assigned: Bools, weights: Floats, of_assigned: Floats | None = None) -> Floats:
    """How much an answer about each item would teach [items], before it is scaled to the reviewers' capacity.

    It is the largest of √(s(1 - s)) over labels and of ASSIGNED_WEIGHT over assigned labels, both times the label's
    weight. `scores` (0 to 1; 0 for a label without one) and `assigned` are [items, labels], `weights` [labels];
    `of_assigned`: the weights of assigned labels, where these are others.
    """
    uncertain = np.sqrt(scores * (1 - scores)) * weights
    given = np.where(assigned, ASSIGNED_WEIGHT * (weights if of_assigned is None else of_assigned), 0.0)
    return np.asarray(np.maximum(uncertain, given).max(axis=1, initial=0.0))


def floor(capacity: float, volume: float) -> float:
    """The smallest inclusion probability, for `capacity` answers among `volume` items."""
    return min(1.0, FLOOR_SHARE * capacity / volume) if volume else 1.0


def inclusion(urgencies: Floats, scale: float, lowest: float) -> Floats:
    """The probability with which each item is drawn: its urgency times the scale, between `lowest` and 1."""
    return np.clip(scale * urgencies, lowest, 1.0)


def scale_for(urgencies: Floats, capacity: float, counts: Floats | None = None) -> float:
    """The scale with which as many of these items are expected to be drawn as people can answer.

    `urgencies` are those of the items of one period, `capacity` is the number of answers in it; `counts`: the items
    of each urgency. Where fewer items than that have any urgency, all of them are drawn.
    """
    counts = np.ones(len(urgencies)) if counts is None else counts
    positive = urgencies[(urgencies > 0) & (counts > 0)]
    lowest = floor(capacity, float(counts.sum()))
    low, high = 0.0, float(1 / positive.min()) if len(positive) else 0.0

    def drawn(scale: float) -> float:
        return float(inclusion(urgencies, scale, lowest) @ counts)

    if drawn(high) <= capacity:
        return high
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if drawn(middle) < capacity else (low, middle)
    return high


def is_drawn(salt: str, item_id: str, probability: float) -> bool:
    """Whether an item is drawn: SHA-256 of salt and id, its first 64 bits below probability · 2⁶⁴."""
    digest = hashlib.sha256((salt + item_id).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8]) < probability * 2**64
