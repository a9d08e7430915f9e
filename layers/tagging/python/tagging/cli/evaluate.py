"""`tagging evaluate`: all figures of a bundle on labelled rows, as tables, as JSON and as a report."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from tagging.cli.bundles import load, split_heads
from tagging.cli.evaluation_data import (
    RowSelection,
    learning_installed,
    predict_with_progress,
    read_rows,
    was_trained_on,
)
from tagging.cli.explain import load_explainer
from tagging.kinds import kind_of_encoder

if TYPE_CHECKING:
    from tagging.learning.evaluation import Evaluation, LabelQuality, MetricValue

SET_METRICS = {
    "micro_f1": "micro-F1",
    "macro_f1": "macro-F1",
    "sample_f1": "F1 of a row's labels",
    "mean_average_precision": "mean average precision",
    "ranking_precision": "label-ranking average precision",
    "subset_accuracy": "all labels right",
    "hamming_loss": "Hamming loss",
}
OUTCOMES = {"right": "fully right", "partly": "partly wrong", "review": "sent to review", "missed": "missed"}
LEGEND = (
    "AP: average precision; from: the threshold; skill: Brier skill, above 0 is better than always the label's share; "
    "slope: calibration slope, ideally 1; ECE: calibration error over scores from 0.1"
)


def evaluate(
    bundle: Annotated[Path, typer.Option(metavar="DIR", help="The bundle to measure.")],
    data: Annotated[Path, typer.Option(metavar="FILE.jsonl", help="Labelled rows that it was not trained on.")],
    heads: Annotated[
        str, typer.Option(metavar="NAME,…|all", help="Packs to turn on, as `mail_heads` of a stage; by default all.")
    ] = "all",
    report: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Also write the report as a page.")] = None,
    split: Annotated[
        list[str] | None, typer.Option(help="Only rows of this split (repeatable), or all. By default test, if any.")
    ] = None,
    strict: Annotated[bool, typer.Option(help="Stop at any row that cannot be used.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 0,
    full: Annotated[bool, typer.Option("--full", help="Also the figures for engineers, label by label.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Measure a bundle on labelled rows, through the tagger that is served."""
    with learning_installed():
        from tagging.learning.evaluation import NothingToEvaluate, evaluate_predictions
        from tagging.learning.report import SEEN, ReportSource, write_report
    if report is not None and not report.absolute().parent.is_dir():
        raise typer.BadParameter(f"{report.parent} is not a folder")
    tagger = load(bundle, split_heads(heads))
    rows = read_rows(RowSelection(data, tuple(split or ()), strict), tagger.bundle.taxonomy)
    predictions = predict_with_progress(tagger, rows, "tagging")
    try:
        evaluation = evaluate_predictions(predictions, seed=seed)
    except NothingToEvaluate as error:
        raise typer.BadParameter(f"{data}: {error}") from None
    about = tagger.bundle.manifest.about
    source = ReportSource(
        bundle=bundle.absolute().name,
        data=data.name,
        sha256=rows.sha256,
        skipped=rows.skipped,
        learned={name: str(value) for name, value in about.items() if isinstance(value, str | int | float)},
        seen=was_trained_on(tagger, rows),
    )
    if source.seen:
        Console(stderr=True).print(f"{SEEN}: measure on others", style="red")
    if report is not None:
        explainer = load_explainer(tagger) if kind_of_encoder(tagger.bundle.encoder.kind).explainable else None
        write_report(report, evaluation, predictions, source, explainer)
    if as_json:
        print(json.dumps(evaluation.to_json() | {"file": vars(source)}, ensure_ascii=False))
    else:
        Console(highlight=False).print(_full(evaluation) if full else _short(evaluation))
        if report is not None:
            Console(highlight=False, soft_wrap=True).print(f"report: {report}", markup=False)


def _short(evaluation: Evaluation) -> RenderableType:
    """Outcomes, review, and precision and recall of each label."""
    parts = [_outcomes(evaluation), *_review(evaluation), _few_figures(evaluation.labels)]
    lines = [_micro_f1(evaluation), "All figures, with intervals: --full; as a page: --report FILE.html"]
    spaced = [piece for part in parts for piece in (part, Text())]
    return Group(*spaced, Text("\n".join(line for line in lines if line), style="dim"))


def _micro_f1(evaluation: Evaluation) -> str:
    rows = evaluation.data.fully_labelled
    micro_f1 = evaluation.fully_labelled.get("micro_f1")
    return "" if micro_f1 is None else f"micro-F1 {micro_f1.format(2)} over {rows:,} fully labelled rows."


def _few_figures(labels: Iterable[LabelQuality]) -> Table:
    table = _table("labels", "", "yes", "precision", "recall")
    for label in labels:
        name = Text(label.id, style="bold" if label.critical else "")
        if not label.meets_objective:
            name.append(" unproven", style="yellow")
        table.add_row(name, str(label.support), label.precision.per_cent, label.recall.per_cent)
    return table


