"""Heads with a condition: which cells their labels are learned from, and for which items they run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tagging.learning.heads.head_kind import training_kind
from tagging.learning.numeric import Annotations, Bools, Floats
from tagging.taxonomy import Taxonomy


def conditioned_annotations(annotations: Annotations, taxonomy: Taxonomy) -> Annotations:
    """The same [rows, labels]; cells of a head that waits for a label are observed only where that label holds.

    The head of dresses never runs on apples, so that apples are no negatives for it.
    """
    columns = {label: column for column, label in enumerate(taxonomy.labels)}
    applies = [
        np.ones(len(annotations.positive), dtype=bool) if head.when is None else _holds(annotations, columns[head.when])
        for head in taxonomy.heads
    ]
    return Annotations(annotations.positive, annotations.observed & _by_label(taxonomy, applies))


@dataclass(frozen=True)
class Assignment:
    """Heads that run and labels that are assigned, as in serving: boolean arrays [items, labels]."""

    ran: Bools
    """The label's head runs: it waits for no label, or for one that was assigned."""
    assigned: Bools
    """Excludes implied labels."""


def assign_labels(taxonomy: Taxonomy, scores: Floats, thresholds: Floats) -> Assignment:
    """Run the heads one after the other, by scores [items, labels] and thresholds [labels]."""
    columns = {label: column for column, label in enumerate(taxonomy.labels)}
    assigned = np.zeros(scores.shape, dtype=bool)
    ran: list[Bools] = []
    for head in taxonomy.heads:
        own = np.array([columns[label.id] for label in head.labels])
        runs = assigned[:, columns[head.when]] if head.when else np.ones(len(scores), dtype=bool)
        assigned[:, own] = training_kind(head.kind).assigned(scores[:, own], thresholds[own]) & runs[:, None]
        ran.append(runs)
    return Assignment(_by_label(taxonomy, ran), assigned)


def _holds(annotations: Annotations, column: int) -> Bools:
    result: Bools = annotations.positive[:, column] & annotations.observed[:, column]
    return result


def _by_label(taxonomy: Taxonomy, by_head: list[Bools]) -> Bools:
    sizes = [len(head.labels) for head in taxonomy.heads]
    return np.repeat(np.stack(by_head, axis=1), sizes, axis=1)
