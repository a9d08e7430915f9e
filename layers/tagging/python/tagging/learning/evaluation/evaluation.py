"""Everything that is measured of a bundle on a data set, through the tagger that is served."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import numpy as np

from tagging.learning.data import Row, kind_of
from tagging.learning.evaluation.head_quality import HeadQuality, answered_by_all, quality_of_heads
from tagging.learning.evaluation.item_quality import PartlyLabelled, quality_of_parts, quality_of_wholes
from tagging.learning.evaluation.label_quality import LabelQuality, quality_of_labels
from tagging.learning.evaluation.metric_values import MetricValue, figure
from tagging.learning.evaluation.predictions import PredictionSet, predict_rows
from tagging.learning.evaluation.slices import Slice, slices_of
from tagging.learning.evaluation.triage import (
    RouteQuality,
    TriageCounts,
    quality_of_routes,
    routing_accuracy,
    triage_counts,
)
from tagging.learning.numeric import Bootstrap
from tagging.model import BundleVersion, Tagger

INTERVALS = (
    "95 %, test sampling only: Wilson for shares, bootstrap over groups for the rest, "
    "none below 5 positives; they say nothing of other customers or later months"
)


@dataclass(frozen=True)
class DataSeen:
    """The rows that the figures rest on."""

    rows: int
    tagged: int
    quarantined: Mapping[str, int]
    """Rows that can never be tagged, by reason; they are in no other figure."""
    fully_labelled: int
    known_share: float
    """Share of cells, over the labels of which the data know anything, that are known yes or no."""
    positives: int
    groups: int
    sources: Mapping[str, int]
    unasked: tuple[str, ...]
    """Labels of the bundle of which the data know nothing."""
    item: Literal["mail", "picture"] = "mail"
    """What the rows are about, as `tagging.evaluation/1` spells it."""

    @property
    def item_word(self) -> str:
        """The same for people: mail or image."""
        return "image" if self.item == "picture" else self.item


@dataclass(frozen=True)
class Times:
    """Milliseconds from a row's text or file to its label set, on this machine."""

    p50_ms: float
    p95_ms: float


@dataclass(frozen=True)
class Evaluation:
    """The figures; `whole` is empty where no row is fully labelled, `partly` None where all are."""

    bundle: BundleVersion
    data: DataSeen
    outcomes: TriageCounts
    routing_accuracy: MetricValue
    answered: MetricValue
    """Share of items for which every head had an answer."""
    whole: Mapping[str, MetricValue]
    partly: PartlyLabelled | None
    cost: MetricValue
    """Cost of errors per 100 items over the labels whose goal names costs."""
    labels: tuple[LabelQuality, ...]
    heads: tuple[HeadQuality, ...]
    routes: tuple[RouteQuality, ...]
    slices: tuple[Slice, ...]
    time: Times
    intervals: str = INTERVALS

    @property
    def calibrated(self) -> str:
        """How many of the labels that can be judged are calibrated, for people."""
        judged = [label for label in self.labels if label.calibrated is not None]
        perhaps = sum(bool(label.error_by_chance) for label in judged)
        told = f"{sum(bool(label.calibrated) for label in judged)} of {len(judged)}"
        return f"{told}; {perhaps} more but for an error that so few rows may show by chance" if perhaps else told

    def to_json(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {"schema": "tagging.evaluation/1", **msgspec.to_builtins(self)}


class NothingToEvaluate(Exception):
    """No row could be tagged, or no label is known of any."""


def evaluate(
    tagger: Tagger, rows: Sequence[Row], *, seed: int = 0, progress: Callable[[], None] = lambda: None
) -> Evaluation:
    """Tag the rows and measure. Raises NothingToEvaluate."""
    return evaluate_observed(predict_rows(tagger, rows, progress), seed=seed)


def evaluate_observed(observed: PredictionSet, *, seed: int = 0) -> Evaluation:
    """Measure what was observed. Raises NothingToEvaluate."""
    if not observed.rows or not observed.asked.any():
        raise NothingToEvaluate("no row could be tagged" if not observed.rows else "no label is known of any row")
    bootstrap = Bootstrap(observed.group_of, seed)
    labels = quality_of_labels(observed, bootstrap)
    costs = [label.cost for label in labels if label.cost is not None]
    p50, p95 = (round(float(ms), 2) for ms in np.percentile(observed.seconds * 1000, [50, 95]))
    return Evaluation(
        bundle=observed.tagger.bundle.version,
        data=_data(observed),
        outcomes=triage_counts(observed),
        routing_accuracy=routing_accuracy(observed),
        answered=answered_by_all(observed),
        whole=quality_of_wholes(observed, bootstrap),
        partly=quality_of_parts(observed),
        cost=figure(sum(costs) if costs else float("nan"), None, len(costs)),
        labels=labels,
        heads=quality_of_heads(observed),
        routes=quality_of_routes(observed),
        slices=slices_of(observed, bootstrap),
        time=Times(p50, p95),
    )


def _data(observed: PredictionSet) -> DataSeen:
    known = observed.answers.observed[:, observed.asked]
    sources = Counter(row.source for row in observed.rows if row.source is not None)
    return DataSeen(
        rows=len(observed.rows) + sum(observed.quarantined.values()),
        tagged=len(observed.rows),
        quarantined=observed.quarantined,
        fully_labelled=int(observed.whole.sum()),
        known_share=round(float(known.mean()), 4),
        positives=int(observed.answers.positive.sum()),
        groups=int(observed.group_of.max()) + 1,
        sources=dict(sorted(sources.items())),
        unasked=tuple(np.array(observed.labels)[~observed.asked].tolist()),
        item="picture" if kind_of(observed.rows) == "image" else "mail",
    )
