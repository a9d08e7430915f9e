"""`tagging evaluate`: everything that is measured of a bundle, for people, for machines, and as a report to show."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from tagging.cli.bundles import load
from tagging.cli.evaluation_data import (
    Asked,
    learned_from,
    learning_installed,
    predict_with_progress,
    read_rows,
    wide_console,
)
from tagging.cli.explain import explainer_of

if TYPE_CHECKING:
    from tagging.learning.evaluation import Evaluation, LabelQuality, MetricValue

WHOLE = {
    "micro_f1": "micro-F1",
    "macro_f1": "macro-F1",
    "sample_f1": "F1 of a row's labels",
    "mean_average_precision": "mean average precision",
    "ranking_precision": "label-ranking average precision",
    "subset_accuracy": "all labels right",
    "hamming_loss": "Hamming loss",
}
COLUMNS = (
    "AP: average precision; from: the threshold; skill: Brier skill, above 0 is better than the label's share of yes; "
    "slope: calibration slope, 1 is right; ECE: calibration error over scores from 0.1, and what exactly right scores "
    "would show of so few rows"
)


def evaluate(
    bundle: Annotated[Path, typer.Option(metavar="DIR", help="The bundle to measure.")],
    data: Annotated[Path, typer.Option(metavar="FILE.jsonl", help="Rows with answers that it has not learned from.")],
    report: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write a page to show and to study.")] = None,
    split: Annotated[
        list[str] | None, typer.Option(help="Only rows of this split; may be repeated; all. Test, where rows say so.")
    ] = None,
    strict: Annotated[bool, typer.Option(help="Stop at any row that cannot be used.")] = False,
    seed: Annotated[int, typer.Option(help="Of the bootstrap.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Measure a bundle on rows with answers, through the tagger that is served."""
    with learning_installed():
        from tagging.learning.evaluation import NothingToEvaluate, evaluate_observed
        from tagging.learning.report import SEEN, Subject, write_report
    if report is not None and not report.absolute().parent.is_dir():
        raise typer.BadParameter(f"{report.parent} is no folder")
    tagger = load(bundle)
    rows = read_rows(Asked(data, tuple(split or ()), strict), tagger.bundle.taxonomy)
    observed = predict_with_progress(tagger, rows, "tagging", quiet=as_json)
    try:
        found = evaluate_observed(observed, seed=seed)
    except NothingToEvaluate as error:
        raise typer.BadParameter(f"{data}: {error}") from None
    about = tagger.bundle.manifest.about
    subject = Subject(
        bundle=bundle.absolute().name,
        data=data.name,
        sha256=rows.sha256,
        skipped=rows.skipped,
        learned={name: str(told) for name, told in about.items() if isinstance(told, str | int | float)},
        seen=learned_from(tagger, rows),
    )
    if subject.seen:
        Console(stderr=True).print(f"{SEEN}: measure on others", style="red")
    if report is not None:
        explainer = explainer_of(tagger, bundle) if tagger.bundle.encoder.kind == "text" else None
        write_report(report, found, observed, subject, explainer)
    if as_json:
        print(json.dumps(found.to_json() | {"file": vars(subject)}, ensure_ascii=False))
    else:
        wide_console().print(_told(found))
        if report is not None:
            Console(highlight=False, soft_wrap=True).print(f"report: {report}", markup=False)


def _told(found: Evaluation) -> RenderableType:
    parts = [_outcomes(found), _wholes(found), _labels(found.labels)]
    if found.routes:
        parts.append(_routes(found))
    return Group(
        *[piece for part in parts for piece in (part, Text())], Text(f"{COLUMNS}\n{_rests_on(found)}", style="dim")
    )


def _outcomes(found: Evaluation) -> Table:
    table = _table(f"what becomes of the {found.data.item_word}s", "", "share")
    said = {"right": "fully right", "partly": "partly wrong", "review": "sent to review", "missed": "missed"}
    for name, told in said.items():
        table.add_row(told, getattr(found.outcomes, name).per_cent)
    table.add_row("takes exactly the right routes", found.routing_accuracy.per_cent)
    table.add_row("every head had an answer", found.answered.per_cent)
    return table


def _wholes(found: Evaluation) -> Table:
    table = _table(f"label sets, over {found.data.fully_labelled} fully labelled rows", "", "value")
    for name, told in WHOLE.items():
        if name in found.whole:
            table.add_row(told, found.whole[name].told(3))
    if found.partly:
        table.add_row(f"{found.partly.rows} partly labelled rows: known yes found", found.partly.recall.per_cent)
        table.add_row("known no given all the same", found.partly.false_alarms.per_cent)
    for head in found.heads:
        table.add_row(f"head {head.id} ({head.kind}) all right", head.accuracy.per_cent)
    table.add_row("labels calibrated, of those with 50 yes or more", found.calibrated)
    if found.cost.value is not None:
        table.add_row(f"cost of errors per 100 {found.data.item_word}s", f"{found.cost.value:.1f}")
    table.add_row("milliseconds a row", f"{found.time.p50_ms} (p50), {found.time.p95_ms} (p95)")
    return table


def _labels(labels: Iterable[LabelQuality]) -> Table:
    columns = ("yes", "precision", "recall", "F1", "AP", "from", "skill", "slope", "ECE")
    table = _table("labels, with their F1's interval", "", *columns)
    for label in labels:
        name = Text(label.id, style="bold" if label.critical else "")
        if not label.proven:
            name.append(" unproven", style="yellow")
        told = [_number(label.precision), _number(label.recall), label.f1.told(), _number(label.average_precision)]
        told += ["\u2013" if label.threshold is None else f"{label.threshold:.2f}"]
        told += [_number(label.brier_skill), _number(label.calibration_slope)]
        told += [f"{_number(label.calibration_error)} ({_number(label.chance_error)})"]
        table.add_row(name, str(label.support), *told)
    return table


def _number(figure: MetricValue) -> str:
    return "\u2013" if figure.value is None else f"{figure.value:.2f}"


def _routes(found: Evaluation) -> Table:
    table = _table("routes", "", "due", "sent", "of those due, sent", "of those sent, due", "lost")
    for route in found.routes:
        counts = (str(route.due), str(route.sent), route.arrived.per_cent, route.right.per_cent, str(route.lost))
        table.add_row(route.id, *counts)
    return table


def _rests_on(found: Evaluation) -> str:
    data = found.data
    said = f"{data.tagged} of {data.rows} rows tagged; {100 * data.known_share:.1f} % of cells known; "
    if data.unasked:
        said += f"nothing is known of {', '.join(data.unasked)}; "
    return f"{said}intervals: {found.intervals}"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left", header_style="dim", no_wrap=True)
    return table
