"""`tagging compare`: whether a new bundle may replace an old one; with `--live`, what a shadow would change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagging.cli.bundles import load
from tagging.cli.compare_live import print_live
from tagging.cli.evaluation_data import (
    RowSelection,
    learning_installed,
    predict_with_progress,
    read_rows,
    was_trained_on,
)
from tagging.cli.models import KindOption
from tagging.cli.options import Stage

if TYPE_CHECKING:
    from tagging.learning.evaluation import Comparison

STYLES = {"passes": "green", "worse": "red", "unsafe": "yellow", "undecided": "dim"}


def compare(
    old: Annotated[
        str | None, typer.Argument(metavar="OLD", help="The bundle that serves now; with --live, a shadow's version.")
    ] = None,
    new: Annotated[Path | None, typer.Argument(metavar="NEW", help="The bundle that may replace it.")] = None,
    data: Annotated[Path | None, typer.Option(metavar="FILE.jsonl", help="Rows that neither was trained on.")] = None,
    margin: Annotated[
        float, typer.Option(min=0, max=1, help="F1 that may be lost: the interval's lower end must be above -margin.")
    ] = 0.03,
    positives: Annotated[
        int, typer.Option(min=5, help="Known yes below which a label is undecided; undecided is unsafe if critical.")
    ] = 5,
    split: Annotated[
        list[str] | None, typer.Option(help="Only rows of this split (repeatable), or all. By default test, if any.")
    ] = None,
    strict: Annotated[bool, typer.Option(help="Stop at any row that cannot be used.")] = False,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 0,
    live: Annotated[
        bool, typer.Option("--live", help="Compare a shadow with the version that serves, from the feature log.")
    ] = False,
    since: Annotated[str, typer.Option(metavar="TIME", help="With --live: items tagged since.")] = "24h",
    kind: KindOption = None,
    stage: Stage = "dev",
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Compare two bundles label by label on the same rows; exit 1 where promotion is unsafe.

    With `--live [VERSION]`: what a shadow would change of the items of a stage that it scored, exactly.
    """
    if live:
        if new is not None or data is not None:
            raise typer.BadParameter("--live compares a shadow with the version that serves: give its VERSION at most")
        print_live(old, kind, stage, since, as_json=as_json)
        return
    if old is None or new is None or data is None:
        raise typer.BadParameter("give OLD, NEW and --data, or --live")
    with learning_installed():
        from tagging.learning.evaluation import Gate
        from tagging.learning.evaluation import compare as compare_predictions
    taggers = {"old": load(Path(old)), "new": load(new)}
    rows = read_rows(RowSelection(data, tuple(split or ()), strict), taggers["new"].bundle.taxonomy)
    predictions = {
        name: predict_with_progress(tagger, rows, f"tagging with {name}") for name, tagger in taggers.items()
    }
    for name, tagger in taggers.items():
        if was_trained_on(tagger, rows):
            Console(stderr=True).print(f"the {name} bundle was trained on these rows: its figures are too good")
    if not predictions["new"].rows:
        raise typer.BadParameter(f"{data}: no row could be tagged")
    comparison = compare_predictions(predictions["old"], predictions["new"], Gate(margin, positives, seed))
    if as_json:
        print(json.dumps(comparison.to_json(), ensure_ascii=False))
    else:
        _print_comparison(comparison)
    if not comparison.safe:
        raise typer.Exit(1)


def _print_comparison(comparison: Comparison) -> None:
    console = Console(highlight=False)
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    for column in ("label", "yes", "old F1", "new F1", "difference", "changed", ""):
        justify: Literal["left", "right"] = "left" if column in ("label", "") else "right"
        table.add_column(column, justify=justify, no_wrap=column != "label", overflow="fold")
    for label in comparison.labels:
        name = Text(label.id, style="bold" if label.critical else "").append(" critical" if label.critical else "")
        f1_values = (_format(label.old_f1), _format(label.new_f1), label.difference.format(3))
        verdict = Text(label.verdict, style=STYLES[label.verdict])
        table.add_row(name, str(label.support), *f1_values, str(label.changed), verdict)
    console.print(table)
    old, new = comparison.calibration_error
    difference = comparison.micro_f1.format(3)
    console.print(f"micro-F1 over fully labelled rows: {difference}, new minus old; {comparison.rows} rows")
    console.print(f"calibration error (scores from 0.1): {_format(old)} → {_format(new)}")
    for reason in comparison.reasons:
        console.print(f"not safe: {reason}", style="red", markup=False)
    if comparison.safe:
        console.print(f"safe to promote: no critical label lost more than {comparison.margin} of F1", style="green")


def _format(value: float | None) -> str:
    return "\u2013" if value is None else f"{value:.3f}"
