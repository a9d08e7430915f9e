"""How commands print the problems and the content of a data set: tables that fit 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from tagging.learning.data import DataReport, LabelCount, Problem

MOST_LABELS = 40


def print_problems(console: Console, problems: Sequence[Problem]) -> None:
    """All problems, equal ones on one line with their rows."""
    from tagging.learning.data import listed

    skipped = sum(problem.skipped for problem in problems)
    if problems:
        console.print(f"{len(problems)} problems, {skipped} rows left out", style="yellow", highlight=False)
    for line in listed(problems):
        console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)


def print_report(console: Console, report: DataReport) -> None:
    """The report as tables."""
    console.print(_overview(report))
    console.print(_labels(report.labels))
    if report.pairs:
        console.print(_pairs(report))
    if report.advice:
        console.print("\nadvice on heads", style="bold")
        for advice in report.advice:
            console.print(Text(f"  {advice.message}"))


def _overview(report: DataReport) -> Table:
    table = Table(title="data", title_justify="left", box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("rows", f"{report.rows:,}, {report.labels_per_row} labels each")
    table.add_row("without a label", _share(report.without_label, report.rows))
    table.add_row("with two or more", _share(report.with_several, report.rows))
    table.add_row("answers known", f"{report.known_share:.0%} of rows by labels")
    table.add_row("imbalance", f"the most frequent label has {report.imbalance:g} times the rows of the rarest")
    for name, counts in (("sources", report.sources), ("splits", report.splits)):
        if counts:
            first = ", ".join(f"{value} {count:,}" for value, count in list(counts.items())[:10])
            table.add_row(name, first + (f" and {len(counts) - 10} more" if len(counts) > 10 else ""))
    if report.groups:
        table.add_row("groups", f"{report.groups:,}, each in one split only")
    duplicates = report.duplicates
    across = f"{duplicates.across_sources} across sources, {duplicates.across_splits} across splits"
    counts_text = f"{duplicates.texts} texts more than once ({duplicates.rows} surplus rows), {across}"
    table.add_row("duplicates", counts_text)
    if duplicates.disagreeing:
        first_ids = ", ".join(duplicates.examples[0][:2])
        example = f"such as {first_ids} ({duplicates.examples[0][-1]})"
        table.add_row(
            "", Text(f"{duplicates.disagreeing} of these texts have contradicting labels, {example}", "yellow")
        )
    return table


def _labels(labels: Sequence[LabelCount]) -> Table:
    table = Table(title="\nlabels", title_justify="left", box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("label", overflow="fold", max_width=30)
    table.add_column("yes", justify="right")
    table.add_column("known", justify="right")
    table.add_column("share", justify="right")
    table.add_column("")
    notes = _notes()
    # Labels without a note are cut first.
    shown = {label.id for label in sorted(labels, key=lambda label: label.trust == "fine")[:MOST_LABELS]}
    for label in labels:
        if label.id in shown:
            note, style = notes.get(label.trust, ("", ""))
            share = f"{label.yes / label.known:.1%}" if label.known else ""
            table.add_row(label.id, f"{label.yes:,}", f"{label.known:,}", share, Text(note, style=style))
    if len(labels) > len(shown):
        table.add_row(f"and {len(labels) - len(shown)} more", style="dim")
    return table


def _notes() -> dict[str, tuple[str, str]]:
    """A note on labels with too few rows, and its colour."""
    from tagging.learning.data import LEARNS_FROM, TRUSTS_FROM

    return {
        "none": ("no row: description only", "red"),
        "too_few": (f"fewer than {LEARNS_FROM} rows: too few", "red"),
        "few": (f"fewer than {TRUSTS_FROM} rows: unreliable", "yellow"),
        "all": ("no negative row", "red"),
    }


def _pairs(report: DataReport) -> Table:
    table = Table(title="\noften together", title_justify="left", box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("labels", overflow="fold")
    table.add_column("rows", justify="right")
    table.add_column("times chance", justify="right")
    for pair in report.pairs:
        table.add_row(" + ".join(pair.labels), f"{pair.rows:,}", f"{pair.lift:.1f}")
    return table


def _share(count: int, rows: int) -> str:
    return f"{count:,} ({count / rows:.0%})" if rows else "0"
