"""How a person reads what is wrong with a data set, and what is in it."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagging.learning.data import LEARNS_FROM, TRUSTS_FROM, DataReport, LabelCount, Problem, listed

FEW = {
    "none": ("no row holds it: learned from its description alone", "red"),
    "too_few": (f"fewer than {LEARNS_FROM} rows: hardly learned from examples", "red"),
    "few": (f"fewer than {TRUSTS_FROM} rows: its figures mean little", "yellow"),
    "all": ("no row says no: nothing to tell it from", "red"),
}
MOST_LABELS = 40


def show_problems(console: Console, problems: Sequence[Problem]) -> None:
    """All problems, equal ones on one line with their rows."""
    skipped = sum(problem.skipped for problem in problems)
    if problems:
        console.print(f"{len(problems)} problems, {skipped} rows left out", style="yellow", highlight=False)
    for line in listed(problems):
        console.print(f"  {line}", highlight=False, markup=False, soft_wrap=True)


def show_report(console: Console, report: DataReport) -> None:
    """The report as tables that fit 100 columns."""
    console.print(_overview(report))
    console.print(_labels(report.labels))
    if report.pairs:
        console.print(_pairs(report))
    if report.advice:
        console.print("\nadvice on heads", style="bold")
        for one in report.advice:
            console.print(Text(f"  {one.message}"))


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
        table.add_row("groups", f"{report.groups:,}, never parted by a split")
    same = report.duplicates
    across = f"{same.across_sources} across sources, {same.across_splits} across splits"
    table.add_row("same words", f"{same.texts} texts more than once ({same.rows} rows too many), {across}")
    if same.disagreeing:
        first_ids = ", ".join(same.examples[0][:2])
        told = f"{same.disagreeing} of these texts with different labels, such as {first_ids} ({same.examples[0][-1]})"
        table.add_row("", Text(told, style="yellow"))
    return table


def _labels(labels: Sequence[LabelCount]) -> Table:
    table = Table(title="\nlabels", title_justify="left", box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("label", overflow="fold", max_width=40)
    table.add_column("yes", justify="right")
    table.add_column("known", justify="right")
    table.add_column("share", justify="right")
    table.add_column("")
    # What is fine is cut before what is not.
    shown = {label.id for label in sorted(labels, key=lambda label: label.trust == "fine")[:MOST_LABELS]}
    for label in labels:
        if label.id in shown:
            said, style = FEW.get(label.trust, ("", ""))
            share = f"{label.yes / label.known:.1%}" if label.known else ""
            table.add_row(label.id, f"{label.yes:,}", f"{label.known:,}", share, Text(said, style=style))
    if len(labels) > len(shown):
        table.add_row(f"and {len(labels) - len(shown)} more", style="dim")
    return table


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
