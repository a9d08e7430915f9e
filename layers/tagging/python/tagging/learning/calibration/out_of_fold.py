"""Held-out items to tune on, and their scores and labels by decisions, as in serving."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from tagging.learning.heads import Assignment, assign_labels
from tagging.learning.numeric import Annotations, Bools, Floats, Ints
from tagging.model import Decision, scores_of
from tagging.taxonomy import Taxonomy


@dataclass(frozen=True)
class OutOfFold:
    """Items to tune on: out-of-fold logits [items, labels] and annotations."""

    logits: Floats
    annotations: Annotations
    repeats: float = 1.0
    """Items per labelled row: composed mails use a row more than once, which adds no certainty."""
    positive_rows: Ints | None = None
    """Labelled rows with each label [labels]; None: estimated from the items."""
    composed: int = 0
    """How many of the items are mails composed of rows; they come first."""
    natural: int | None = None
    """How many are rows as they are; they follow, and background items come last. None: all the others."""
    counts: Ints | None = None
    """How many items of the traffic each stands for [items]: 1 / inclusion; None where no row was drawn."""

    def as_traffic(self) -> OutOfFold:
        """Each item as often as it stands for, on as many independent rows as before."""
        if self.counts is None:
            return self
        annotations = Annotations(
            np.repeat(self.annotations.positive, self.counts, axis=0),
            np.repeat(self.annotations.observed, self.counts, axis=0),
        )
        known_positive = self.annotations.positive & self.annotations.observed
        return OutOfFold(
            np.repeat(self.logits, self.counts, axis=0),
            annotations,
            self.repeats * float(self.counts.mean()),
            self.rows_of(known_positive),
        )

    def rows_of(self, known_positive: Bools) -> Ints:
        """How many independent rows with each label the items rest on [labels]."""
        if self.positive_rows is not None:
            return self.positive_rows
        rows: Ints = np.rint(known_positive.sum(axis=0) / self.repeats).astype(np.int64)
        return rows

    def take(self, columns: slice) -> OutOfFold:
        """The labels of these columns."""
        annotations = Annotations(self.annotations.positive[:, columns], self.annotations.observed[:, columns])
        rows = None if self.positive_rows is None else self.positive_rows[columns]
        return replace(self, logits=self.logits[:, columns], annotations=annotations, positive_rows=rows)

    def natural_rows(self) -> OutOfFold:
        """The rows as they are: what is measured on them is as frequent as in the data."""
        rows = slice(self.composed, None if self.natural is None else self.composed + self.natural)
        annotations = Annotations(self.annotations.positive[rows], self.annotations.observed[rows])
        return OutOfFold(self.logits[rows], annotations, counts=None if self.counts is None else self.counts[rows])


def assignment_of(taxonomy: Taxonomy, scores: Floats, decisions: Mapping[str, Decision]) -> Assignment:
    """Which heads run and which labels are assigned by these decisions, for scores [items, labels]."""
    return assign_labels(taxonomy, scores, np.array([decisions[label].threshold for label in taxonomy.labels]))


def scores_for(taxonomy: Taxonomy, logits: Floats, decisions: Mapping[str, Decision]) -> Floats:
    """Scores [items, labels] of all heads, the same as in serving for the heads that run."""
    by_head, start = [], 0
    for head in taxonomy.heads:
        by_head.append(scores_of(head, logits[:, start : start + len(head.labels)], decisions))
        start += len(head.labels)
    return np.hstack(by_head)
