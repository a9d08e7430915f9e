"""`tagging compare`: may a new bundle take an old one's place? Exit 1 where that would not be safe."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
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

if TYPE_CHECKING:
    from tagging.learning.evaluation import Comparison

STYLES = {"passes": "green", "worse": "red", "unsafe": "yellow", "undecided": "dim"}


def compare(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The bundle that serves now.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The bundle that may take its place.")],
    data: Annotated[Path, typer.Option(metavar="FILE.jsonl", help="Rows that neither has learned from.")],
    margin: Annotated[
        float, typer.Option(min=0, max=1, help="F1 that may be lost: the interval's lower end must be above -margin.")
    ] = 0.03,
    positives: Annotated[
        int, typer.Option(min=5, help="Known yes below which a label is undecided; undecided is unsafe if critical.")
    ] = 5,
    split: Annotated[
        list[str] | None, typer.Option(help="Only rows of this split; may be repeated; all. Test, where rows say so.")
    ] = None,
    strict: Annotated[bool, typer.Option(help="Stop at any row that cannot be used.")] = False,
    seed: Annotated[int, typer.Option(help="Of the bootstrap.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Compare two bundles label by label on the same rows; exit 1 where promotion would be unsafe."""
    with learning_installed():
        from tagging.learning.evaluation import Gate
        from tagging.learning.evaluation import compare as compare_observed
    taggers = load(old), load(new)
    rows = read_rows(Asked(data, tuple(split or ()), strict), taggers[1].bundle.taxonomy)
    observed = [
        predict_with_progress(tagger, rows, f"tagging with {told}", quiet=as_json)
        for tagger, told in zip(taggers, ("old", "new"), strict=True)
    ]
    for told, tagger in zip(("old", "new"), taggers, strict=True):
        if learned_from(tagger, rows):
            Console(stderr=True).print(f"the {told} bundle has learned from these rows: it looks better than it is")
    if not observed[1].rows:
        raise typer.BadParameter(f"{data}: no row could be tagged")
    found = compare_observed(observed[0], observed[1], Gate(margin, positives, seed))
    if as_json:
        print(json.dumps(found.to_json(), ensure_ascii=False))
    else:
        _print(found)
    if not found.safe:
        raise typer.Exit(1)


def _print(found: Comparison) -> None:
    console = wide_console()
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for column in ("label", "yes", "old F1", "new F1", "difference", "changed", ""):
        table.add_column(column, justify="left" if column in ("label", "") else "right", no_wrap=True)
    for label in found.labels:
        name = Text(label.id, style="bold" if label.critical else "").append(" critical" if label.critical else "")
        told = [str(label.support), _number(label.old_f1), _number(label.new_f1), label.difference.told(3)]
        table.add_row(name, *told, str(label.changed), Text(label.verdict, style=STYLES[label.verdict]))
    console.print(table)
    old, new = found.calibration_error
    console.print(f"micro-F1 over fully labelled rows: {found.micro_f1.told(3)}, new less old; {found.rows} rows")
    console.print(f"calibration error (scores from 0.1): {_number(old)} → {_number(new)}")
    for reason in found.reasons:
        console.print(f"not safe: {reason}", style="red", markup=False)
    if found.safe:
        console.print(f"safe to promote: no critical label lost more than {found.margin} of F1", style="green")


def _number(value: float | None) -> str:
    return "\u2013" if value is None else f"{value:.3f}"
