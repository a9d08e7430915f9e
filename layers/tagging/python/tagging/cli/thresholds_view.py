"""How `tagging thresholds` prints thresholds, and a version in which some were moved."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagging.cli.pointer_view import make_console
from tagging.operations import Expected, MovedVersion, ShownThreshold


def expectation(expected: Expected | None) -> dict[str, float | None]:
    """The expectations of a label as --json prints them."""
    precision, recall = (expected.precision, expected.recall) if expected is not None else (None, None)
    return {"expected_precision": precision, "expected_recall": recall}


def print_thresholds(
    version: str, shown: Sequence[ShownThreshold], expected: Mapping[str, Expected], console: Console
) -> None:
    """A table of thresholds."""
    console.print(version, markup=False)
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", padding=(0, 1, 0, 0), show_edge=False)
    names = ("label", "head", "threshold", "set", "rows", *(("precision", "recall") if expected else ()))
    for name in names:
        table.add_column(name, overflow="fold", justify="left" if name in ("label", "head", "set") else "right")
    for each in shown:
        label = Text(each.label, style="bold").append(" critical" if each.critical else "", style="dim")
        threshold = "" if each.threshold is None else f"{each.threshold:.4g}"
        style = "yellow" if each.set_by in ("unproven", "by hand") else ""
        values = expectation(expected.get(each.label)).values() if expected else ()
        figures = ("" if value is None else f"{value:.2f}" for value in values)
        table.add_row(label, each.head, threshold, Text(each.set_by, style=style), str(each.positives or ""), *figures)
    console.print(table)
    if expected:
        console.print("precision, recall: expected by calibrated scores; none for fewer than 10 items", style="dim")


def print_moved(moved: MovedVersion, values: dict[str, float], what: str, next_command: str, *, as_json: bool) -> None:
    """The new version, and the command to go on with."""
    if as_json:
        document: dict[str, Any] = {"version": moved.version, "before": dict(moved.before), "thresholds": values}
        document |= {"unproven": moved.unproven}
        print(json.dumps(document | {"golden": moved.golden, "next": next_command}))
        return
    console = make_console()
    console.print(f"{moved.version}: {what}", markup=False)
    for label, value in values.items():
        proof = ": not proven, its items go to review" if label in moved.unproven else ""
        console.print(f"  {label} {moved.before[label]:.4g} → {value:.4g}, by hand{proof}", markup=False)
    console.print(f"  next: {next_command}", markup=False, soft_wrap=True)
