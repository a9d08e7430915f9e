"""Labels: the table that sorts, the charts of all together, and a panel with charts for each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tagging.learning.evaluation import Evaluation, LabelQuality, MetricValue, PredictionSet
from tagging.learning.report import charts
from tagging.learning.report.co_occurrence import co_occurrence
from tagging.learning.report.markup import Content, Markup, tag
from tagging.learning.report.what_if import Choice, other_thresholds

COLUMNS = {
    "label": "",
    "yes": "rows in which it holds",
    "precision": "of those given, the share that holds",
    "recall": "of those that hold, the share given",
    "F1": "harmonic mean of both",
    "AP": "average precision: how well scores order the rows",
    "threshold": "score from which it is given",
    "skill": "Brier skill: 0 is no better than the label's share of yes, 1 is perfect",
    "slope": "calibration slope: 1 is calibrated, below 1 scores are too sure",
    "ECE": "mean gap between score and share of yes, over scores from 0.1; below it what right scores would show",
}


def label_table(found: Evaluation) -> Markup:
    """One line a label; a click on a heading sorts."""
    head = tag(
        "tr",
        [tag("th", tag("button", name, type="button"), scope="col", title=about) for name, about in COLUMNS.items()],
    )
    rows = [_line(label) for label in found.labels]
    return tag(
        "section",
        tag("h2", "Labels"),
        tag(
            "p.quiet", "The dot is the value, the band its 95 % interval. Click a heading to sort, a label to see more."
        ),
        tag("div.wide", tag("table.sortable", tag("thead", head), tag("tbody", rows))),
        id="labels",
    )


def _line(label: LabelQuality) -> Markup:
    measured = (label.precision, label.recall, label.f1, label.average_precision)
    calibration = (label.brier_skill, label.calibration_slope)
    return tag(
        "tr",
        tag("th", tag("a", label.id, href=f"#label-{label.id}"), _badges(label), scope="row", data_sort=label.id),
        tag("td.number", label.support, data_sort=label.support),
        [tag("td.number", _value(one), _scale(one), data_sort=_sort(one), title=one.told()) for one in measured],
        _threshold(label.threshold),
        [tag("td.number", _value(one), data_sort=_sort(one), title=one.told()) for one in calibration],
        _error(label),
    )


def _threshold(value: float | None) -> Markup:
    return tag("td.number", "\u2013" if value is None else f"{value:.2f}", data_sort=-9.0 if value is None else value)


def _error(label: LabelQuality) -> Markup:
    error = label.calibration_error
    by_chance = tag("div.quiet", f"chance {_value(label.chance_error)}") if error.value is not None else None
    return tag("td.number", _value(error), by_chance, data_sort=_sort(error), title=error.told())


def _badges(label: LabelQuality) -> list[Markup]:
    marked = {"critical": label.critical, "unproven": not label.proven, "guess": label.guess}
    return [tag(f"span.badge.{name}", name) for name, holds in marked.items() if holds]


def _value(figure: MetricValue) -> str:
    return "\u2013" if figure.value is None else f"{figure.value:.2f}"


def _sort(figure: MetricValue) -> float:
    return -9.0 if figure.value is None else figure.value


def _scale(figure: MetricValue) -> Markup | None:
    return charts.interval_bar(figure.value, figure.low, figure.high)


def charts_section(observed: PredictionSet) -> Markup:
    """All known cells of all labels in one chart each, and which labels hold together."""
    known = observed.answers.observed & observed.asked
    scores, yes = observed.scores[known], observed.answers.positive[known]
    drawn = [charts.reliability(scores, yes), charts.histogram(scores, yes, None)]
    if yes.any():
        drawn.insert(1, charts.precision_recall(scores, yes, None))
    return tag(
        "section",
        tag("h2", "All labels together"),
        tag(
            "p.quiet",
            "Every known cell, a row and a label, is one point. On the diagonal a score of 0.8 holds 8 times in 10.",
        ),
        tag("div.charts", drawn),
        tag("h3", "Labels that hold together"),
        tag("p.quiet", "The stronger the colour, the more of the line's rows have the column's label as well."),
        tag("div.wide", co_occurrence(observed)),
        id="charts",
    )


def label_panels(found: Evaluation, observed: PredictionSet) -> Markup:
    """A panel for each label, closed until somebody looks."""
    panels = [_panel(label, observed) for label in found.labels]
    return tag(
        "section",
        tag("h2", "Label by label"),
        tag("p.quiet", "Other thresholds are chosen on these very rows: what they promise here is the best case."),
        panels,
        id="panels",
    )


def _panel(label: LabelQuality, observed: PredictionSet) -> Markup:
    column = observed.labels.index(label.id)
    known = observed.answers.observed[:, column]
    scores, yes = observed.scores[known, column], observed.answers.positive[known, column]
    told = f"F1 {label.f1.told()} · {label.support} yes of {label.known}"
    head = tag("summary", tag("b", label.id), _badges(label), tag("span.quiet", told))
    about = observed.taxonomy.labels[label.id].description
    return tag("details.panel", head, tag("p.quiet", about), _drawn(label, scores, yes), id=f"label-{label.id}")


def _drawn(label: LabelQuality, scores: NDArray[np.float64], yes: NDArray[np.bool_]) -> Content:
    if not yes.any() or yes.all():
        return tag("p", "Nothing to draw: here it holds for every row or for none.")
    drawn = (
        charts.precision_recall(scores, yes, label.threshold),
        charts.thresholds(scores, yes, label.threshold),
        charts.reliability(scores, yes),
        charts.histogram(scores, yes, label.threshold),
    )
    choices = other_thresholds(scores, yes, label.threshold)
    names = ("other thresholds", "threshold", "precision", "recall", "F1", "given, of 100")
    head = tag("tr", [tag("th", name, scope="col") for name in names])
    table = tag("table.choices", tag("thead", head), tag("tbody", [_choice(choice) for choice in choices]))
    return tag("div.charts", drawn), tag("div.wide", table)


def _choice(choice: Choice) -> Markup:
    values = (choice.threshold, choice.precision, choice.recall, choice.f1)
    cells = [tag("td.number", "\u2013" if value is None else f"{value:.2f}") for value in values]
    return tag("tr", tag("th", choice.told, scope="row"), cells, tag("td.number", f"{choice.per_hundred:.1f}"))
