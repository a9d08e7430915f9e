"""Multilabel heads as they are served: independent sigmoids, and any number of labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tagging.model.heads import ServedHeadKind, above_threshold, platt
from tagging.model.manifest import Decision
from tagging.model.prediction import Floats
from tagging.taxonomy import Head, Policy

Bools = NDArray[np.bool_]


class Independent:
    """Labels that are decided one by one."""

    def scores(self, logits: Floats, decisions: Sequence[Decision]) -> Floats:
        """The sigmoid of each mapped logit; a label with breakpoints has its score from the line through them (isotonic
        regression, Zadrozny and Elkan 2002), level before the first and after the last."""
        mapped = platt(logits, decisions)
        # The two forms of the sigmoid keep exp() from overflowing on either side.
        small = np.exp(-np.abs(mapped))
        scores: Floats = np.where(mapped >= 0, 1 / (1 + small), small / (1 + small))
        for column, decision in enumerate(decisions):
            if decision.breakpoints:
                positions, heights = zip(*decision.breakpoints, strict=True)
                scores[..., column] = np.interp(logits[..., column], positions, heights)
        return scores

    def holding(self, head: Head, scores: Mapping[str, float], decisions: Mapping[str, Decision]) -> tuple[str, ...]:
        """The labels that the head's policy chooses, or those that reach their thresholds."""
        if not isinstance(head.policy, Policy):
            return above_threshold(head, scores, decisions)
        chosen = _highest(head.policy, sorted((label.id for label in head.labels), key=lambda id: -scores[id]), scores)
        return tuple(label.id for label in head.labels if label.id in chosen)

    def error(self, scores: Floats, assigned: Bools) -> Floats:
        """That any label is wrong, as if they were independent."""
        error: Floats = 1 - np.prod(np.where(assigned, scores, 1 - scores), axis=-1)
        return error


def _highest(policy: Policy, by_score: list[str], scores: Mapping[str, float]) -> set[str]:
    """The first `top` labels; or as many as it takes until their scores add up to `sum`, all where they never do."""
    if policy.top is not None:
        return set(by_score[: policy.top])
    total, chosen = 0.0, set()
    for label_id in by_score:
        # A rounding error of the addition must not add one more label.
        if total >= (policy.sum or 0.0) - 1e-9:
            break
        total += scores[label_id]
        chosen.add(label_id)
    return chosen


KIND: ServedHeadKind = Independent()
