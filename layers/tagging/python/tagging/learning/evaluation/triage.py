"""The outcome of each item (right, partly wrong, review, missed) and the routes that it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tagging.learning.evaluation.metric_values import MetricValue, share
from tagging.learning.evaluation.predictions import PredictionSet
from tagging.learning.numeric import FEWEST_POSITIVES, Bools


@dataclass(frozen=True)
class TriageCounts:
    """Shares of all rows; each row has exactly one outcome. Only labels with an answer can make it wrong."""

    right: MetricValue
    """Every label is right, and no review is needed."""
    partly: MetricValue
    """A label is wrong or lacking, but at least one positive was predicted, or there are no positives."""
    review: MetricValue
    """Flagged for review."""
    missed: MetricValue
    """There are positives, none was predicted, and the row is not flagged for review."""


TRIAGE = tuple(field.name for field in fields(TriageCounts))


@dataclass(frozen=True)
class RouteQuality:
    """One route, over the rows whose annotations decide whether they should take it."""

    id: str
    known: int
    due: int
    """Rows that should take it."""
    sent: int
    """Rows that take it."""
    arrived: MetricValue
    """Share of the rows due that are sent: recall."""
    right: MetricValue
    """Share of the rows sent that are due: precision."""
    lost: int
    """Rows due that take no route at all and are not flagged for review."""
    outcomes: Mapping[str, int]
    """How many of the rows due have each outcome, in the order of TriageCounts."""


def triage_of(predictions: PredictionSet) -> NDArray[np.str_]:
    """Each row's outcome [rows], the name of a field of TriageCounts."""
    positive, predicted = predictions.annotations.positive, predictions.predicted
    right = ~((positive != predicted) & predictions.annotations.observed).any(axis=1)
    missed = positive.any(axis=1) & ~(predicted & positive).any(axis=1)
    return np.select([predictions.review, right, missed], ["review", "right", "missed"], "partly")


def triage_counts(predictions: PredictionSet) -> TriageCounts:
    """The share of each outcome."""
    names = triage_of(predictions)
    ones = np.ones(len(names))
    return TriageCounts(*(share((names == name).astype(float), ones, predictions.group_of) for name in TRIAGE))


@dataclass(frozen=True)
class _Routing:
    """Which rows should take which routes, where that is known, and which do: arrays [rows, routes]."""

    routes: tuple[str, ...]
    due: Bools
    known: Bools
    sent: Bools


def routing_accuracy(predictions: PredictionSet) -> MetricValue:
    """Share of rows that take exactly the routes they should, among those where all due routes are known."""
    routing = _routing(predictions)
    rows = routing.known.all(axis=1)
    if not routing.routes:
        return MetricValue(None)
    right = (routing.due == routing.sent).all(axis=1)
    return share((right & rows).astype(float), rows.astype(float), predictions.group_of)


def quality_of_routes(predictions: PredictionSet) -> tuple[RouteQuality, ...]:
    """Every route of the taxonomy, in order of names."""
    routing = _routing(predictions)
    outcomes = triage_of(predictions)
    nowhere = ~routing.sent.any(axis=1) & ~predictions.review
    qualities = []
    for column, route in enumerate(routing.routes):
        known = routing.known[:, column]
        due, sent = routing.due[:, column] & known, routing.sent[:, column] & known
        true_positives = (due & sent).astype(float)
        arrived, right = (
            share(true_positives, rows.astype(float), predictions.group_of, FEWEST_POSITIVES) for rows in (due, sent)
        )
        lost = int((due & nowhere).sum())
        counts = {name: int((due & (outcomes == name)).sum()) for name in TRIAGE}
        rows = (int(known.sum()), int(due.sum()), int(sent.sum()))
        qualities.append(RouteQuality(route, *rows, arrived, right, lost, counts))
    return tuple(qualities)


def _routing(predictions: PredictionSet) -> _Routing:
    """A route is due where one of its labels holds, and not due where none of them can hold."""
    labels = predictions.taxonomy.labels
    routes = predictions.taxonomy.routes(labels)
    takes = np.array([[labels[label].route == route for route in routes] for label in predictions.labels], dtype=int)
    takes = takes.reshape(len(labels), len(routes))
    due = predictions.annotations.positive @ takes > 0
    undecided = (~predictions.annotations.observed & predictions.annotated).astype(int) @ takes > 0
    # The data decide nothing about a route without an annotated label.
    evaluated = (predictions.annotated.astype(int) @ takes > 0) & np.ones_like(due)
    wait = np.array([label_set.routes_wait for label_set in predictions.label_sets], dtype=bool)
    sent = (predictions.predicted @ takes > 0) & ~wait[:, None]
    return _Routing(routes, due, (due | ~undecided) & evaluated, sent)
