"""A dashboard's graph: lines or stacked areas over the steps of a day, with a legend's height kept free."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from markupsafe import Markup

from infra.monitoring.preview.widget_data import Series
from tagging.learning.report import Plot, series_style

MARGINS = (46, 10, 8, 20)
LINE_HEIGHT = 16
"""Of a legend's line, in pixels."""
MOST_NAMED = 14
"""Series that a legend names."""
HOURS = (0.0, "0 h", "tick"), (0.5, "12 h", "tick mid"), (1.0, "23 h", "tick end")


@dataclass(frozen=True)
class Limit:
    """A horizontal line at a value that should not be exceeded."""

    value: float
    label: str


def line_style(number: int, series: Series) -> str:
    """The style class of a line: its own colour, else one by its place."""
    return f"color-{series.color[1:]}" if series.color else series_style(number)


def timeline(lines: Sequence[Series], size: tuple[int, int], *, stacked: bool, limits: Sequence[Limit]) -> Markup:
    """The graph, `size` pixels wide and high with its legend."""
    width, height = size[0], max(60, size[1] - _legend_height(lines, size[0]))
    rows: list[Sequence[float | None]] = [line.points for line in lines]
    if stacked:
        rows = _stacked(rows)
    steps = len(rows[0])
    values = [value for row in rows for value in row if value is not None]
    highest = _round_up(max([*values, *(limit.value for limit in limits)], default=1.0))
    plot = Plot(width, height, MARGINS, max(1, steps - 1), highest)
    plot.y_ticks([(highest * share, short(highest * share)) for share in (0.0, 0.5, 1.0)])
    for share, label, style in HOURS:
        plot.text(plot.x(share * plot.x_max), height - 5, label, style)
    for limit in limits:
        plot.segment((0, limit.value), (plot.x_max, limit.value), "limit")
        # Below its line: above the highest one there may be no room.
        plot.text(plot.x(plot.x_max), plot.y(limit.value) + 12, limit.label, "limit end")
    for number in reversed(range(len(rows))):
        points = [(step, value) for step, value in enumerate(rows[number]) if value is not None]
        style = line_style(number, lines[number])
        plot.line(points, style)
        if len(points) < steps:  # single points between gaps would not show as a line
            for point in points:
                plot.dot(point, 2.4, style)
        if stacked:
            below = rows[number - 1] if number else [0.0] * steps
            lower = [(step, below[step] or 0.0) for step in reversed(range(steps))]
            plot.area([*points, *lower], style)
    return plot.svg("timeline")


def short(value: float | None) -> str:
    """A value in few characters; a dash for none."""
    if value is None:
        return "\u2013"
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if abs(value) >= 10 * size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.0f}" if value == round(value) or abs(value) >= 1000 else f"{value:.3g}"


def _stacked(rows: Sequence[Sequence[float | None]]) -> list[Sequence[float | None]]:
    """Each row on top of those before it; a step without a value adds nothing."""
    columns = [accumulate(value or 0.0 for value in column) for column in zip(*rows, strict=True)]
    return [list(row) for row in zip(*columns, strict=True)]


def _round_up(value: float) -> float:
    """The next of 1, 2, 3, 4, 6, 8, 10, 20, … from a value on."""
    if value <= 0:
        return 1.0
    size: float = 10 ** math.floor(math.log10(value))
    return next(size * step for step in (1, 2, 3, 4, 6, 8, 10) if size * step >= value)


def _legend_height(lines: Sequence[Series], width: int) -> int:
    letters = sum(len(line.label) + 5 for line in lines[:MOST_NAMED]) + 12 * (len(lines) > MOST_NAMED)
    return LINE_HEIGHT * (1 + int(letters * 5.8 // max(1, width))) + 8
