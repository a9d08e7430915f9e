"""Evaluates a bundle on a data set, through the tagger that is served."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import numpy as np

from tagging.kinds import EncoderKind
from tagging.learning.data import Example, kind_of
from tagging.learning.evaluation.head_quality import HeadQuality, answered_by_all, quality_of_heads
from tagging.learning.evaluation.item_quality import PartlyLabelled, quality_of_full_rows, quality_of_partial_rows
from tagging.learning.evaluation.label_quality import LabelQuality, quality_of_labels
from tagging.learning.evaluation.metric_values import MetricValue, metric_value
from tagging.learning.evaluation.predictions import PredictionSet, predict_rows
from tagging.learning.evaluation.review_quality import ReviewQuality, quality_of_review
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


class DataSummary(msgspec.Struct, frozen=True):
    """The rows that were evaluated."""

    rows: int
    tagged: int
    quarantined: Mapping[str, int]
    """Quarantined rows, by reason; they are in no metric."""
    fully_labelled: int
    known_share: float
    """Share of the cells of annotated labels that have an answer, yes or no."""
    positives: int
    groups: int
    sources: Mapping[str, int]
    unannotated: tuple[str, ...] = msgspec.field(name="unasked")
    """Labels of the bundle without any answer in the data."""
    item: Literal["mail", "picture"] = "mail"
    """The kind of the rows, as `tagging.evaluation/1` spells it."""

    @property
    def item_word(self) -> str:
        """The kind for people: mail or image."""
        return {"picture": "image"}.get(self.item, self.item)


_ITEMS: Mapping[EncoderKind, Literal["mail", "picture"]] = {"text": "mail", "image": "picture"}
"""Names of items in `tagging.evaluation/1`."""


@dataclass(frozen=True)
class Times:
    """Milliseconds from a row's text or file to its label set, on this machine."""

    p50_ms: float
    p95_ms: float


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """All metrics of a bundle on a data set."""

    bundle: BundleVersion
    data: DataSummary
    triage: TriageCounts = msgspec.field(name="outcomes")
    routing_accuracy: MetricValue
    answered: MetricValue
    """Share of items for which every head has an answer (see `head_quality.answered`)."""
    fully_labelled: Mapping[str, MetricValue] = msgspec.field(name="whole")
    """Metrics over the fully labelled rows; empty where there are none."""
    partly_labelled: PartlyLabelled | None = msgspec.field(name="partly")
    """None where all rows are fully labelled."""
    cost: MetricValue
    """Cost of errors per 100 items over the labels whose objective names costs."""
    labels: tuple[LabelQuality, ...]
    heads: tuple[HeadQuality, ...]
    routes: tuple[RouteQuality, ...]
    slices: tuple[Slice, ...]
    time: Times
    intervals: str = INTERVALS
    review_reasons: Mapping[str, int] = {}
    """Rows with each reason for a review, the most frequent first."""
    review: ReviewQuality
    """What review finds."""

    @property
    def calibrated(self) -> str:
        """How many labels are calibrated, of those with enough positives to judge, for people."""
        judged = [label for label in self.labels if label.calibrated is not None]
        by_chance = sum(bool(label.error_by_chance) for label in judged)
        text = f"{sum(bool(label.calibrated) for label in judged)} of {len(judged)}"
        return f"{text}; {by_chance} more but for an error that so few rows may show by chance" if by_chance else text

    def to_json(self) -> dict[str, Any]:
        """The JSON document `tagging.evaluation/1`."""
        return {"schema": "tagging.evaluation/1", **msgspec.to_builtins(self)}


class NothingToEvaluate(Exception):
    """No row could be tagged, or none has an answer."""


def evaluate(
    tagger: Tagger, rows: Sequence[Example], *, seed: int = 0, progress: Callable[[], None] = lambda: None
) -> Evaluation:
    """Tag the rows and compute all metrics. Raises NothingToEvaluate."""
    return evaluate_predictions(predict_rows(tagger, rows, progress), seed=seed)


def evaluate_predictions(predictions: PredictionSet, *, seed: int = 0) -> Evaluation:
    """Compute all metrics. Raises NothingToEvaluate."""
    if not predictions.rows or not predictions.annotated.any():
        raise NothingToEvaluate(
            "no row could be tagged" if not predictions.rows else "no row has an answer for a label of the bundle"
        )
    bootstrap = Bootstrap(predictions.group_of, seed)
    labels = quality_of_labels(predictions, bootstrap)
    costs = [label.cost for label in labels if label.cost is not None]
    p50, p95 = (round(float(ms), 2) for ms in np.percentile(predictions.seconds * 1000, [50, 95]))
    reasons = Counter(reason for label_set in predictions.label_sets for reason in label_set.review_reasons)
    return Evaluation(
        bundle=predictions.tagger.bundle.version,
        data=_data(predictions),
        triage=triage_counts(predictions),
        routing_accuracy=routing_accuracy(predictions),
        answered=answered_by_all(predictions),
        fully_labelled=quality_of_full_rows(predictions, bootstrap),
        partly_labelled=quality_of_partial_rows(predictions),
        cost=metric_value(sum(costs) if costs else float("nan"), None, len(costs)),
        labels=labels,
        heads=quality_of_heads(predictions),
        routes=quality_of_routes(predictions),
        slices=slices_of(predictions, bootstrap),
        time=Times(p50, p95),
        review_reasons=dict(reasons.most_common()),
        review=quality_of_review(predictions),
    )


def _data(predictions: PredictionSet) -> DataSummary:
    observed = predictions.annotations.observed[:, predictions.annotated]
    sources = Counter(row.source for row in predictions.rows if row.source is not None)
    return DataSummary(
        rows=len(predictions.rows) + sum(predictions.quarantined.values()),
        tagged=len(predictions.rows),
        quarantined=predictions.quarantined,
        fully_labelled=int(predictions.fully_labelled.sum()),
        known_share=round(float(observed.mean()), 4),
        positives=int(predictions.annotations.positive.sum()),
        groups=int(predictions.group_of.max()) + 1,
        sources=dict(sorted(sources.items())),
        unannotated=tuple(np.array(predictions.labels)[~predictions.annotated].tolist()),
        item=_ITEMS[kind_of(predictions.rows)],
    )
