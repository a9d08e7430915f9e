"""Daily histograms of a label's scores and of inputs, and the days that they are compared with."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

import numpy as np
from msgspec import Struct

from tagging.quality.drift import DAYS_OF_REFERENCE, WEEK
from tagging.quality.sampling import Floats
from tagging.quality.summary import HourSummary

INPUTS: Final = ("language", "length", "unknown_pieces", "unlike_training", "no_label")
"""What is compared of items apart from their labels."""
NOT_GIVEN_EDGES: Final = (7, 13)
"""Score bins of items without a label: below -4, from -4 to -1, and above, in logits."""
GIVEN_EDGE: Final = 18
"""Of items with it: below 1.5, and above."""
LABEL_BINS: Final = 5
LOOKED_BACK: Final = 3 * WEEK
"""Days before today that are compared: a drift that alarmed within 14 of them, each time by seven days."""


class Span(Struct, frozen=True):
    """The days that are compared, as ordinals of `datetime.date`."""

    since: int
    """First day of the reference, which has 28."""
    today: int
    """Day after the last complete one."""

    @property
    def live(self) -> int:
        """The first day that is compared: after the reference, on the same weekday."""
        end = self.since + DAYS_OF_REFERENCE
        weeks = max(0, self.today - LOOKED_BACK - end) // WEEK
        return end + weeks * WEEK

    @property
    def days(self) -> list[str]:
        """The days whose summaries are needed."""
        ordinals = {*range(self.since, self.since + DAYS_OF_REFERENCE), *range(self.live, self.today)}
        return [day_text(each) for each in sorted(ordinals) if each < self.today]


def span_of(existing: Collection[str], changed: date | None, today: date) -> Span | None:
    """The reference is the 28 days before the champion's last change, or the first ones of those days that exist.

    None where no day exists. `existing`: the days of which there is a summary, `2026-01-31`.
    """
    days = [date.fromisoformat(each).toordinal() for each in existing if each < today.isoformat()]
    if not days:
        return None
    before_change = changed.toordinal() - DAYS_OF_REFERENCE if changed is not None else 0
    return Span(max(min(days), before_change), today.toordinal())


def of_label(day: HourSummary, label: str) -> Floats:
    """The histogram [LABEL_BINS] of a label, the surest items that were given it last."""
    counts = day.labels.get(label)
    if counts is None:
        return np.zeros(LABEL_BINS)
    parts = [*np.split(np.array(counts.not_given), NOT_GIVEN_EDGES), *np.split(np.array(counts.given), [GIVEN_EDGE])]
    return np.array([part.sum() for part in parts], dtype=np.float64)


def label_bin(score_bin: int, *, given: bool) -> int:
    """Into which bin of `of_label` a score bin goes."""
    return 3 + int(score_bin >= GIVEN_EDGE) if given else int(np.searchsorted(NOT_GIVEN_EDGES, score_bin, "right"))


def of_input(day: HourSummary, name: str) -> Floats:
    """The histogram of one of INPUTS, its rarer items last."""
    if name == "language":
        return np.array([day.languages.get("known", 0), day.languages.get("other", 0)], dtype=np.float64)
    if name == "length":
        return np.array(day.lengths, dtype=np.float64)
    if name == "unknown_pieces":
        return np.array(day.unknown_pieces, dtype=np.float64)
    beyond = day.reasons.get("unlike_training", 0) if name == "unlike_training" else day.no_label
    return np.array([day.items - beyond, beyond], dtype=np.float64)


def table(days: Mapping[int, Floats], since: int, until: int) -> Floats:
    """The histograms [days, bins] from one day to before another; zeros for a day without items."""
    bins = len(next(iter(days.values())))
    return np.array([days.get(day, np.zeros(bins)) for day in range(since, until)]).reshape(-1, bins)


def day_text(ordinal: int) -> str:
    """`2026-01-31`."""
    return date.fromordinal(ordinal).isoformat()
