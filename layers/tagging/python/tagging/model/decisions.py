"""From logits to scores to the labels that hold, for each kind of head and each policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from tagging.model.manifest import Decision
from tagging.taxonomy import Head, Policy, Taxonomy

Floats = NDArray[np.float64]


def scores_of(head: Head, logits: Floats, decisions: Mapping[str, Decision]) -> Floats:
    """Calibrated probabilities [..., labels of the head], in [0, 1], rounded to 4 decimals.

    Each logit is first mapped by its label's slope and intercept (Platt 1999); independent sigmoids, or for a
    multiclass head one softmax. A label with knots has its score from the line through them instead (isotonic
    regression, Zadrozny and Elkan 2002), level before the first and after the last.
    """
    of_head = [decisions[label.id] for label in head.labels]
    slopes = np.array([decision.slope for decision in of_head])
    intercepts = np.array([decision.intercept for decision in of_head])
    mapped = logits.astype(np.float64) * slopes + intercepts
    if head.kind == "multiclass":
        raised = np.exp(mapped - mapped.max(axis=-1, keepdims=True))
        shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
        return shares.round(4)
    # The two forms of the sigmoid keep exp() from overflowing on either side.
    small = np.exp(-np.abs(mapped))
    scores: Floats = np.where(mapped >= 0, 1 / (1 + small), small / (1 + small))
    for column, decision in enumerate(of_head):
        if decision.breakpoints:
            places, heights = zip(*decision.breakpoints, strict=True)
            scores[..., column] = np.interp(logits[..., column], places, heights)
    return scores.round(4)


def labels_of(head: Head, scores: Mapping[str, float], decisions: Mapping[str, Decision]) -> tuple[str, ...]:
    """Ids of the head's labels that hold by themselves, in taxonomy order; what they imply comes with `closed`.

    Any number, or for a multiclass head at most one; equal scores are the earlier label's.
    """
    ids = [label.id for label in head.labels]
    if isinstance(head.policy, Policy):
        chosen = _highest(head.policy, sorted(ids, key=lambda label_id: -scores[label_id]), scores)
        return tuple(label_id for label_id in ids if label_id in chosen)
    holding = tuple(label_id for label_id in ids if scores[label_id] >= decisions[label_id].threshold)
    if head.kind != "multiclass":
        return holding
    best = max(ids, key=lambda label_id: scores[label_id])
    return (best,) if best in holding else ()


def _highest(policy: Policy, by_score: list[str], scores: Mapping[str, float]) -> set[str]:
    """The first so many; or as many as it takes until their scores add up, all where they never do."""
    if policy.top is not None:
        return set(by_score[: policy.top])
    reached, chosen = 0.0, set()
    for label_id in by_score:
        # What floating-point addition leaves over must not ask for one label more.
        if reached >= (policy.sum or 0.0) - 1e-9:
            break
        reached += scores[label_id]
        chosen.add(label_id)
    return chosen


def implied_by(taxonomy: Taxonomy, holding: Iterable[str]) -> dict[str, str]:
    """Each label that must hold because others do -> the first of them, in the order given, that brings it."""
    own = tuple(holding)
    found: dict[str, str] = {}
    for label_id in own:
        for above in taxonomy.closed([label_id]):
            if above not in own:
                found.setdefault(above, label_id)
    return found


def uncertain(scores: Mapping[str, float], decisions: Mapping[str, Decision]) -> bool:
    """Does any score lie in its label's review band?"""
    bands = ((score, decisions[label_id].review) for label_id, score in scores.items())
    return any(band is not None and band[0] <= score < band[1] for score, band in bands)
