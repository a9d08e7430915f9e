"""Charts and threshold choices of each label, and the charts of all labels together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tagging.learning.evaluation import LabelQuality, PredictionSet
from tagging.learning.report import charts
from tagging.learning.report.charts import Chart
from tagging.learning.report.threshold_choices import Choice, threshold_choices

COLUMNS = {
    "label": "",
    "yes": "rows in which it holds",
    "precision": "share of correct ones among those assigned",
    "recall": "share of assigned ones among those that hold",
    "F1": "harmonic mean of precision and recall",
    "AP": "average precision: how well scores order the rows",
    "threshold": "score from which it is assigned",
    "skill": "Brier skill: 0 is no better than the label's share of yes, 1 is perfect",
    "slope": "calibration slope: 1 is calibrated, below 1 scores are too extreme",
    "ECE": "mean gap between score and share of yes, over scores from 0.1; below it the gap of exactly right scores",
}
"""Column of the table -> its tooltip."""


@dataclass(frozen=True)
class Panel:
    """One label in detail; without charts where it holds for every row or for none."""

    label: LabelQuality
    description: str
    charts: Sequence[Chart] = ()
    choices: Sequence[Choice] = ()


def label_panels(labels: Sequence[LabelQuality], predictions: PredictionSet) -> list[Panel]:
    """A panel for each label, in their order."""
    return [_panel(label, predictions) for label in labels]


def _panel(label: LabelQuality, predictions: PredictionSet) -> Panel:
    column = predictions.labels.index(label.id)
    known = predictions.annotations.observed[:, column]
    scores, positive = predictions.scores[known, column], predictions.annotations.positive[known, column]
    description = predictions.taxonomy.labels[label.id].description
    if not positive.any() or positive.all():
        return Panel(label, description)
    drawn = (
        charts.precision_recall(scores, positive, label.threshold),
        charts.thresholds(scores, positive, label.threshold),
        charts.reliability(scores, positive),
        charts.histogram(scores, positive, label.threshold),
    )
    return Panel(label, description, drawn, threshold_choices(scores, positive, label.threshold))


def overall_charts(predictions: PredictionSet) -> list[Chart]:
    """All known cells of all labels in one chart each."""
    known = predictions.annotations.observed & predictions.annotated
    scores, positive = predictions.scores[known], predictions.annotations.positive[known]
    drawn = [charts.reliability(scores, positive), charts.histogram(scores, positive, None)]
    if positive.any():
        drawn.insert(1, charts.precision_recall(scores, positive, None))
    return drawn
