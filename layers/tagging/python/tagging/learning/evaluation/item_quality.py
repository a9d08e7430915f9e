"""Quality of label sets: over fully labelled rows all metrics, over partly labelled ones recall and false alarms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.evaluation import metrics
from tagging.learning.evaluation.metric_values import MetricValue, metric_value, share
from tagging.learning.evaluation.predictions import PredictionSet
from tagging.learning.numeric import FEWEST_POSITIVES, Bools, Bootstrap, Floats, percentiles


@dataclass(frozen=True)
class PartlyLabelled:
    """Rows that lack some annotations: recall over their positives, and false alarms over their negatives."""

    rows: int
    recall: MetricValue
    false_alarms: MetricValue


@dataclass(frozen=True)
class _FullRows:
    """Fully labelled rows: arrays [rows, labels], and their row numbers."""

    scores: Floats
    predicted: Bools
    positive: Bools
    rows: NDArray[np.int64]


def quality_of_full_rows(
    predictions: PredictionSet, bootstrap: Bootstrap, rows: Bools | None = None
) -> dict[str, MetricValue]:
    """Metrics over the fully labelled rows, or those of them that `rows` [rows] marks; empty where there are none.

    micro_f1, macro_f1 (labels with a positive), sample_f1, mean_average_precision (likewise), hamming_loss,
    subset_accuracy, ranking_precision; `metrics` has their definitions.
    """
    inside = predictions.fully_labelled if rows is None else predictions.fully_labelled & rows
    if not inside.any():
        return {}
    columns = np.flatnonzero(predictions.annotated)
    cells = np.ix_(inside, columns)
    full = _FullRows(
        predictions.scores[cells],
        predictions.predicted[cells],
        predictions.annotations.positive[cells],
        np.flatnonzero(inside),
    )
    values = _computed(full, np.ones((len(full.rows), 1), dtype=np.float32))
    enough = full.positive.sum() >= FEWEST_POSITIVES
    chunks = [_computed(full, weights[full.rows]) for weights in bootstrap.weights()] if enough else []
    return {
        name: metric_value(
            float(value[0]),
            percentiles(np.concatenate([chunk[name] for chunk in chunks])) if chunks else None,
            len(full.rows),
        )
        for name, value in values.items()
    }


def _computed(full: _FullRows, weights: metrics.Weights) -> dict[str, Floats]:
    """Each metric for each resample [draws]."""
    rows = weights.sum(axis=0, dtype=np.float64)
    true_positives, predicted, positive = (
        metrics.resampled_sums(v, weights) for v in (full.predicted & full.positive, full.predicted, full.positive)
    )
    precisions = [
        metrics.average_precision(full.scores[:, label], full.positive[:, label], weights)
        for label in range(full.positive.shape[1])
    ]
    by_row = {
        "sample_f1": metrics.sample_f1(full.predicted, full.positive),
        "hamming_loss": (full.predicted != full.positive).mean(axis=1),
        "subset_accuracy": (full.predicted == full.positive).all(axis=1),
        "ranking_precision": metrics.ranking_precision(full.scores, full.positive),
    }
    return {
        "micro_f1": metrics.f1(true_positives.sum(axis=0), predicted.sum(axis=0), positive.sum(axis=0)),
        "macro_f1": _mean(metrics.f1(true_positives, predicted, positive)),
        "mean_average_precision": _mean(np.stack(precisions)),
    } | {name: metrics.ratio(metrics.resampled_sums(value, weights), rows) for name, value in by_row.items()}


def _mean(by_label: Floats) -> Floats:
    """Mean over the labels that have a value, of each resample."""
    has = np.isfinite(by_label)
    return metrics.ratio(np.where(has, by_label, 0).sum(axis=0), has.sum(axis=0).astype(np.float64))


def quality_of_partial_rows(predictions: PredictionSet) -> PartlyLabelled | None:
    """Recall and false alarms of the rows that are not fully labelled; None where there are none."""
    partly = ~predictions.fully_labelled
    if not partly.any():
        return None
    return PartlyLabelled(int(partly.sum()), **observed_cells(predictions, partly))


def observed_cells(predictions: PredictionSet, rows: Bools) -> dict[str, MetricValue]:
    """Recall over the positives and false alarms over the negatives of these rows; missing annotations are left out."""
    positive = predictions.annotations.positive[rows]
    negative = predictions.annotations.observed[rows] & ~positive
    predicted, group_of = predictions.predicted[rows], predictions.group_of[rows]
    return {
        "recall": share((predicted & positive).sum(axis=1), positive.sum(axis=1), group_of, FEWEST_POSITIVES),
        "false_alarms": share((predicted & negative).sum(axis=1), negative.sum(axis=1), group_of, FEWEST_POSITIVES),
    }


def micro_f1(predictions: PredictionSet, bootstrap: Bootstrap, rows: Bools) -> MetricValue:
    """F1 over all cells of the fully labelled rows among these."""
    inside = np.flatnonzero(predictions.fully_labelled & rows)
    positive, predicted = (
        predictions.annotations.positive[inside][:, predictions.annotated],
        predictions.predicted[inside][:, predictions.annotated],
    )
    parts = [part.sum(axis=1) for part in (predicted & positive, predicted, positive)]
    value = metrics.f1(*(np.array([part.sum()]) for part in parts))[0]
    if positive.sum() < FEWEST_POSITIVES:
        return metric_value(value, None, len(inside))
    resampled_sums = [
        metrics.f1(*(metrics.resampled_sums(part, w[inside]) for part in parts)) for w in bootstrap.weights()
    ]
    return metric_value(value, percentiles(np.concatenate(resampled_sums)), len(inside))
