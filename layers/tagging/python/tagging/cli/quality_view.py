"""How `tagging quality` prints a report: a line for each label, then what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import floor
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagging.kinds import KINDS

if TYPE_CHECKING:
    from tagging.quality import Figure, LabelQuality, QualityReport

LATE: Final = timedelta(hours=3)
"""A report of an hourly run that is older than this says that no run ended."""
_LABEL_WIDTH: Final = 24


def print_report(report: QualityReport, stage: str, now: datetime) -> None:
    """Print one kind, in 80 columns."""
    console = Console(highlight=False, soft_wrap=True)
    plural = KINDS[report.kind].plural
    console.print(Text(f"{plural}, by {report.champion}, generation {report.generation}", style="bold"))
    console.print(f"  {report.since[:10]} to {report.until[:10]}: {report.items:,} items; {age(report, now)}")
    console.print(
        f"  {report.drawn:,} drawn for review, {report.answered:,} answered, {report.cannot_tell:,} cannot tell",
        style="dim",
    )
    if report.labels:
        console.print(_table(report))
        if any(each.critical for each in report.labels.values()):
            console.print("  * critical; burn: the part of the error budget that is spent at least", style="dim")
    for line in advice(report, stage, now):
        console.print(f"  {line}", markup=False)


def age(report: QualityReport, now: datetime) -> str:
    """How old a report is, in words."""
    minutes = int((now - datetime.fromisoformat(report.made_at)).total_seconds() // 60)
    if minutes < 1:
        return "made just now"
    if minutes < 120:
        return f"made {minutes} minutes ago"
    return f"made {minutes // 60} hours ago" if minutes < 48 * 60 else f"made {minutes // 1440} days ago"


def advice(report: QualityReport, stage: str, now: datetime) -> Iterator[str]:
    """What is wrong, and what to do about it; one line each."""
    for label, each in report.overspent.items():
        burn, days = (each.burn_week, 7) if each.severity == "page" else (each.burn_month, 28)
        yield (
            f"{label}: its error budget is overspent: {burn or 0:.1f} times in {days} days or more ({each.severity}):"
            f" tagging rollback --stage {stage}, or infra/runbooks/quality.md#budget-overspent"
        )
    for author in report.authors:
        if author.discounted:
            labels = "all labels" if "*" in author.discounted else ", ".join(author.discounted)
            yield f"{author.author}: answers about {labels} do not count, they disagree with everybody else's"
    if report.missing_hours:
        yield f"{report.missing_hours:,} hours are not scored by this version yet; the next runs do that"
    if now - datetime.fromisoformat(report.made_at) > LATE:
        yield "the hourly function does not finish its runs: infra/runbooks/learning.md#hours-failed"
    if any(each.why_not for each in report.labels.values()):
        yield f"more answers give more numbers: tagging console --stage {stage}, or tagging review list"


def _table(report: QualityReport) -> Table:
    from tagging.quality import FEWEST_ASSIGNED, FEWEST_POSITIVES  # loads numpy

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("  label", "given", "precision", "recall", "burn"):
        table.add_column(name, justify="right" if name in ("given", "burn") else "left", no_wrap=True)
    for label, each in sorted(report.labels.items(), key=lambda item: (item[1].severity is None, not item[1].critical)):
        burn = each.burn_week if each.severity == "page" else each.burn_month
        style = {"page": "bold red", "ticket": "yellow"}.get(each.severity or "", "")
        table.add_row(
            Text(f"  {_short(label)}{' *' if each.critical else ''}", style=style),
            f"{each.given:,}",
            _cell(each.precision, each, f"{floor(each.effective_answers)} of {FEWEST_ASSIGNED}"),
            _cell(each.recall, each, f"{each.positives} of {FEWEST_POSITIVES}"),
            Text("" if burn is None else f"{burn:.1f}", style=style),
        )
    return table


def _cell(figure: Figure | None, each: LabelQuality, enough: str) -> Text:
    """A share with its interval, or why there is none."""
    from tagging.quality import FEWEST_ANSWERED  # loads numpy

    if figure is not None:
        return Text(f"{_share(figure.value)} ({_share(figure.low)} to {_share(figure.high)})")
    if each.answered == 0 and not each.answers:
        return Text("no answers yet", style="dim")
    if each.answered < FEWEST_ANSWERED:
        return Text(f"{each.answered:.0%} answered", style="dim")
    return Text(f"too few: {enough}", style="dim")


def _share(value: float) -> str:
    return "1.0" if value >= 0.995 else f"{value:.2f}"[1:]


def _short(label: str) -> str:
    return label if len(label) <= _LABEL_WIDTH else f"{label[: _LABEL_WIDTH - 1]}…"
