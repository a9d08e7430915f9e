"""The report: one page that stands alone, for managers on its first screen and for engineers below."""

from __future__ import annotations

from pathlib import Path

from tagging.learning.evaluation import (
    NOT_AN_EFFECT,
    Evaluation,
    Explainer,
    MetricValue,
    PredictionSet,
    split_reasons,
)
from tagging.learning.report.charts import risk_coverage
from tagging.learning.report.co_occurrence import co_occurrence
from tagging.learning.report.html import TEMPLATES, render
from tagging.learning.report.labels import COLUMNS, label_panels, overall_charts
from tagging.learning.report.measurement import further_metrics, sources
from tagging.learning.report.mistakes import shown_mistakes, shown_suspects
from tagging.learning.report.summary import SEEN, ReportSource, basis, floors_of, outcome_cards, unproven_of
from tagging.model import REVIEW_REASONS


def write_report(
    path: Path,
    evaluation: Evaluation,
    predictions: PredictionSet,
    source: ReportSource,
    explainer: Explainer | None = None,
) -> None:
    """Write the page; `evaluation` was computed from `predictions`.

    It holds texts, or small copies of images, of the data set.
    """
    html = render_report(evaluation, predictions, source, explainer)
    path.write_text(html, encoding="utf-8", errors="replace")


def render_report(
    evaluation: Evaluation, predictions: PredictionSet, source: ReportSource, explainer: Explainer | None = None
) -> str:
    """The page as HTML; the same for the same values."""
    return render(
        TEMPLATES / "report.html",
        title=f"Tagging report: {source.bundle}",
        evaluation=evaluation,
        source=source,
        item=evaluation.data.item_word,
        cards=outcome_cards(evaluation),
        basis=basis(evaluation, source),
        seen=SEEN,
        columns=COLUMNS,
        charts=overall_charts(predictions),
        map=co_occurrence(predictions),
        panels=label_panels(evaluation.labels, predictions),
        mistakes=shown_mistakes(predictions, explainer),
        explained=explainer is not None,
        not_an_effect=NOT_AN_EFFECT,
        suspects=shown_suspects(predictions),
        metrics=further_metrics(evaluation),
        sources=sources(evaluation, source),
        complement=complement,
        floors=floors_of(predictions),
        unproven=unproven_of(evaluation, predictions),
        with_panel={label.id for label in evaluation.labels},
        risk_charts=[risk_coverage(evaluation.review)] if evaluation.review.curve else [],
        reasons=split_reasons(evaluation.review_reasons),
        sentences=REVIEW_REASONS,
    )


def complement(share: MetricValue) -> MetricValue:
    """1 - share, with its interval."""
    if share.value is None:
        return MetricValue(None)
    low, high = (None if end is None else 1 - end for end in (share.high, share.low))
    return MetricValue(1 - share.value, low, high, share.of)
