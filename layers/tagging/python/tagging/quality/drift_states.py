"""What is said of one label or one input: whether it has drifted, since when, and how."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from tagging.quality.drift import WEEK, Bools, Drift, alarm_days, week_drift
from tagging.quality.drift_days import LABEL_BINS, day_text
from tagging.quality.sampling import Floats

State = Literal["silent", "steady", "drifted"]
FEWEST_A_DAY: Final = 5.0
"""A label that was given to fewer items a day is silent, until it is given to twice as many for a week."""


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
    bin: int | None = None
    """The bin of the histogram that has gained most: see `of_label` and `of_input`."""
    items: tuple[str, ...] = ()
    """Ids of items in it, the latest first."""
    acknowledged: Acknowledgement | None = None

    @property
    def is_news(self) -> bool:
        """It has drifted, and nobody has acknowledged that."""
        return self.state == "drifted" and self.acknowledged is None


class Compared(Struct, frozen=True):
    """The histograms of one label or input [days, bins]."""

    reference: Floats
    live: Floats
    """The days after it; its first row is on the weekday of the reference's first one."""
    first_live: int
    """Ordinal of its first day."""
    waits: bool = False
    """A drift was acknowledged, and there are no 28 days since yet that could be its reference."""


def too_few(each: Compared) -> str:
    """Why a label is silent; empty where it is not."""
    if not is_silent(each.reference, each.live):
        return ""
    return f"given to {_given_a_day(each.reference):.1f} items a day; fewer than {FEWEST_A_DAY:g} say nothing"


def is_silent(reference: Floats, live: Floats) -> bool:
    """Whether a label was given to too few items, by its histograms [days, LABEL_BINS]."""
    return _given_a_day(reference) < FEWEST_A_DAY and _given_a_day(live[-WEEK:]) < 2 * FEWEST_A_DAY


def _given_a_day(days: Floats) -> float:
    given = days[:, 3:].sum(axis=1)[days.sum(axis=1) > 0]
    return float(given.mean()) if len(given) else 0.0


def judge(each: Compared, names: int, acknowledgement: Acknowledgement | None, before: DriftState | None) -> DriftState:
    """One of `names` that are judged at once. `before`: what the last report said, by the same champion."""
    alarms, week = alarm_days(each.live, each.reference, names), week_drift(each.live[-WEEK:], each.reference)
    if not alarms[-WEEK:].any():
        return (
            _with(None, "silent", "nearly all items are alike in it: there is nothing to compare")
            if week is None
            else _with(week, "steady", "")
        )
    since = day_text(each.first_live + _first_of_last(alarms))
    if before is not None and before.since is not None and (each.waits or before.acknowledged is None):
        since = min(since, before.since)  # days are looked at for two weeks only
    known = acknowledgement is not None and (each.waits or since <= acknowledgement.at[:10])
    drifted = _with(week, "drifted", f"{_difference(each)} since {since}")
    items = () if before is None else before.items
    return replace(
        drifted, since=since, bin=_gained(each), items=items, acknowledged=acknowledgement if known else None
    )


def _with(week: Drift | None, state: State, why: str) -> DriftState:
    if week is None:
        return DriftState(state=state, why=why)
    return DriftState(
        state=state, why=why, divergence=week.divergence, p_value=week.p_value, restlessness=week.restlessness
    )


def _first_of_last(alarms: Bools) -> int:
    """The first day of the last alarms that are less than a week apart."""
    days = np.flatnonzero(alarms)
    gaps = np.flatnonzero(np.diff(days) >= WEEK)
    return int(days[gaps[-1] + 1] if len(gaps) else days[0])


def _difference(each: Compared) -> str:
    """How the rarer part of a label or input, its last bins, differs from the reference."""
    rare = each.reference.shape[1] - (2 if each.reference.shape[1] == LABEL_BINS else 1)
    before, now = (_share(days, rare) for days in (each.reference, each.live[-WEEK:]))
    if max(before, now) < 1.1 * min(before, now):
        return "other scores"
    return f"{1000 * now:.0f} of 1,000 items instead of {1000 * before:.0f}"


def _gained(each: Compared) -> int:
    """The bin of the last week's items that are most beyond what the reference lets expect, in standard deviations."""
    week, reference = each.live[-WEEK:].sum(axis=0), each.reference.sum(axis=0)
    expected = (reference + 0.5) / (reference + 0.5).sum() * week.sum()
    return int(np.argmax((week - expected) / np.sqrt(expected)))


def _share(days: Floats, first: int) -> float:
    return float(days[:, first:].sum() / max(days.sum(), 1.0))
