"""Metrics for parts of the rows: by source, split, further columns, length and language of texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tagging.learning.data import kind_of
from tagging.learning.evaluation.item_quality import micro_f1, observed_cells
from tagging.learning.evaluation.metric_values import MetricValue, share
from tagging.learning.evaluation.predictions import PredictionSet
from tagging.learning.numeric import Bools, Bootstrap

WORDS = (0, 10, 30, 100)
"""Limits of the ranges by which texts are sliced: more words than one, up to the next."""
MOST_VALUES = 12
"""A column with more different values is not sliced: it identifies rows rather than parts."""


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


def slices_of(predictions: PredictionSet, bootstrap: Bootstrap) -> tuple[Slice, ...]:
    """Every slice that holds some but not all of the rows."""
    parts = ((column, value, rows) for column, value, rows in _parts(predictions) if not rows.all())
    return tuple(_slice(predictions, bootstrap, *part) for part in parts)


def _parts(predictions: PredictionSet) -> Iterator[tuple[str, str, Bools]]:
    if kind_of(predictions.rows) == "text":
        yield from _parts_of_texts(predictions)
    yield from _values("source", [row.source for row in predictions.rows])
    yield from _values("split", [row.split for row in predictions.rows])
    for column in sorted({column for row in predictions.rows for column in row.extra}):
        yield from _values(column, [row.extra.get(column) for row in predictions.rows])


def _parts_of_texts(predictions: PredictionSet) -> Iterator[tuple[str, str, Bools]]:
    lengths = np.array([len(row.text.split()) for row in predictions.rows])
    for low, high in zip(WORDS, (*WORDS[1:], None), strict=True):
        rows = (lengths > low) & (lengths <= high) if high else lengths > low
        if rows.any():
            yield "words", f"{low + 1}\u2013{high}" if high else f"over {low}", rows
    yield from _values("language", ["English" if english else "other" for english in predictions.english])


def _values(column: str, values: list[str | None]) -> Iterator[tuple[str, str, Bools]]:
    distinct = sorted({value for value in values if value is not None})
    if len(distinct) <= MOST_VALUES:
        for value in distinct:
            yield column, value, np.array([one == value for one in values], dtype=bool)


def _slice(predictions: PredictionSet, bootstrap: Bootstrap, column: str, value: str, rows: Bools) -> Slice:
    cells = observed_cells(predictions, rows)
    review = predictions.review[rows].astype(float)
    return Slice(
        column=column,
        value=value,
        rows=int(rows.sum()),
        micro_f1=micro_f1(predictions, bootstrap, rows),
        recall=cells["recall"],
        false_alarms=cells["false_alarms"],
        review=share(review, np.ones(len(review)), predictions.group_of[rows]),
    )
