"""What becomes of the mails: right, partly wrong, looked at by a person, or missed; and which routes they take."""

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
    """Shares of all rows; each row is in exactly one. Only what is known of a row can make it wrong."""

    right: MetricValue
    """Everything given holds, everything that holds was given, and no person need look."""
    partly: MetricValue
    """Something is wrong or lacking, but something that holds was found, or nothing holds."""
    review: MetricValue
    """The tagger asked for a person to look."""
    missed: MetricValue
    """Something holds, none of it was found, and nobody was asked to look."""


TRIAGE = tuple(field.name for field in fields(TriageCounts))


@dataclass(frozen=True)
class RouteQuality:
    """One route over the rows of which it is known whether they should take it."""

    id: str
    known: int
    due: int
    """Rows that should take it."""
    sent: int
    """Rows that do."""
    arrived: MetricValue
    """Of the rows due, those sent."""
    right: MetricValue
    """Of the rows sent, those due."""
    lost: int
    """Rows due that take no route at all and that no person is asked to look at."""
    outcomes: Mapping[str, int]
    """How many of the rows due have each outcome, in the order of TriageCounts."""


def triage_of(observed: PredictionSet) -> NDArray[np.str_]:
    """The name of each row's outcome [rows]: a field of TriageCounts."""
    yes, known, given = observed.answers.positive, observed.answers.observed, observed.given
    right = ~((yes != given) & known).any(axis=1)
    missed = yes.any(axis=1) & ~(given & yes).any(axis=1)
    return np.select([observed.review, right, missed], ["review", "right", "missed"], "partly")


def triage_counts(observed: PredictionSet) -> TriageCounts:
    """The share of each outcome."""
    names = triage_of(observed)
    ones = np.ones(len(names))
    return TriageCounts(*(share((names == name).astype(float), ones, observed.group_of) for name in TRIAGE))


@dataclass(frozen=True)
class _Routed:
    """Which rows should take which routes, and do: arrays [rows, routes]."""

    routes: tuple[str, ...]
    due: Bools
    known: Bools
    sent: Bools


def routing_accuracy(observed: PredictionSet) -> MetricValue:
    """Share of rows that take exactly the routes they should, among those of which that is known."""
    routed = _routed(observed)
    rows = routed.known.all(axis=1)
    if not routed.routes:
        return MetricValue(None)
    right = (routed.due == routed.sent).all(axis=1)
    return share((right & rows).astype(float), rows.astype(float), observed.group_of)


def quality_of_routes(observed: PredictionSet) -> tuple[RouteQuality, ...]:
    """Every route of the taxonomy, by its name."""
    routed = _routed(observed)
    outcomes = triage_of(observed)
    nowhere = ~routed.sent.any(axis=1) & ~observed.review
    found = []
    for column, route in enumerate(routed.routes):
        known = routed.known[:, column]
        due, sent = routed.due[:, column] & known, routed.sent[:, column] & known
        hits = (due & sent).astype(float)
        arrived, right = (share(hits, all_.astype(float), observed.group_of, FEWEST_POSITIVES) for all_ in (due, sent))
        lost = int((due & nowhere).sum())
        counts = {name: int((due & (outcomes == name)).sum()) for name in TRIAGE}
        of_rows = (int(known.sum()), int(due.sum()), int(sent.sum()))
        found.append(RouteQuality(route, *of_rows, arrived, right, lost, counts))
    return tuple(found)


def _routed(observed: PredictionSet) -> _Routed:
    """A route is due where one label that takes it holds, and known not to be where none of them can hold."""
    labels = observed.taxonomy.labels
    routes = observed.taxonomy.routes(labels)
    takes = np.array([[labels[label].route == route for route in routes] for label in observed.labels], dtype=int)
    takes = takes.reshape(len(labels), len(routes))
    due = observed.answers.positive @ takes > 0
    open_ = (~observed.answers.observed & observed.asked).astype(int) @ takes > 0
    # A route of which the data know no label says nothing.
    told = (observed.asked.astype(int) @ takes > 0) & np.ones_like(due)
    return _Routed(routes, due, (due | ~open_) & told, observed.given @ takes > 0)
