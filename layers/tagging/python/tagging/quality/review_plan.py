"""The plan of the review queue: with which probability people are asked about an item, so that they can keep up.

Two thirds of the reviews measure: they are drawn at random. The last third teaches: items that are probably wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tagging.quality.sampling import ASSIGNED_WEIGHT, inclusion, urgency

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MEASURED: Final = 2 / 3
"""The share of the reviewers' capacity for items that are drawn at random; the rest goes to suspected errors."""
PEOPLE_AN_ITEM: Final = 1.15
"""Reviews of each item that is drawn: one in twenty is asked of two people, and one in ten of a second one later."""
URGENCY_EDGES: Final = np.geomspace(0.002, 2.0, 51)
LEAST_SUSPICION: Final = 0.05
"""Items with fewer expected wrong cells are not suspected, however few others there are."""
SUSPICION_EDGES: Final = np.geomspace(LEAST_SUSPICION, 5.0, 101)
"""Narrow ones: many items end where one label is as likely wrong as right."""
RaisedFor = Literal["promotion", "drift"]


class Raised(Struct, frozen=True, kw_only=True):
    """A label that is asked about more often for a while."""

    label: str
    until: str
    """ISO 8601, UTC."""
    factor: float
    """On the label's weight: for drift throughout, after a promotion where the label is given."""
    why: RaisedFor


class ReviewPlan(Struct, frozen=True, kw_only=True):
    """`review/<kind>.json`."""

    schema: Literal["tagging.review_plan/1"] = "tagging.review_plan/1"
    kind: str
    number: int = 1
    """Each change has the next one."""
    version: str
    """Id of the champion that it was made for."""
    salt: str
    """Chooses which items are drawn; it never changes."""
    scale: float
    """Probability of an item with urgency 1: κ."""
    floor: float
    weights: dict[str, float]
    """Weight of each label; a label that is not here has 1."""
    capacity: float
    """Reviews a week."""
    volume: float
    """Items a week."""
    since: str
    """Hours that ended before are not drawn. ISO 8601, UTC, like the next two times."""
    scaled_at: str
    """When scale and floor were set last."""
    hours: int
    """From so many hours of traffic; 168 in the long run."""
    set_at: str
    """When anything was changed last."""
    suspicion_cut: float
    """Items with at least so many expected wrong cells are suspected."""
    raised: tuple[Raised, ...] = ()
    labels: tuple[str, ...] = ()
    """All labels that answers may name: those of the champion and of earlier versions."""
    previous: ReviewPlan | None = None
    """The plan before this one, without its own previous: an hour that is made again is drawn by it once more."""

    @property
    def checks_promotion(self) -> bool:
        """Whether a version is new: its critical labels are asked about more often, and nothing is drawn to teach."""
        return any(each.why == "promotion" for each in self.raised)


class DrawnHour(Struct, frozen=True, kw_only=True):
    """What was drawn from one hour, and what the next plan has to know of it; without ids."""

    hour: str
    """As in `HourKey`."""
    inputs: str
    """As `Hour.inputs`: where it differs, the hour was made again, and is drawn again."""
    plan: int
    """Number of the plan by which it was drawn."""
    version: str
    """Id of the champion that scored it."""
    items: int
    given: dict[str, int]
    """Items that were given each label."""
    urgency: tuple[int, ...]
    """Items by urgency, without the factors of raised labels."""
    suspicion: tuple[float, ...]
    """Items by expected wrong cells, each times its probability not to be drawn."""
    measured: int
    """Items that were drawn."""
    suspected: int


class DrawnDay(Struct, frozen=True):
    """`review/<kind>/<YYYY-MM-DD>.json`: the hours of a day, by `00` to `23`."""

    hours: dict[str, DrawnHour]


class Choice(Struct, frozen=True):
    """What a plan makes of items; each array is [items]."""

    chances: Floats
    """The probability to be drawn."""
    urgencies: Floats
    """Without the factors of raised labels."""
    suspicion: Floats
    """Expected wrong cells."""


