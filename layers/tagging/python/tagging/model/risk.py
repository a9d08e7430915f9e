"""The risk of an item: how likely its label set is to be wrong, by its calibrated scores."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tagging.model.decisions import uncertain
from tagging.model.heads import served_kind
from tagging.model.label_set import AssignedLabel, LabelSet
from tagging.model.manifest import Decision, ReviewRule
from tagging.model.prediction import Floats
from tagging.taxonomy import Taxonomy

Bools = NDArray[np.bool_]
SMALLEST = 1e-4
"""Scores have four decimals: no error is expected to be rarer, or surer, than that."""

NO_RULE = ReviewRule(cut=math.inf)
"""Of bundles whose decisions have review bands: their items have a risk, too."""


def expected_error(taxonomy: Taxonomy, scores: Floats, assigned: Bools, ran: Bools) -> Floats:
    """The probability [...] that a label is wrong, by scores [..., labels] as if heads and labels were independent.

    `assigned` includes implied labels; heads that did not `ran` cannot be wrong.
    """
    right = np.ones(scores.shape[:-1])
    start = 0
    for head in taxonomy.heads:
        columns, ran_head = slice(start, start + len(head.labels)), ran[..., start]
        start += len(head.labels)
        if not ran_head.any():
            continue
        error = served_kind(head.kind).error(scores[..., columns], assigned[..., columns])
        right = right * np.where(ran_head, 1 - error, 1.0)
    result: Floats = 1 - right
    return result


def log_odds(error: Floats) -> Floats:
    """Of the expected error [...]."""
    inner = np.minimum(np.maximum(error, SMALLEST), 1 - SMALLEST)
    result: Floats = np.log(inner / (1 - inner))
    return result


def risk_of(
    rule: ReviewRule | None,
    taxonomy: Taxonomy,
    scores: Mapping[str, float],
    labels: tuple[AssignedLabel, ...],
    sentences: int = 1,
) -> float:
    """The risk of an item: scores of the heads that ran, labels with the implied ones, and the number of sentences."""
    of_labels = dict(scores) | {label.id: label.score for label in labels}
    values = np.array([of_labels.get(label_id, np.nan) for label_id in taxonomy.labels])
    ran = ~np.isnan(values)
    ids = {label.id for label in labels}
    assigned = np.array([label_id in ids for label_id in taxonomy.labels])
    error = expected_error(taxonomy, np.where(ran, values, 0.0), assigned, ran)
    rule = rule or NO_RULE
    unlabelled = 0.0 if labels else rule.unlabelled
    return float(log_odds(error)) + unlabelled - rule.sentences * math.log(max(sentences, 1))


def is_uncertain(rule: ReviewRule | None, label_set: LabelSet, decisions: Mapping[str, Decision]) -> bool:
    """Whether the labels are among those most likely to be wrong; without a rule, by the review bands of scores."""
    return uncertain(label_set.scores, decisions) if rule is None else label_set.risk >= rule.cut
