"""Quality of each label by itself, over the cells that have an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from tagging.learning.evaluation import metrics
from tagging.learning.evaluation.calibration_quality import (
    FROM_SCORE,
    brier_skill,
    calibration_error,
    calibration_slope,
    chance_errors,
)
from tagging.learning.evaluation.metric_values import MetricValue, metric_value, share
from tagging.learning.evaluation.predictions import PredictionSet
from tagging.learning.numeric import FEWEST_POSITIVES, Bootstrap, Floats, percentiles, reflected
from tagging.taxonomy import Cost, NumericObjective

CALIBRATION_POSITIVES = 50
"""Positives below which calibration cannot be distinguished from chance."""
SLOPES, MOST_ERROR = (0.7, 1.4), 0.08


class LabelQuality(msgspec.Struct, frozen=True):
    """One label; `support` is the number of positives, `known` that of cells with an answer."""

    id: str
    head: str
    route: str | None
    critical: bool
    meets_objective: bool = msgspec.field(name="proven")
    zero_shot: bool = msgspec.field(name="guess")
    threshold: float | None
    """None where the head's policy uses none."""
    known: int
    support: int
    predicted: int = msgspec.field(name="given")
    true_positives: int = msgspec.field(name="hits")
    precision: MetricValue
    recall: MetricValue
    f1: MetricValue
    average_precision: MetricValue
    brier_skill: MetricValue
    calibration_slope: MetricValue
    calibration_error: MetricValue
    chance_error: MetricValue
    """The calibration error of perfectly calibrated scores: mean, and the middle 95 % of replays."""
    calibrated: bool | None
    """Whether all three are in range (see `is_calibrated`); None with too few positives to judge."""
    error_by_chance: bool | None
    """Whether it fails by its error alone, and perfectly calibrated scores may have such an error too."""
    cost: float | None
    """Cost of its errors by the taxonomy's objective, per 100 known cells; None where the objective names no cost."""


@dataclass(frozen=True)
class _Cells:
    """One label's cells with an answer: arrays [cells], and the rows that they are in."""

    rows: NDArray[np.int64]
    scores: Floats
    predicted: NDArray[np.bool_]
    positive: NDArray[np.bool_]
    group_of: NDArray[np.int64]

    @property
    def positives(self) -> int:
        """Number of positives."""
        return int(self.positive.sum())


def quality_of_labels(predictions: PredictionSet, bootstrap: Bootstrap) -> tuple[LabelQuality, ...]:
    """Every annotated label, in taxonomy order."""
    return tuple(_quality(predictions, int(column), bootstrap) for column in np.flatnonzero(predictions.annotated))


def _quality(predictions: PredictionSet, column: int, bootstrap: Bootstrap) -> LabelQuality:
    label = predictions.taxonomy.labels[predictions.labels[column]]
    decision = predictions.tagger.bundle.decisions[label.id]
    head = predictions.taxonomy.head_of(label.id)
    by_threshold = {head.id for head in predictions.taxonomy.heads if head.policy == "thresholds"}
    cells = _cells(predictions, column)
    true_positives = cells.predicted & cells.positive
    resampled = _resampled(cells, bootstrap)
    enough = cells.positives >= CALIBRATION_POSITIVES
    return LabelQuality(
        id=label.id,
        head=head,
        route=label.route,
        critical=label.critical,
        meets_objective=decision.meets_objective,
        zero_shot=decision.zero_shot,
        threshold=decision.threshold if head in by_threshold else None,
        known=len(cells.rows),
        support=cells.positives,
        predicted=int(cells.predicted.sum()),
        true_positives=int(true_positives.sum()),
        precision=share(true_positives.astype(float), cells.predicted.astype(float), cells.group_of, FEWEST_POSITIVES),
        recall=share(true_positives.astype(float), cells.positive.astype(float), cells.group_of, FEWEST_POSITIVES),
        calibrated=is_calibrated(resampled) if enough else None,
        error_by_chance=_error_by_chance(resampled) if enough else None,
        cost=_cost(cells, label.objective),
        **resampled,
    )


def is_calibrated(values: Mapping[str, MetricValue], most_error: float = MOST_ERROR) -> bool:
    """Brier skill surely above 0, slope from 0.7 to 1.4 (or undefined: perfect separation), error at most 0.08."""
    skill, slope, error = (values[name] for name in ("brier_skill", "calibration_slope", "calibration_error"))
    return (
        (skill.low or 0.0) > 0
        and (slope.value is None or SLOPES[0] <= slope.value <= SLOPES[1])
        and (error.value or 0.0) <= most_error
    )


def _error_by_chance(values: Mapping[str, MetricValue]) -> bool:
    return not is_calibrated(values) and is_calibrated(values, values["chance_error"].high or 0.0)


def _cells(predictions: PredictionSet, column: int) -> _Cells:
    rows = np.flatnonzero(predictions.annotations.observed[:, column])
    return _Cells(
        rows,
        predictions.scores[rows, column],
        predictions.predicted[rows, column],
        predictions.annotations.positive[rows, column],
        np.unique(predictions.group_of[rows], return_inverse=True)[1],
    )


def _resampled(cells: _Cells, bootstrap: Bootstrap) -> dict[str, MetricValue]:
    """The metrics whose intervals come from resampling; below FEWEST_POSITIVES they have none."""
    once = np.ones((len(cells.rows), 1), dtype=np.float32)
    values = {name: float(value[0]) for name, value in _computed(cells, once).items()}
    if cells.positives and not cells.positive.all():
        values["average_precision"] = float(average_precision_score(cells.positive, cells.scores))
    enough = cells.positives >= FEWEST_POSITIVES
    slope = calibration_slope(cells.scores, cells.positive, cells.group_of) if enough else None
    high = int((cells.scores >= FROM_SCORE).sum())
    result = {
        "calibration_slope": metric_value(slope.value, slope.interval, len(cells.rows)) if slope else MetricValue(None),
        "chance_error": _chance_error(cells.scores, high),
    }
    chunks = [_computed(cells, weights[cells.rows]) for weights in bootstrap.weights()] if enough else []
    for name, value in values.items():
        replicates = np.concatenate([chunk[name] for chunk in chunks]) if chunks else np.empty(0)
        interval = reflected(value, replicates) if name == "calibration_error" else percentiles(replicates)
        result[name] = metric_value(value, interval, high if name == "calibration_error" else len(cells.rows))
    return result


def _chance_error(scores: Floats, high: int) -> MetricValue:
    replayed = chance_errors(scores)
    return metric_value(float(replayed.mean()), percentiles(replayed), high) if high else MetricValue(None)


def _computed(cells: _Cells, weights: metrics.Weights) -> dict[str, Floats]:
    """Each metric for each resample [draws]; `weights` are those of the cells."""
    true_positives, predicted, positive = (
        metrics.resampled_sums(v, weights) for v in (cells.predicted & cells.positive, cells.predicted, cells.positive)
    )
    return {
        "f1": metrics.f1(true_positives, predicted, positive),
        "average_precision": metrics.average_precision(cells.scores, cells.positive, weights),
        "brier_skill": brier_skill(cells.scores, cells.positive, weights),
        "calibration_error": calibration_error(cells.scores, cells.positive, weights),
    }


def _cost(cells: _Cells, objective: object) -> float | None:
    cost = objective.cost if isinstance(objective, NumericObjective) else None
    if not isinstance(cost, Cost):
        return None
    false_positives = (cells.predicted & ~cells.positive).sum()
    false_negatives = (~cells.predicted & cells.positive).sum()
    return round(100 * float(cost.fp * false_positives + cost.fn * false_negatives) / len(cells.rows), 4)
