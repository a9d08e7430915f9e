"""From logits to scores to the labels that hold, for each kind of head."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tagging.manifest import Decision
from tagging.taxonomy import Head

Floats = NDArray[np.float64]


def scores_of(head: Head, logits: Floats, decisions: Mapping[str, Decision]) -> Floats:
    """Calibrated probabilities [..., labels of the head], in [0, 1], rounded to 4 decimals.

    Each logit is first mapped by its label's slope and intercept (Platt 1999); independent sigmoids, or for a
    multiclass head one softmax.
    """
    slopes = np.array([decisions[label.id].slope for label in head.labels])
    intercepts = np.array([decisions[label.id].intercept for label in head.labels])
    mapped = logits.astype(np.float64) * slopes + intercepts
    if head.kind == "multiclass":
        raised = np.exp(mapped - mapped.max(axis=-1, keepdims=True))
        shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
        return shares.round(4)
    # The two forms of the sigmoid keep exp() from overflowing on either side.
    small = np.exp(-np.abs(mapped))
    sigmoids: Floats = np.where(mapped >= 0, 1 / (1 + small), small / (1 + small))
    return sigmoids.round(4)


def labels_of(head: Head, scores: Mapping[str, float], decisions: Mapping[str, Decision]) -> tuple[str, ...]:
    """Ids of the head's labels that hold, in taxonomy order: any number, or for a multiclass head at most one."""
    holding = tuple(label.id for label in head.labels if scores[label.id] >= decisions[label.id].threshold)
    if head.kind != "multiclass":
        return holding
    best = max((label.id for label in head.labels), key=lambda label_id: scores[label_id])
    return (best,) if best in holding else ()
