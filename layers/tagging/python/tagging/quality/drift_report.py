"""Which labels and inputs have drifted, since when, and what says so; one object for each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from tagging.quality.drift import DAYS_OF_REFERENCE
from tagging.quality.drift_days import INPUTS, Span, day_text, of_input, of_label, table
from tagging.quality.drift_states import Acknowledgement, Compared, DriftState, judge, too_few
from tagging.quality.plan_renewal import time_of
from tagging.quality.sampling import Floats
from tagging.quality.summary import DaySummary, HourSummary, add_up

FEWEST_DAYS: Final = 14
"""Days of the reference that must have items: a shop may be closed at weekends."""


class Reference(Struct, frozen=True):
    """The days that others are compared with."""

    since: str
    until: str
    """Its last day."""


class DriftReport(Struct, frozen=True, kw_only=True):
    """`drift/<kind>.json`."""

    schema: Literal["tagging.drift/1"] = "tagging.drift/1"
    kind: str
    champion: str
    made_at: str
    reference: Reference | None
    why_silent: str = ""
    """Why nothing is compared at all."""
    labels: dict[str, DriftState] = {}
    inputs: dict[str, DriftState] = {}

    @property
    def news(self) -> dict[str, DriftState]:
        """What has drifted and was not acknowledged, by name; a label hides an input of its name."""
        return {name: each for name, each in {**self.inputs, **self.labels}.items() if each.is_news}


Histogram = Callable[[HourSummary, str], Floats]


def make_report(
    kind: str,
    champion: str,
    days: Mapping[str, DaySummary],
    span: Span | None,
    labels: Iterable[str],
    acknowledged: Mapping[str, Acknowledgement],
    before: DriftReport | None,
    now: datetime,
) -> DriftReport:
    """Compare the latest days with the reference; a pure function of these. `before`: the last report."""
    blank = DriftReport(kind=kind, champion=champion, made_at=time_of(now), reference=None)
    if span is None:
        return replace(blank, why_silent="there are no summaries of whole days yet")
    summaries = {date.fromisoformat(day).toordinal(): add_up(each.hours.values()) for day, each in days.items()}
    summaries = {day: each for day, each in summaries.items() if day < span.today and each.items}
    known = span.today - span.since
    if known <= DAYS_OF_REFERENCE:
        left = DAYS_OF_REFERENCE + 1 - known
        return replace(blank, why_silent=f"28 days are compared with those after them: {left} more days are needed")
    if before is not None and before.champion != champion:
        before = None
    last = span.since + DAYS_OF_REFERENCE - 1
    reference = Reference(day_text(span.since), day_text(last))
    with_items = sum(span.since <= day <= last for day in summaries)
    if with_items < FEWEST_DAYS:
        why = f"only {with_items} of the 28 days of the reference have items; {FEWEST_DAYS} are needed"
        return replace(blank, reference=reference, why_silent=why)
    return replace(
        blank,
        reference=reference,
        labels=_states(summaries, span, labels, of_label, acknowledged, before.labels if before else {}),
        inputs=_states(summaries, span, INPUTS, of_input, acknowledged, before.inputs if before else {}),
    )


def _states(
    days: Mapping[int, HourSummary],
    span: Span,
    names: Iterable[str],
    histogram: Histogram,
    acknowledged: Mapping[str, Acknowledgement],
    before: Mapping[str, DriftState],
) -> dict[str, DriftState]:
    compared = {name: _compared(days, span, name, histogram, acknowledged.get(name)) for name in names}
    silent = {name: why for name, each in compared.items() if histogram is of_label and (why := too_few(each))}
    judged = len(compared) - len(silent)
    return {
        name: DriftState(state="silent", why=silent[name])
        if name in silent
        else judge(each, judged, acknowledged.get(name), before.get(name))
        for name, each in sorted(compared.items())
    }


def _compared(
    days: Mapping[int, HourSummary],
    span: Span,
    name: str,
    histogram: Histogram,
    acknowledgement: Acknowledgement | None,
) -> Compared:
    """From an acknowledged drift on, what came with it is the reference, as soon as it has 28 days."""
    waits = False
    if acknowledgement is not None and acknowledgement.since:
        since = date.fromisoformat(acknowledgement.since).toordinal()
        if since > span.since:
            waits = since + DAYS_OF_REFERENCE >= span.today
            span = span if waits else Span(since, span.today)
    histograms = {day: histogram(summary, name) for day, summary in days.items()}
    end = span.since + DAYS_OF_REFERENCE
    return Compared(table(histograms, span.since, end), table(histograms, span.live, span.today), span.live, waits)
