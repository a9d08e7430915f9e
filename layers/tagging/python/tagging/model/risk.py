"""The risk of an item: how likely its label set is to be wrong, by its calibrated scores."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tagging.model.heads import served_kind
from tagging.model.label_set import AssignedLabel
from tagging.model.manifest import ReviewRule
from tagging.model.prediction import Floats
from tagging.taxonomy import Taxonomy

Bools = NDArray[np.bool_]
SMALLEST = 1e-4
"""Scores have four decimals: no error is expected to be rarer, or surer, than that."""


def expected_error(taxonomy: Taxonomy, scores: Floats, assigned: Bools, ran: Bools) -> Floats:
    """The probability [...] that a label is wrong, by scores [..., labels] as if heads and labels were independent.

    `assigned` includes implied labels; heads that did not `ran` cannot be wrong.
    """
    right = np.ones(scores.shape[:-1])
    start = 0
    for head in taxonomy.heads:
        columns = slice(start, start + len(head.labels))
        error = served_kind(head.kind).error(scores[..., columns], assigned[..., columns])
        right = right * np.where(ran[..., start], 1 - error, 1.0)
        start += len(head.labels)
    result: Floats = 1 - right
    return result


def log_odds(error: Floats) -> Floats:
    """Of the expected error [...]."""
    inner = np.clip(error, SMALLEST, 1 - SMALLEST)
    result: Floats = np.log(inner / (1 - inner))
    return result


def is_risky(
    rule: ReviewRule, taxonomy: Taxonomy, scores: Mapping[str, float], labels: tuple[AssignedLabel, ...]
) -> bool:
    """Whether an item's risk reaches the cut: scores of the heads that ran, and the labels with the implied ones."""
    of_labels = dict(scores) | {label.id: label.score for label in labels}
    values = np.array([of_labels.get(label_id, np.nan) for label_id in taxonomy.labels])
    ran = ~np.isnan(values)
    ids = {label.id for label in labels}
    assigned = np.array([label_id in ids for label_id in taxonomy.labels])
    error = expected_error(taxonomy, np.where(ran, values, 0.0), assigned, ran)
    return float(log_odds(error)) + (0.0 if labels else rule.unlabelled) >= rule.cut
