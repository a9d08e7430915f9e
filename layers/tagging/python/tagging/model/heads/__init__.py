"""The kinds of heads as they are served: from logits to scores, and from scores to the labels that hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tagging.model.manifest import Decision
from tagging.model.prediction import Floats
from tagging.taxonomy import Head

Bools = NDArray[np.bool_]


class ServedHeadKind(Protocol):
    """What serving needs of a kind of head: `KIND` of the module in this folder that has the kind's name."""

    def scores(self, logits: Floats, decisions: Sequence[Decision]) -> Floats:
        """Probabilities [..., labels] from logits [..., labels], with one decision per label."""

    def holding(self, head: Head, scores: Mapping[str, float], decisions: Mapping[str, Decision]) -> tuple[str, ...]:
        """Ids of the labels that hold, in taxonomy order."""

    def holds(self, head: Head, scores: Floats, decisions: Sequence[Decision]) -> Bools:
        """Which labels hold, by scores [..., labels of the head]: those of `holding`, for many items at once."""

    def error(self, scores: Floats, assigned: Bools) -> Floats:
        """The probability [...] that a label of the head is wrong, by calibrated scores [..., labels]."""


def served_kind(name: str) -> ServedHeadKind:
    """The kind of this name; it is among `HEAD_KINDS`."""
    kind: ServedHeadKind = import_module(f"{__name__}.{name}").KIND
    return kind


def platt(logits: Floats, decisions: Sequence[Decision]) -> Floats:
    """Each logit mapped by its label's slope and intercept (Platt 1999) [..., labels]."""
    slopes = np.array([decision.slope for decision in decisions])
    intercepts = np.array([decision.intercept for decision in decisions])
    mapped: Floats = logits.astype(np.float64) * slopes + intercepts
    return mapped


def above_threshold(head: Head, scores: Mapping[str, float], decisions: Mapping[str, Decision]) -> tuple[str, ...]:
    """Ids of the labels whose scores reach their thresholds, in taxonomy order."""
    return tuple(label.id for label in head.labels if scores[label.id] >= decisions[label.id].threshold)


def reach_threshold(scores: Floats, decisions: Sequence[Decision]) -> Bools:
    """Whether scores [..., labels] reach the thresholds of their labels."""
    reached: Bools = scores >= np.array([decision.threshold for decision in decisions])
    return reached
