"""The kinds of heads as they are served: from logits to scores, and from scores to the labels that hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tagging.model.manifest import Decision
from tagging.taxonomy import Head

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


class ScoreMaps(Struct, frozen=True):
    """The decisions of a head's labels as arrays, so that scoring one item does not make them again."""

    slopes: Floats
    intercepts: Floats
    thresholds: Floats
    lines: tuple[tuple[int, Floats, Floats], ...]
    """Of each label with breakpoints: its place in the head, their logits and their probabilities."""
    beside_none: bool


class ServedHeadKind(Protocol):
    """What serving needs of a kind of head: `KIND` of the module in this folder that has the kind's name."""

    def scores(self, logits: Floats, maps: ScoreMaps) -> Floats:
        """Probabilities [..., labels] from logits [..., labels]."""

    def holding(self, head: Head, scores: Mapping[str, float], decisions: Mapping[str, Decision]) -> tuple[str, ...]:
        """Ids of the labels that hold, in taxonomy order."""

    def holds(self, head: Head, scores: Floats, maps: ScoreMaps) -> Bools:
        """Which labels hold, by scores [..., labels of the head]: those of `holding`, for many items at once."""

    def error(self, scores: Floats, assigned: Bools) -> Floats:
        """The probability [...] that a label of the head is wrong, by calibrated scores [..., labels]."""


@cache
def served_kind(name: str) -> ServedHeadKind:
    """The kind of this name; it is among `HEAD_KINDS`."""
    kind: ServedHeadKind = import_module(f"{__name__}.{name}").KIND
    return kind


def score_maps(decisions: Sequence[Decision]) -> ScoreMaps:
    """The arrays of the decisions on a head's labels."""
    points = {place: np.array(each.breakpoints) for place, each in enumerate(decisions) if each.breakpoints}
    return ScoreMaps(
        slopes=np.array([decision.slope for decision in decisions]),
        intercepts=np.array([decision.intercept for decision in decisions]),
        thresholds=np.array([decision.threshold for decision in decisions]),
        lines=tuple((place, each[:, 0].copy(), each[:, 1].copy()) for place, each in points.items()),
        beside_none=decisions[0].beside_none,
    )


def platt(logits: Floats, maps: ScoreMaps) -> Floats:
    """Each logit mapped by its label's slope and intercept (Platt 1999) [..., labels]."""
    mapped: Floats = logits.astype(np.float64) * maps.slopes + maps.intercepts
    return mapped


def above_threshold(head: Head, scores: Mapping[str, float], decisions: Mapping[str, Decision]) -> tuple[str, ...]:
    """Ids of the labels whose scores reach their thresholds, in taxonomy order."""
    return tuple(label.id for label in head.labels if scores[label.id] >= decisions[label.id].threshold)


def reach_threshold(scores: Floats, maps: ScoreMaps) -> Bools:
    """Whether scores [..., labels] reach the thresholds of their labels."""
    reached: Bools = scores >= maps.thresholds
    return reached