def choice(plan: ReviewPlan, labels: Sequence[str], scores: Floats, assigned: Bools) -> Choice:
    """The probabilities of items by scores (0 to 1; nan for a label without one) and labels given: [items, labels]."""
    known = np.nan_to_num(np.asarray(scores, dtype=np.float64))
    weights = np.array([plan.weights.get(label, 1.0) for label in labels])
    everywhere, where_given = _factors(plan.raised, labels)
    urgencies = urgency(known, assigned, weights)
    raised = urgencies
    if plan.raised:
        raised = urgency(known, assigned, weights * everywhere, weights * everywhere * where_given)
    chances = inclusion(raised, plan.scale, plan.floor)
    return Choice(chances, urgencies, np.minimum(known, 1 - known).sum(axis=1))


def observed(chosen: Choice, given: Mapping[str, int], **of_hour: Any) -> DrawnHour:
    """What the next plan has to know of these items. `of_hour`: the other fields of `DrawnHour`."""
    return DrawnHour(
        items=len(chosen.chances),
        given={label: int(count) for label, count in given.items() if count},
        urgency=tuple(histogram(chosen.urgencies, URGENCY_EDGES).astype(int).tolist()),
        suspicion=tuple(np.round(histogram(chosen.suspicion, SUSPICION_EDGES, 1 - chosen.chances), 3).tolist()),
        **of_hour,
    )


def histogram(values: Floats, edges: Floats, counts: Floats | None = None) -> Floats:
    """How many values are in each bin, those beyond the edges in the outermost ones; `counts`: of each value."""
    if not len(values):
        return np.zeros(len(edges) - 1)
    inside = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)
    return np.bincount(inside, counts, minlength=len(edges) - 1).astype(np.float64)


def midpoints(edges: Floats) -> Floats:
    """The value that stands for each bin of a geometric histogram; 0 for the lowest bin, which is open below."""
    middle = np.sqrt(edges[:-1] * edges[1:])
    middle[0] = 0.0
    return np.asarray(middle)


def at_least(counts: Floats, edges: Floats, wanted: float) -> float:
    """The value that so many items reach: spread within each bin evenly by its logarithm."""
    above = 0.0
    for index in reversed(range(len(counts))):
        if above + counts[index] >= wanted:
            part = (wanted - above) / counts[index] if counts[index] else 0.0
            return float(edges[index + 1] * (edges[index] / edges[index + 1]) ** part)
        above += counts[index]
    return float(edges[0])


def label_weights(given: Mapping[str, int], labels: Sequence[str], items: int) -> dict[str, float]:
    """Weights of labels: rare ones are asked about more often than their share of the items; 1 at LEAST_RATE."""
    rates = {label: max((given.get(label, 0) + 1) / (items + 20), LEAST_RATE) for label in labels}
    return {label: round((LEAST_RATE / rate) ** 0.5, 4) for label, rate in rates.items()}


LEAST_RATE: Final = 0.005
"""Labels of fewer items than this share weigh no more: answers about them are too few for a number anyway."""


def factor_for(answers: float, given: float, plan: ReviewPlan, label: str) -> float:
    """The factor with which so many of the items that are given a label are drawn."""
    ordinary = plan.scale * ASSIGNED_WEIGHT * plan.weights.get(label, 1.0)
    return round(max(1.0, min(1.0, answers / max(given, 1.0)) / max(ordinary, 1e-9)), 3)


def _factors(raised: Sequence[Raised], labels: Sequence[str]) -> tuple[Floats, Floats]:
    """The factors of each label [labels]: on its whole weight, and on that of items that are given it."""
    everywhere, where_given = np.ones(len(labels)), np.ones(len(labels))
    columns = {label: column for column, label in enumerate(labels)}
    for each in raised:
        if each.label in columns:
            factors = everywhere if each.why == "drift" else where_given
            factors[columns[each.label]] = max(factors[columns[each.label]], each.factor)
    return everywhere, where_given
