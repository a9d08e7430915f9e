"""Multilabel heads as they are served: independent sigmoids, and any number of labels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tagging.model.heads import ScoreMaps, ServedHeadKind, above_threshold, platt, reach_threshold
from tagging.model.manifest import Decision
from tagging.model.prediction import Floats
from tagging.taxonomy import Head, Policy

Bools = NDArray[np.bool_]
ROUNDING = 1e-9
"""A rounding error of the addition of scores must not add one more label."""


class Independent:
    """Labels that are decided one by one."""

    def scores(self, logits: Floats, maps: ScoreMaps) -> Floats:
        """The sigmoid of each mapped logit; a label with breakpoints has its score from the line through them (isotonic
        regression, Zadrozny and Elkan 2002), level before the first and after the last."""
        mapped = platt(logits, maps)
        # The two forms of the sigmoid keep exp() from overflowing on either side.
        small = np.exp(-np.abs(mapped))
        scores: Floats = np.where(mapped >= 0, 1 / (1 + small), small / (1 + small))
        for place, positions, heights in maps.lines:
            scores[..., place] = np.interp(logits[..., place], positions, heights)
        return scores

    def holding(self, head: Head, scores: Mapping[str, float], decisions: Mapping[str, Decision]) -> tuple[str, ...]:
        """The labels that the head's policy chooses, or those that reach their thresholds."""
        if not isinstance(head.policy, Policy):
            return above_threshold(head, scores, decisions)
        chosen = _highest(head.policy, sorted((label.id for label in head.labels), key=lambda id: -scores[id]), scores)
        return tuple(label.id for label in head.labels if label.id in chosen)

    def holds(self, head: Head, scores: Floats, maps: ScoreMaps) -> Bools:
        """The labels that the head's policy chooses in each row, or those that reach their thresholds."""
        policy = head.policy
        if not isinstance(policy, Policy):
            return reach_threshold(scores, maps)
        order = np.argsort(-scores, axis=-1, kind="stable")
        if policy.top is not None:
            chosen = np.broadcast_to(np.arange(scores.shape[-1]) < policy.top, scores.shape)
        else:
            totals = np.cumsum(np.take_along_axis(scores, order, axis=-1), axis=-1)
            before = np.concatenate([np.zeros((*totals.shape[:-1], 1)), totals[..., :-1]], axis=-1)
            chosen = before < (policy.sum or 0.0) - ROUNDING
        holds = np.zeros(scores.shape, dtype=bool)
        np.put_along_axis(holds, order, chosen, axis=-1)
        return holds

    def error(self, scores: Floats, assigned: Bools) -> Floats:
        """That any label is wrong, as if they were independent."""
        error: Floats = 1 - np.multiply.reduce(np.where(assigned, scores, 1 - scores), axis=-1)
        return error


def _highest(policy: Policy, by_score: list[str], scores: Mapping[str, float]) -> set[str]:
    """The first `top` labels; or as many as it takes until their scores add up to `sum`, all where they never do."""
    if policy.top is not None:
        return set(by_score[: policy.top])
    total, chosen = 0.0, set()
    for label_id in by_score:
        if total >= (policy.sum or 0.0) - ROUNDING:
            break
        total += scores[label_id]
        chosen.add(label_id)
    return chosen


KIND: ServedHeadKind = Independent()
