"""`tagging benchmark month --box`: one whole month on the deployed code, its figures and its picture."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tagging.cli.progress import show_progress
from tagging.simulation import Figure, Habits, LabelRow, Month, Point, Story, draw_month, figures, label_rows, run_month


def run_box(drift: tuple[float, int] | None, seed: int, picture: Path | None, *, as_json: bool) -> bool:
    """Run the month, print what it shows and write its picture; whether every bar holds.

    Without a drift nothing bad happens at all: every alarm and page is a false one.
    """
    story = Story(seed=seed, drift=drift, habits=Habits(malice="all labels"))
    if drift is None:
        story = Story(seed=seed, drift=None, bad_promotion=None)
    begin = time.process_time()
    with show_progress("month") as report:
        month = run_month(story, lambda done, of: report("days", done, of))
    seconds = time.process_time() - begin
    if picture is not None:
        picture.write_text(draw_month(month), encoding="utf-8")
    measured = figures(month)
    if as_json:
        _print_json(month, measured, seconds)
    else:
        _print(label_rows(month), measured, f"a month in a box, seed {seed}: {seconds:.0f} s of CPU")
    return all(each.holds for each in measured)


def _print_json(month: Month, measured: Sequence[Figure], seconds: float) -> None:
    document = {"benchmark": "month", "box": True, "seed": month.story.seed, "cpu_seconds": round(seconds, 1)}
    labels = [asdict(row) for row in label_rows(month)]
    print(json.dumps(document | {"figures": [asdict(each) for each in measured], "labels": labels}))


def _print(rows: Sequence[LabelRow], measured: Sequence[Figure], title: str) -> None:
    console = Console(highlight=False)
    table = _table("at the month's end", "precision", "true", "recall", "true")
    table.title, table.title_justify = title, "left"
    for row in rows:
        table.add_row(row.label, *_cells(row.precision), *_cells(row.recall))
    console.print(table)
    table = _table("", "measured", "wanted")
    for each in measured:
        table.add_row(each.name, each.value, each.wanted if each.holds else f"{each.wanted}  missed")
    console.print(table)


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(name)
    return table


def _cells(point: Point) -> tuple[str, str]:
    interval = f"{point.estimate:.2f} ({point.low:.2f} to {point.high:.2f})"
    return interval if point.is_known else "too few answers", f"{point.true:.2f}"
