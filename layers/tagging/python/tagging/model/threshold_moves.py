"""Thresholds apart from heads: a version with other thresholds, and which items it could decide differently."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from tagging.model.assignments import holds_alone, with_implied
from tagging.model.bundle import Bundle
from tagging.model.decisions import scores_by
from tagging.model.heads import platt
from tagging.model.manifest import version_of
from tagging.model.prediction import Floats
from tagging.taxonomy import Head, Policy, Taxonomy, nearest

Bools = NDArray[np.bool_]
MARGIN = 1e-3
"""More than the difference between the score of a label in a softmax and its upper bound by the label's own logit."""


class ThresholdRefused(ValueError):
    """A threshold that cannot be set; the message says why."""


def check_thresholds(moves: Mapping[str, float], taxonomy: Taxonomy, current: Mapping[str, float]) -> None:
    """Raise ThresholdRefused for an unknown label, one that a policy decides, and a value that is none or not new.

    `current`: threshold of each label.
    """
    policies = {label.id: head for head in taxonomy.heads for label in head.labels if isinstance(head.policy, Policy)}
    for label, value in moves.items():
        if label not in current:
            raise ThresholdRefused(f"there is no label {label}{nearest(label, [*current])}")
        if label in policies:
            head = policies[label]
            raise ThresholdRefused(f"head {head.id} decides {label} by its policy: its labels have no threshold")
        if not 0 <= value <= 1:
            raise ThresholdRefused(f"the threshold of {label} is from 0 to 1, not {value:g}")
        if value == current[label]:
            raise ThresholdRefused(f"the threshold of {label} is {value:g} already")


def moved_thresholds(version: Bundle, moves: Mapping[str, float]) -> Bundle:
    """The version with these thresholds: label -> value. Raises ThresholdRefused.

    A threshold that was set by hand has no proof that it meets a floor of precision or recall.
    """
    current = {label: decision.threshold for label, decision in version.decisions.items()}
    check_thresholds(moves, version.taxonomy, current)
    labels = version.taxonomy.labels
    moved = dict(version.decisions)
    for label, value in moves.items():
        proven = moved[label].meets_objective and not labels[label].has_floor
        moved[label] = replace(moved[label], threshold=float(value), meets_objective=proven)
    thresholds = version_of(version.version.thresholds, json.dumps(moves, sort_keys=True))
    return replace(version, decisions=moved, version=replace(version.version, thresholds=thresholds))


def differ_in_thresholds_alone(one: Bundle, other: Bundle) -> bool:
    """Whether two versions give the same logits and scores, and decide by the same rules but for their thresholds."""
    if (one.scorer, one.taxonomy, one.review) != (other.scorer, other.taxonomy, other.review):
        return False
    kept = [
        {label: replace(each, threshold=0.0, meets_objective=True) for label, each in version.decisions.items()}
        for version in (one, other)
    ]
    return kept[0] == kept[1]


def could_differ(logits: Floats, peaks: Floats, old: Bundle, new: Bundle) -> Bools:
    """Whether `decide` could differ between two versions that differ in thresholds alone: bools [items].

    `logits` [items, labels]; `peaks` [items, labels]: the highest logit of each label in the sentences and cuts of an
    item, -inf where there is none. Never False for an item whose label set, scores, reasons or ticket change, whatever
    heads were asked for and however unlike the training data it is; True for some items that do not change.
    """
    differ = np.zeros(len(logits), dtype=bool)
    held = np.zeros(logits.shape, dtype=bool)
    for head in old.taxonomy.heads:
        columns, labels = old.head_columns[head.id], [label.id for label in head.labels]
        moved = [place for place, label in enumerate(labels) if old.decisions[label] != new.decisions[label]]
        if not moved:
            continue
        before, after = (holds_alone(head, logits[:, columns], each) for each in (old, new))
        differ |= (before != after).any(axis=1)
        held[:, columns] = before | after
        highest = _highest_scores(peaks[:, columns], old, head)
        lowest = np.minimum(old.score_maps[head.id].thresholds, new.score_maps[head.id].thresholds)
        reached = (highest >= lowest) & np.isfinite(peaks[:, columns])
        differ |= reached[:, moved].any(axis=1)
    proofs = [label for label in old.taxonomy.labels if _proof_differs(label, old, new)]
    if proofs:
        differ |= with_implied(held, old)[:, [old.columns[label] for label in proofs]].any(axis=1)
    return differ


def _proof_differs(label: str, old: Bundle, new: Bundle) -> bool:
    return old.decisions[label].meets_objective != new.decisions[label].meets_objective


def _highest_scores(peaks: Floats, version: Bundle, head: Head) -> Floats:
    """Upper bounds of the scores of sentences and cuts, from the peaks of a head's labels [items, labels]."""
    decisions = [version.decisions[label.id] for label in head.labels]
    if any(each.slope <= 0 for each in decisions) or (head.rules.exclusive and not decisions[0].beside_none):
        return np.ones(peaks.shape)
    maps = version.score_maps[head.id]
    if not head.rules.exclusive:
        return scores_by(head, peaks, maps)
    odds = np.exp(np.clip(platt(peaks, maps), -500, 500))  # a softmax in which no other label has a share
    bounds: Floats = odds / (1 + odds) + MARGIN
    return bounds