def _review(evaluation: Evaluation) -> list[RenderableType]:
    """The reasons within the budget and apart, and what review finds."""
    review = evaluation.review
    parts: list[RenderableType] = [_review_reasons(evaluation)] if evaluation.review_reasons else []
    if review.seen.value is not None:
        budget = f"{100 * review.budget:.0f} %"
        seen = f"Review the riskiest {budget} and you see {review.seen.per_cent} of the mistakes; "
        parts.append(Text(f"{seen}with all reasons {review.seen_in_review.per_cent}."))
    return parts


def _full(evaluation: Evaluation) -> RenderableType:
    parts = [_outcomes(evaluation), *_review(evaluation), _label_sets(evaluation), _labels(evaluation.labels)]
    if evaluation.routes:
        parts.append(_routes(evaluation))
    spaced = [piece for part in parts for piece in (part, Text())]
    return Group(*spaced, Text(f"{LEGEND}\n{_basis(evaluation)}", style="dim"))


def _outcomes(evaluation: Evaluation) -> Table:
    table = _table(f"outcomes of the {evaluation.data.item_word}s", "", "share")
    for name, title in OUTCOMES.items():
        table.add_row(title, getattr(evaluation.triage, name).per_cent)
    table.add_row("exactly the right routes", evaluation.routing_accuracy.per_cent)
    table.add_row("every head had an answer", evaluation.answered.per_cent)
    return table


def _review_reasons(evaluation: Evaluation) -> Table:
    from tagging.learning.evaluation import split_reasons

    table = _table(f"why {evaluation.data.item_word}s are sent to review; one may have several reasons", "", "rows")
    within, apart = split_reasons(evaluation.review_reasons)
    for title, reasons in (("within the budget", within), ("apart from it", apart)):
        for reason, count in reasons.items():
            table.add_row(f"{reason}, {title}", f"{count:,}")
    return table


def _label_sets(evaluation: Evaluation) -> Table:
    table = _table(f"label sets of {evaluation.data.fully_labelled} fully labelled rows", "", "value")
    for name, title in SET_METRICS.items():
        if name in evaluation.fully_labelled:
            table.add_row(title, evaluation.fully_labelled[name].format(3))
    if partly := evaluation.partly_labelled:
        table.add_row(f"{partly.rows} partly labelled rows: recall of known yes", partly.recall.per_cent)
        table.add_row("labels assigned against a known no", partly.false_alarms.per_cent)
    for head in evaluation.heads:
        table.add_row(f"head {head.id} ({head.kind}) all right", head.accuracy.per_cent)
    table.add_row("labels calibrated, of those with 50 yes or more", evaluation.calibrated)
    if evaluation.cost.value is not None:
        table.add_row(f"cost of errors per 100 {evaluation.data.item_word}s", f"{evaluation.cost.value:.1f}")
    table.add_row("milliseconds a row", f"{evaluation.time.p50_ms} (p50), {evaluation.time.p95_ms} (p95)")
    return table


def _labels(labels: Iterable[LabelQuality]) -> Table:
    columns = ("yes", "prec.", "recall", "F1", "AP", "from", "skill", "slope", "ECE")
    table = _table("labels, with the interval of F1", "", *columns)
    for label in labels:
        name = Text(label.id, style="bold" if label.critical else "")
        if not label.meets_objective:
            name.append(" unproven", style="yellow")
        threshold = "\u2013" if label.threshold is None else f"{label.threshold:.2f}"
        values = [_format(label.precision), _format(label.recall), label.f1.format(), _format(label.average_precision)]
        values += [threshold, _format(label.brier_skill), _format(label.calibration_slope)]
        values += [_format(label.calibration_error)]
        table.add_row(name, str(label.support), *values)
    return table


def _format(metric: MetricValue) -> str:
    return "\u2013" if metric.value is None else f"{metric.value:.2f}"


def _routes(evaluation: Evaluation) -> Table:
    table = _table("routes", "", "due", "sent", "due: sent", "sent: due", "lost")
    for route in evaluation.routes:
        counts = (str(route.due), str(route.sent), route.arrived.per_cent, route.right.per_cent, str(route.lost))
        table.add_row(route.id, *counts)
    return table


def _basis(evaluation: Evaluation) -> str:
    data = evaluation.data
    text = f"{data.tagged} of {data.rows} rows tagged; {100 * data.known_share:.1f} % of cells known; "
    if data.unannotated:
        text += f"nothing is known of {', '.join(data.unannotated)}; "
    return f"{text}intervals: {evaluation.intervals}"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 1, 0, 0))
    for index, column in enumerate(columns):
        table.add_column(
            column,
            justify="right" if index else "left",
            header_style="dim",
            no_wrap=index > 0,
            overflow="ellipsis" if index else "fold",
        )
    return table
