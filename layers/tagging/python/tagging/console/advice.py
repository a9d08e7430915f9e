"""What needs a person: found in queues, probe, live quality and drift, each with where to go or what to run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from tagging.console.exchange import address
from tagging.console.site import ago
from tagging.quality import FEWEST_ANSWERED

if TYPE_CHECKING:
    from tagging.operations import QueueState
    from tagging.quality import DriftReport, QualityReport
    from tagging.telemetry import ProbeRun

LATE: Final = timedelta(minutes=15)
"""Messages and probes take less."""
LATE_REPORT: Final = timedelta(hours=3)
"""The hourly run has failed more than once."""


class Advice(Struct, frozen=True):
    """One thing to do."""

    text: str
    href: str = ""
    """The page to look at."""
    command: str = ""
    """What to run, or the runbook to follow."""


def of_queues(queues: Iterable[QueueState], stage: str) -> Iterator[Advice]:
    """Messages that failed, wait for too long, or cannot be counted."""
    for each in queues:
        if each.messages is None:
            yield Advice(f"The queue “{each.name}” cannot be read: {each.fault}.")
        elif each.messages and each.purpose == "dead letter":
            text = f"{each.name.capitalize()}: {each.messages:,}. Find out why in the logs, then send them once more."
            yield Advice(text, command=f"tagging redrive --dry-run --stage {stage}")
        elif each.purpose == "work" and each.oldest_s and each.oldest_s > LATE.total_seconds():
            yield Advice(f"{each.name.capitalize()}: the oldest has waited for {each.oldest_s / 60:,.0f} minutes.")


def of_probe(runs: Sequence[ProbeRun] | None, now: datetime) -> Iterator[Advice]:
    """The last probe that should have arrived, and did not."""
    due = next((run for run in runs or () if now - datetime.fromisoformat(run.at) > LATE), None)
    if due is not None and due.waiting:
        text = f"The probe of {due.at[:16].replace('T', ' ')} did not arrive: {', '.join(due.waiting)}."
        yield Advice(text, command="infra/runbooks/probe.md")


def of_quality(report: QualityReport | None, kind: str, now: datetime) -> Iterator[Advice]:
    """Labels that miss their targets, answers that are missing or do not count, reports that are old."""
    if report is None:
        return
    for label, each in report.overspent.items():
        text = f"{label} misses its target: {each.target_of} {each.target or 0:.0%}."
        yield Advice(text, address("/label", kind=kind, id=label))
    if report.drawn and report.answered < FEWEST_ANSWERED * report.drawn:
        text = f"{report.answered} of {report.drawn} drawn items were answered; numbers need {FEWEST_ANSWERED:.0%}."
        yield Advice(text, address("/queue", kind=kind, purpose="measure"))
    if any(each.discounted for each in report.authors):
        yield Advice("Answers of somebody do not count: they differ far too often.", address("/labels", kind=kind))
    made = datetime.fromisoformat(report.made_at)
    if now - made > LATE_REPORT:
        text = f"The last report was made {ago(made, now)}: the hourly function does not finish its runs."
        yield Advice(text, command="infra/runbooks/learning.md")


def of_drift(report: DriftReport | None, kind: str) -> Iterator[Advice]:
    """Drift that nobody has acknowledged."""
    if report is not None and report.news:
        names = ", ".join(report.news)
        yield Advice(f"Drift: {names}.", address("/drift", kind=kind))
