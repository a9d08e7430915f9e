"""Charts of the page of a label: quality over time with its band, and the histogram of scores. SVG, without script."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np
from markupsafe import Markup
from msgspec import Struct

from tagging.learning.report import Plot
from tagging.quality import BINS, CENTRES

if TYPE_CHECKING:
    from tagging.quality import LabelCounts

WIDTH: Final = 460
_BELOW: Final = 20
"""Pixels from an axis to the texts under it: the lowest text beside the other axis is as near."""
_TICKS: Final = (0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)


class DayCount(Struct, frozen=True):
    """Items of one day."""

    day: date
    given: int
    """With the label."""
    items: int


class QualityPoint(Struct, frozen=True):
    """One number of one day, with its 95 % interval."""

    day: str
    value: float
    low: float
    high: float


def quality_chart(points: Sequence[QualityPoint], name: str, target: float | None) -> Markup:
    """A number over time, its interval as a band, and its target; empty without two days."""
    if len(points) < 2:
        return Markup()
    first = date.fromisoformat(points[0].day)
    days = [(date.fromisoformat(each.day) - first).days for each in points]
    plot = Plot(WIDTH, 184, (46, 14, 12, 28), x_max=max(days))
    plot.y_ticks((value / 4, f"{value / 4:.0%}") for value in range(5))
    band = [*zip(days, (each.high for each in points), strict=True)]
    plot.area([*band, *reversed([*zip(days, (each.low for each in points), strict=True)])], "")
    plot.line([*zip(days, (each.value for each in points), strict=True)], "")
    if target is not None:
        plot.segment((0, target), (max(days), target), "limit")
    step = max(1, len(points) // 4)
    plot.x_ticks(((day, each.day[5:]) for day, each in list(zip(days, points, strict=True))[::step]), below=_BELOW)
    last = points[-1]
    text = f"{name} over time: {last.value:.0%} on {last.day}, 95 % interval {last.low:.0%} to {last.high:.0%}"
    return plot.svg(text)


def days_chart(counts: Sequence[DayCount], changes: Sequence[date]) -> Markup:
    """How often a label is given a day, and the days on which who serves was changed; empty without two days."""
    if len(counts) < 2:
        return Markup()
    first, most = counts[0].day, max(each.given for each in counts)
    plot = Plot(WIDTH, 164, (46, 14, 12, 28), x_max=(counts[-1].day - first).days + 1, y_max=max(most, 1))
    plot.y_ticks((value, f"{value:,}") for value in dict.fromkeys((0, most // 2, most)))
    for each in counts:
        at = (each.day - first).days
        share = f" of {each.items:,} items" if each.items else ""
        plot.bar((at, at + 1), (0, each.given), "given", f"{each.day}: {each.given:,}{share}")
    for day in dict.fromkeys(changes):
        if first <= day <= counts[-1].day:
            at = (day - first).days
            plot.segment((at, 0), (at, plot.y_max), "limit")
    plot.x_ticks(
        (((each.day - first).days + 0.5, f"{each.day:%m-%d}") for each in counts[:: max(1, len(counts) // 4)]),
        below=_BELOW,
    )
    return plot.svg(f"Items with the label a day: {', '.join(f'{each.day} {each.given}' for each in counts[-7:])}")


def score_histogram(counts: LabelCounts, threshold: float | None) -> Markup:
    """How many items have which score, with and without the label; heights grow with the root of the count."""
    given, rest = np.array(counts.given, dtype=float), np.array(counts.not_given, dtype=float)
    total = given + rest
    if not total.any():
        return Markup()
    top = math.sqrt(total.max())
    plot = Plot(WIDTH, 204, (56, 12, 12, 28), x_max=BINS, y_max=top)
    plot.y_ticks((math.sqrt(count), f"{count:,.0f}") for count in _round_counts(float(total.max())))
    for index in range(BINS):
        low, high = math.sqrt(rest[index]), math.sqrt(total[index])
        score = f"score about {CENTRES[index]:.3g}"
        if rest[index]:
            plot.bar((index, index + 1), (0, low), "rest", f"{rest[index]:,.0f} without the label, {score}")
        if given[index]:
            plot.bar((index, index + 1), (low, high), "given", f"{given[index]:,.0f} with the label, {score}")
    plot.x_ticks(((_place(score), f"{score:g}") for score in _TICKS), below=_BELOW)
    if threshold is not None and 0 < threshold < 1:
        at = min(max(_place(threshold), 0.0), float(BINS))
        plot.segment((at, 0), (at, top), "limit")
    text = f"Scores: {given.sum():,.0f} items with the label, {rest.sum():,.0f} without; threshold {threshold}"
    return plot.svg(text)


def _place(score: float) -> float:
    """Where a score stands among the bins, which are half a logit wide."""
    return 2 * (math.log(score) - math.log1p(-score)) + BINS / 2


def _round_counts(most: float) -> list[float]:
    """Counts for the axis: powers of ten, at most five."""
    powers = [10.0**power for power in range(int(math.log10(max(most, 1))) + 1)]
    return powers[-4:] if most > 1 else [most]
