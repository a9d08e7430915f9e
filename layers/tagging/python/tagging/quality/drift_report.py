"""Which labels and inputs have drifted, since when, and what says so; one object for each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Final, Literal

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tagging.quality.drift import DAYS_OF_REFERENCE, WEEK, Drift, alarm_days, drift_between
from tagging.quality.drift_days import INPUTS, Span, day_text, of_input, of_label, table
from tagging.quality.plan_renewal import time_of
from tagging.quality.sampling import Floats
from tagging.quality.summary import DaySummary, HourSummary, add_up

State = Literal["silent", "steady", "drifted"]
FEWEST_A_DAY: Final = 5.0
"""A label that was given to fewer items a day is silent, until it is given to twice as many for a week."""
FEWEST_DAYS: Final = 14
"""Days of the reference that must have items: a shop may be closed at weekends."""
MOST_ITEMS: Final = 20


class Acknowledgement(Struct, frozen=True):
    """Somebody has seen a drift: what came with it is the reference from then on."""

    by: str
    at: str
    why: str
    since: str = ""
    """First day of the drift: the new reference begins with it."""


class DriftState(Struct, frozen=True, kw_only=True):
    """One label, or one input."""

    state: State
    why: str
    """One sentence."""
    divergence: float | None = None
    """Of the last seven days, in nats: 0 to ln 2."""
    p_value: float | None = None
    restlessness: float | None = None
    since: str | None = None
    """Day of the first alarm of this drift."""
    items: tuple[str, ...] = ()
    """Ids of items beside it, the latest first."""
    acknowledged: Acknowledgement | None = None

    @property
    def is_news(self) -> bool:
        """It has drifted, and nobody has acknowledged that."""
        return self.state == "drifted" and self.acknowledged is None


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
        """What has drifted and was not acknowledged, by name."""
        return {name: each for name, each in {**self.labels, **self.inputs}.items() if each.is_news}


class Compared(Struct, frozen=True):
    """The histograms of one label or input [days, bins]."""

    reference: Floats
    live: Floats
    """The days after it; its first row is on the weekday of the reference's first one."""
    first_live: int
    """Ordinal of its first day."""


Histogram = Callable[[HourSummary, str], Floats]


def make_report(
    kind: str,
    champion: str,
    days: Mapping[str, DaySummary],
    span: Span | None,
    labels: Iterable[str],
    acknowledged: Mapping[str, Acknowledgement],
    now: datetime,
) -> DriftReport:
    """Compare the latest days with the reference; a pure function of these."""
    blank = DriftReport(kind=kind, champion=champion, made_at=time_of(now), reference=None)
    if span is None:
        return replace(blank, why_silent="there are no summaries of whole days yet")
    summaries = {date.fromisoformat(day).toordinal(): add_up(each.hours.values()) for day, each in days.items()}
    summaries = {day: each for day, each in summaries.items() if day < span.today and each.items}
    known = span.today - span.since
    if known <= DAYS_OF_REFERENCE:
        left = DAYS_OF_REFERENCE + 1 - known
        return replace(blank, why_silent=f"28 days are compared with those after them: {left} more days are needed")
    last = span.since + DAYS_OF_REFERENCE - 1
    reference = Reference(day_text(span.since), day_text(last))
    with_items = sum(span.since <= day <= last for day in summaries)
    if with_items < FEWEST_DAYS:
        why = f"only {with_items} of the 28 days of the reference have items; {FEWEST_DAYS} are needed"
        return replace(blank, reference=reference, why_silent=why)
    return replace(
        blank,
        reference=reference,
        labels=_states(summaries, span, list(labels), of_label, acknowledged),
        inputs=_states(summaries, span, INPUTS, of_input, acknowledged),
    )


def _states(
    days: Mapping[int, HourSummary],
    span: Span,
    names: Iterable[str],
    histogram: Histogram,
    acknowledged: Mapping[str, Acknowledgement],
) -> dict[str, DriftState]:
    compared, states = {}, {}
    for name in names:
        spanned = _rebased(span, acknowledged.get(name))
        each = _compared(days, spanned, name, histogram)
        why = _too_few(each) if histogram is of_label else ""
        if why:
            states[name] = DriftState(state="silent", why=why)
        else:
            compared[name] = each
    for name, each in compared.items():
        states[name] = _state(each, len(compared), acknowledged.get(name))
    return dict(sorted(states.items()))


def _rebased(span: Span, acknowledgement: Acknowledgement | None) -> Span:
    """From an acknowledged drift on, what came with it is the reference, as soon as it has 28 days."""
    if acknowledgement is None or not acknowledgement.since:
        return span
    since = date.fromisoformat(acknowledgement.since).toordinal()
    return Span(since, span.today) if span.since < since < span.today - DAYS_OF_REFERENCE else span


def _compared(days: Mapping[int, HourSummary], span: Span, name: str, histogram: Histogram) -> Compared:
    histograms = {day: histogram(summary, name) for day, summary in days.items()}
    end = span.since + DAYS_OF_REFERENCE
    return Compared(table(histograms, span.since, end), table(histograms, span.live, span.today), span.live)


def _too_few(each: Compared) -> str:
    """Why a label is silent; empty where it is not."""
    given = [days[:, 3:].sum(axis=1)[days.sum(axis=1) > 0] for days in (each.reference, each.live[-WEEK:])]
    before, now = (float(counts.mean()) if len(counts) else 0.0 for counts in given)
    if before >= FEWEST_A_DAY or now >= 2 * FEWEST_A_DAY:
        return ""
    return f"given to {before:.1f} items a day; fewer than {FEWEST_A_DAY:g} say nothing"


def _state(each: Compared, names: int, acknowledgement: Acknowledgement | None) -> DriftState:
    alarms = alarm_days(each.live, each.reference, names)
    recent = np.flatnonzero(alarms[-WEEK:])
    last_week = _last_week(each)
    if last_week is None and not len(recent):
        return DriftState(state="silent", why="too few items outside one score bin")
    figures = {} if last_week is None else _figures(last_week)
    if not len(recent):
        return DriftState(state="steady", why="as in the reference", **figures)
    since = each.first_live + _streak(alarms)
    known = acknowledgement if acknowledgement is not None and day_text(since) <= acknowledgement.at[:10] else None
    return DriftState(
        state="drifted",
        why=f"{_direction(each)} since {day_text(since)}",
        since=day_text(since),
        acknowledged=known,
        **figures,
    )
