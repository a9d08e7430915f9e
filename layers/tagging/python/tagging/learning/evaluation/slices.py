"""The same figures for parts of the rows: each source and split, any further column, and how texts are written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tagging.learning.data import kind_of
from tagging.learning.evaluation.item_quality import known_cells, micro_f1
from tagging.learning.evaluation.metric_values import MetricValue, share
from tagging.learning.evaluation.predictions import PredictionSet
from tagging.learning.numeric import Bools, Bootstrap

WORDS = (0, 10, 30, 100)
"""A text's length is told by the range of words that it is in: from one of these up to the next."""
MOST_VALUES = 12
"""A column with more different values says something of single rows, not of parts."""


@dataclass(frozen=True)
class Slice:
    """The rows for which `column` has `value`."""

    column: str
    value: str
    rows: int
    micro_f1: MetricValue
    """Over its fully labelled rows."""
    recall: MetricValue
    false_alarms: MetricValue
    review: MetricValue


def slices_of(observed: PredictionSet, bootstrap: Bootstrap) -> tuple[Slice, ...]:
    """Every slice that holds some but not all of the rows."""
    found = ((column, value, rows) for column, value, rows in _parts(observed) if not rows.all())
    return tuple(_slice(observed, bootstrap, *each) for each in found)


def _parts(observed: PredictionSet) -> Iterator[tuple[str, str, Bools]]:
    if kind_of(observed.rows) == "text":
        yield from _parts_of_texts(observed)
    yield from _values("source", [row.source for row in observed.rows])
    yield from _values("split", [row.split for row in observed.rows])
    for column in sorted({column for row in observed.rows for column in row.extra}):
        yield from _values(column, [row.extra.get(column) for row in observed.rows])


def _parts_of_texts(observed: PredictionSet) -> Iterator[tuple[str, str, Bools]]:
    lengths = np.array([len(row.text.split()) for row in observed.rows])
    for low, high in zip(WORDS, (*WORDS[1:], None), strict=True):
        rows = (lengths > low) & (lengths <= high) if high else lengths > low
        if rows.any():
            yield "words", f"{low + 1}\u2013{high}" if high else f"over {low}", rows
    yield from _values("language", ["English" if english else "other" for english in observed.english])


def _values(column: str, values: list[str | None]) -> Iterator[tuple[str, str, Bools]]:
    named = sorted({value for value in values if value is not None})
    if len(named) <= MOST_VALUES:
        for value in named:
            yield column, value, np.array([one == value for one in values], dtype=bool)


def _slice(observed: PredictionSet, bootstrap: Bootstrap, column: str, value: str, rows: Bools) -> Slice:
    cells = known_cells(observed, rows)
    looked_at = observed.review[rows].astype(float)
    return Slice(
        column=column,
        value=value,
        rows=int(rows.sum()),
        micro_f1=micro_f1(observed, bootstrap, rows),
        recall=cells["recall"],
        false_alarms=cells["false_alarms"],
        review=share(looked_at, np.ones(len(looked_at)), observed.group_of[rows]),
    )
