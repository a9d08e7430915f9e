"""Summarises a data set before training: labels, pairs, duplicates, and advice on heads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from tagging.learning.data.duplicates import Duplicates, find_duplicates
from tagging.learning.data.head_advice import Advice, JointCounts, advise, joint_counts
from tagging.learning.data.rows import Example, annotations_of
from tagging.learning.numeric import Annotations
from tagging.taxonomy import Taxonomy

Trust = Literal["none", "too_few", "few", "all", "fine"]
LEARNS_FROM = 10
"""Positives below which a label learns next to nothing from examples."""
TRUSTS_FROM = 30
"""Positives below which a label is calibrated together with its head's others and its metrics mean little."""
PAIRS = 12


@dataclass(frozen=True)
class LabelCount:
    """One label's rows; `trust` is `fine` from 30 positives, `few` from 10, `all` without a negative."""

    id: str
    yes: int
    known: int
    trust: Trust


@dataclass(frozen=True)
class Pair:
    """Two labels that hold together in `rows`, `lift` times as often as by chance."""

    labels: tuple[str, str]
    rows: int
    lift: float


@dataclass(frozen=True)
class DataReport:
    """The summary of a data set."""

    rows: int
    without_label: int
    with_several: int
    known_share: float
    """Share of all cells (row x label) that have an answer."""
    labels_per_row: float
    imbalance: float
    """Positives of the most frequent label divided by those of the rarest that has any."""
    sources: dict[str, int]
    splits: dict[str, int]
    groups: int
    labels: tuple[LabelCount, ...]
    pairs: tuple[Pair, ...]
    duplicates: Duplicates
    advice: tuple[Advice, ...]

    def as_json(self) -> dict[str, Any]:
        """The report as JSON holds it."""
        return asdict(self)


def report_of(rows: Sequence[Example], taxonomy: Taxonomy | None = None) -> DataReport:
    """Summarise the rows; labels are the taxonomy's in use, or all that the rows name, most frequent first."""
    counted = Counter(label for row in rows for label in row.labels)
    named = [*sorted(counted, key=lambda label: (-counted[label], label))]
    named += sorted({label for row in rows for label in row.unknown} - set(named))
    labels = list(taxonomy.in_use().labels) if taxonomy else named
    annotations = annotations_of(rows, labels)
    per_row = annotations.positive.sum(axis=1)
    counts = _counts(labels, annotations)
    positives = [label.yes for label in counts if label.yes]
    return DataReport(
        rows=len(rows),
        without_label=int((per_row == 0).sum()),
        with_several=int((per_row > 1).sum()),
        known_share=round(float(annotations.observed.mean()), 4) if labels else 1.0,
        labels_per_row=round(float(per_row.mean()), 2) if len(rows) else 0.0,
        imbalance=round(max(positives) / min(positives), 1) if positives else 1.0,
        sources=dict(Counter(row.source for row in rows if row.source).most_common()),
        splits=dict(Counter(row.split for row in rows if row.split).most_common()),
        groups=len({row.group for row in rows} - {None}),
        labels=counts,
        pairs=_pairs(labels, joint_counts(annotations)),
        duplicates=find_duplicates(rows),
        advice=_advice(labels, annotations, taxonomy),
    )


def _counts(labels: Sequence[str], annotations: Annotations) -> tuple[LabelCount, ...]:
    yes, known = (annotations.positive & annotations.observed).sum(axis=0), annotations.observed.sum(axis=0)
    return tuple(
        LabelCount(label, int(y), int(k), _trust(int(y), int(k)))
        for label, y, k in zip(labels, yes, known, strict=True)
    )


def _trust(yes: int, known: int) -> Trust:
    if yes == 0:
        return "none"
    if yes == known:
        return "all"
    return "too_few" if yes < LEARNS_FROM else "few" if yes < TRUSTS_FROM else "fine"


def _pairs(labels: Sequence[str], counts: JointCounts) -> tuple[Pair, ...]:
    upper, expected = np.triu(counts.together, 1), counts.expected()
    order = np.argsort(-upper, axis=None, kind="stable")[:PAIRS]
    indices = zip(*np.unravel_index(order, upper.shape), strict=True)
    return tuple(
        Pair(
            (labels[int(one)], labels[int(other)]),
            int(upper[one, other]),
            _lift(upper[one, other], expected[one, other]),
        )
        for one, other in indices
        if upper[one, other]
    )


def _lift(rows: float, expected: float) -> float:
    return round(float(rows / expected), 1)


def _advice(labels: Sequence[str], annotations: Annotations, taxonomy: Taxonomy | None) -> tuple[Advice, ...]:
    """Head by head where there is a taxonomy; without advice that a head follows already."""
    if taxonomy is None:
        return advise(labels, annotations)
    result: list[Advice] = []
    for head in taxonomy.in_use().heads:
        columns = [column for column, label in enumerate(labels) if taxonomy.head_of(label) == head.id]
        part = Annotations(annotations.positive[:, columns], annotations.observed[:, columns])
        parents = {(label.id, label.parent) for label in head.labels}
        advice = advise([labels[column] for column in columns], part, head.id)
        result += (one for one in advice if one.what != head.kind and one.labels not in parents)
    return tuple(result)
