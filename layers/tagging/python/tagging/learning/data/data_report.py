"""What a data set holds, and what in it will make trouble: said before anything is learned from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from tagging.learning.data.duplicates import Duplicates, find_duplicates
from tagging.learning.data.head_advice import Advice, Meetings, advise, meetings
from tagging.learning.data.rows import Row, answers_of
from tagging.learning.numeric import Answers
from tagging.taxonomy import Taxonomy

Trust = Literal["none", "too_few", "few", "all", "fine"]
LEARNS_FROM = 10
"""Yes rows below which a label learns next to nothing from examples."""
TRUSTS_FROM = 30
"""Yes rows below which a label is calibrated together with its head's others, and its figures mean little."""
PAIRS = 12


@dataclass(frozen=True)
class LabelCount:
    """One label's rows; `trust` is `fine` from 30 yes rows, `few` from 10, `all` where no row says no."""

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
    """Everything that is told of a data set."""

    rows: int
    without_label: int
    with_several: int
    known_share: float
    """Share of all cells (row x label) that are known yes or no."""
    labels_per_row: float
    imbalance: float
    """Yes rows of the most frequent label over those of the rarest that has any."""
    sources: dict[str, int]
    splits: dict[str, int]
    groups: int
    labels: tuple[LabelCount, ...]
    pairs: tuple[Pair, ...]
    duplicates: Duplicates
    advice: tuple[Advice, ...]

    def as_json(self) -> dict[str, Any]:
        """All of it, ready for JSON."""
        return asdict(self)


def report_of(rows: Sequence[Row], taxonomy: Taxonomy | None = None) -> DataReport:
    """Look at the rows; labels are the taxonomy's in use, or all that the rows name, most frequent first."""
    counted = Counter(label for row in rows for label in row.labels)
    found = [*sorted(counted, key=lambda label: (-counted[label], label))]
    found += sorted({label for row in rows for label in row.unknown} - set(found))
    labels = list(taxonomy.in_use().labels) if taxonomy else found
    answers = answers_of(rows, labels)
    per_row = answers.positive.sum(axis=1)
    counts = _counts(labels, answers)
    held = [label.yes for label in counts if label.yes]
    return DataReport(
        rows=len(rows),
        without_label=int((per_row == 0).sum()),
        with_several=int((per_row > 1).sum()),
        known_share=round(float(answers.observed.mean()), 4) if labels else 1.0,
        labels_per_row=round(float(per_row.mean()), 2) if len(rows) else 0.0,
        imbalance=round(max(held) / min(held), 1) if held else 1.0,
        sources=dict(Counter(row.source for row in rows if row.source).most_common()),
        splits=dict(Counter(row.split for row in rows if row.split).most_common()),
        groups=len({row.group for row in rows} - {None}),
        labels=counts,
        pairs=_pairs(labels, meetings(answers)),
        duplicates=find_duplicates(rows),
        advice=_advice(labels, answers, taxonomy),
    )


def _counts(labels: Sequence[str], answers: Answers) -> tuple[LabelCount, ...]:
    yes, known = (answers.positive & answers.observed).sum(axis=0), answers.observed.sum(axis=0)
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


def _pairs(labels: Sequence[str], met: Meetings) -> tuple[Pair, ...]:
    upper, expected = np.triu(met.together, 1), met.expected()
    order = np.argsort(-upper, axis=None, kind="stable")[:PAIRS]
    places = zip(*np.unravel_index(order, upper.shape), strict=True)
    return tuple(
        Pair(
            (labels[int(one)], labels[int(other)]),
            int(upper[one, other]),
            _lift(upper[one, other], expected[one, other]),
        )
        for one, other in places
        if upper[one, other]
    )


def _lift(rows: float, expected: float) -> float:
    return round(float(rows / expected), 1)


def _advice(labels: Sequence[str], answers: Answers, taxonomy: Taxonomy | None) -> tuple[Advice, ...]:
    """Head by head where there is a taxonomy; what a head already is need not be advised."""
    if taxonomy is None:
        return advise(labels, answers)
    found: list[Advice] = []
    for head in taxonomy.in_use().heads:
        columns = [place for place, label in enumerate(labels) if taxonomy.head_of(label) == head.id]
        part = Answers(answers.positive[:, columns], answers.observed[:, columns])
        parents = {(label.id, label.parent) for label in head.labels}
        told = advise([labels[column] for column in columns], part, head.id)
        found += (one for one in told if one.what != head.kind and one.labels not in parents)
    return tuple(found)
