"""Charts of one label's scores: reliability, precision and recall, thresholds, histogram; all axes go from 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from tagging.learning.evaluation import ReviewQuality
from tagging.learning.numeric import Bools, Floats, wilson
from tagging.learning.report.plot import Plot, Point, series_style

F1, PRECISION, RECALL = (series_style(number) for number in range(3))
POSITIVE, NEGATIVE = series_style(1), series_style(2)
TICKS = [(tick, f"{tick:g}") for tick in (0.0, 0.25, 0.5, 0.75, 1.0)]
BINS = 10
BARS = 20
MOST_POINTS = 60


@dataclass(frozen=True)
class Chart:
    """A drawing with its title and its legend: pairs of style class and name."""

    title: str
    svg: Markup
    legend: Sequence[tuple[str, str]] = ()


def reliability(scores: Floats, positive: Bools) -> Chart:
    """Share of positives against score in ten bins, with Wilson intervals; calibrated scores lie on the diagonal."""
    plot = _plot("score", "share that holds")
    plot.segment((0, 0), (1, 1), "diagonal")
    bin_of = np.minimum((scores * BINS).astype(int), BINS - 1)
    points = []
    for number in range(BINS):
        inside = bin_of == number
        interval = wilson(float(positive[inside].sum()), float(inside.sum()))
        if interval is None:
            continue
        score, share = float(scores[inside].mean()), float(positive[inside].mean())
        plot.segment((score, interval.low), (score, interval.high), "whisker")
        plot.dot((score, share), 3.2, F1, f"score {score:.2f}: {100 * share:.0f} % of {inside.sum()} hold")
        points.append((score, share))
    plot.line(points, F1)
    return Chart("Reliability", plot.svg("Reliability"))


def precision_recall(scores: Floats, positive: Bools, threshold: float | None) -> Chart:
    """Precision against recall over all thresholds; the dot is the current threshold."""
    plot = _plot("recall", "precision")
    plot.line(_curve(scores, positive), F1)
    if threshold is not None and (scores >= threshold).any():
        assigned = scores >= threshold
        recall, precision = float(positive[assigned].sum() / positive.sum()), float(positive[assigned].mean())
        plot.dot((recall, precision), 4.5, "now", f"now: recall {recall:.2f}, precision {precision:.2f}")
    return Chart("Precision and recall", plot.svg("Precision and recall"))


def thresholds(scores: Floats, positive: Bools, threshold: float | None) -> Chart:
    """Precision, recall and F1 at every threshold; the vertical line is the current one."""
    plot = _plot("threshold", "")
    _threshold_line(plot, threshold)
    candidates = np.linspace(0, 1, 41)
    assigned = scores[:, None] >= candidates
    true_positives, sizes = (assigned & positive[:, None]).sum(axis=0), assigned.sum(axis=0)
    some = sizes > 0
    plot.line(_points(candidates[some], (true_positives / np.maximum(sizes, 1))[some]), PRECISION)
    plot.line(_points(candidates, true_positives / positive.sum()), RECALL)
    plot.line(_points(candidates, 2 * true_positives / (sizes + positive.sum())), F1)
    return Chart("Thresholds", plot.svg("Thresholds"), ((F1, "F1"), (PRECISION, "precision"), (RECALL, "recall")))


def histogram(scores: Floats, positive: Bools, threshold: float | None) -> Chart:
    """Scores of positives upwards and of negatives downwards, each on its own scale."""
    plot = _plot("score", None)
    plot.segment((0, 0.5), (1, 0.5), "axis")
    for style, inside, sign in ((POSITIVE, positive, 1), (NEGATIVE, ~positive, -1)):
        counts = np.histogram(scores[inside], BARS, (0, 1))[0]
        # A square root keeps the few scores in the middle visible beside the many at the ends.
        heights = np.sqrt(counts / max(counts.max(), 1)) / 2
        for number in np.flatnonzero(counts):
            low, high = sorted((0.5, 0.5 + sign * float(heights[number])))
            left, right = number / BARS, (number + 1) / BARS
            title = f"{counts[number]} of {counts.sum()} score {left:.2f}\u2013{right:.2f}"
            plot.bar((left, right), (low, high), style, title)
    _threshold_line(plot, threshold)
    return Chart("Scores", plot.svg("Scores"), ((POSITIVE, "holds"), (NEGATIVE, "does not")))


def risk_coverage(review: ReviewQuality) -> Chart:
    """Share of the mistakes that are seen against the share of items that is reviewed, the riskiest first."""
    plot = _plot("share reviewed, the riskiest first", "mistakes seen")
    plot.segment((0, 0), (1, 1), "diagonal")
    plot.line(list(review.curve), F1)
    _threshold_line(plot, review.budget)
    if review.seen.value is not None:
        title = f"the riskiest {100 * review.budget:.0f} %: {100 * review.seen.value:.0f} % of the mistakes"
        plot.dot((review.budget, review.seen.value), 4.5, "now", title)
    return Chart("Mistakes seen in review", plot.svg("Mistakes seen in review"))


def _plot(x_label: str, y_label: str | None) -> Plot:
    """Axes from 0 to 1 with their names; None draws no vertical axis."""
    plot = Plot(270, 200, (44, 8, 8, 34))
    if y_label is not None:
        plot.y_ticks(TICKS)
        plot.y_name(y_label)
    plot.x_ticks(TICKS)
    plot.text(plot.x(0.5), plot.height - 6, x_label, "tick mid")
    return plot


def _threshold_line(plot: Plot, threshold: float | None) -> None:
    if threshold is not None:
        plot.segment((threshold, 0), (threshold, 1), "threshold")


def _curve(scores: Floats, positive: Bools) -> list[Point]:
    """Recall and precision at each distinct score, thinned to what can be seen."""
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    true_positives = np.cumsum(positive[order])[ends]
    recall, precision = true_positives / max(int(positive.sum()), 1), true_positives / (ends + 1)
    if len(recall) > MOST_POINTS:
        # Equal steps of recall, the visible axis, and not of rows, most of which have low scores.
        indices = np.searchsorted(recall, np.linspace(recall[0], 1, MOST_POINTS))
        kept = np.unique(np.minimum(indices, len(recall) - 1))
        recall, precision = recall[kept], precision[kept]
    return _points(recall, precision)


def _points(x: Floats, y: Floats) -> list[Point]:
    return list(zip(x.tolist(), y.tolist(), strict=True))
