"""Charts of a dashboard's widgets as inline SVG: lines, stacked areas, bars and large figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from infra.monitoring.preview.values import Drawn
from tagging.learning.report import Content, Markup, tag

COLOURS = ("#2f5fd0", "#23936f", "#c0662b", "#8a4fc4", "#b8345f", "#1b8aa5", "#8c7a1f", "#5c6675", "#d0812f", "#4f9a2f")
LEFT, RIGHT, TOP, BOTTOM = 46, 10, 8, 20
TEXT = 12
"""Height of a legend's line, in pixels."""
MOST_NAMED = 14


@dataclass(frozen=True)
class Limit:
    """A line across, from which something is too much, and what is said at it."""

    value: float
    label: str


def timeline(drawn: Sequence[Drawn], size: tuple[int, int], *, stacked: bool, limits: Sequence[Limit]) -> Markup:
    """Figures over the steps in so many pixels."""
    width, height = size[0], max(60, size[1] - _legend_height(drawn, size[0]))
    rows = [list(each.points) for each in drawn]
    if stacked:
        rows = _piled(rows)
    known = [value for row in rows for value in row if value is not None]
    most = _round_up(max([*known, *(each.value for each in limits)], default=1.0))
    steps = max((len(row) for row in rows), default=1)

    def place(step: int, value: float) -> tuple[float, float]:
        across = (width - LEFT - RIGHT) * step / max(1, steps - 1)
        return round(LEFT + across, 1), round(TOP + (height - TOP - BOTTOM) * (1 - value / most), 1)

    marks: list[Content] = [_scale(most, width, height)]
    for limit in limits:
        (left, y), (right, _) = place(0, limit.value), place(steps - 1, limit.value)
        marks.append(tag("line.limit", x1=left, x2=right, y1=y, y2=y))
        # Below its line: above the highest one there may be no room.
        marks.append(tag("text.limit", limit.label, x=right, y=y + TEXT, text_anchor="end"))
    for number in reversed(range(len(rows))):
        colour = COLOURS[number % len(COLOURS)]
        below = rows[number - 1] if stacked and number else [0.0] * steps
        points = [place(step, value) for step, value in enumerate(rows[number]) if value is not None]
        marks.append(_trace(points, colour, dots=len(points) < steps))
        if stacked:
            edge = [place(s, v or 0.0) for s, v in enumerate(rows[number])]
            edge += [place(s, v or 0.0) for s, v in reversed(list(enumerate(below)))]
            marks.append(tag("path", d=_path(edge) + "Z", fill=colour, opacity=0.35))
    drawing = tag("svg", marks, viewBox=f"0 0 {width} {height}", width=width, height=height, role="img")
    return tag("div", drawing, _legend(drawn))


def bars(drawn: Sequence[Drawn], size: tuple[int, int]) -> Markup:
    """One bar a line, the largest first, as many as there is room for."""
    ranked = sorted((each for each in drawn if each.whole), key=lambda each: -(each.whole or 0.0))
    shown = ranked[: max(1, (size[1] - 16) // 17)]
    most = max((each.whole or 0.0 for each in shown), default=1.0)
    rows = [
        tag(
            "tr",
            tag("th", each.label),
            tag("td.bar", tag("i", style=f"width:{100 * (each.whole or 0.0) / most:.1f}%")),
            tag("td.figure", short(each.whole)),
        )
        for each in shown
    ]
    more = len(ranked) - len(shown)
    return tag("div", tag("table", rows), tag("p.quiet", f"and {more} more") if more else None)


def large(drawn: Sequence[Drawn]) -> Markup:
    """The whole figure of each line."""
    told = [tag("div", tag("strong", short(each.whole)), tag("span", each.label)) for each in drawn]
    return tag("div.large", told)


def short(value: float | None) -> str:
    """A figure in few characters; a dash for none."""
    if value is None:
        return "\u2013"
    for unit, size in (("M", 1e6), ("k", 1e3)):
        if abs(value) >= 10 * size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.0f}" if value == round(value) or abs(value) >= 1000 else f"{value:.3g}"


def _piled(rows: list[list[float | None]]) -> list[list[float | None]]:
    """Each row on top of those before it; where it has no figure it adds nothing."""
    piled: list[list[float | None]] = []
    for row in rows:
        below = piled[-1] if piled else [0.0] * len(row)
        piled.append([(low or 0.0) + (value or 0.0) for low, value in zip(below, row, strict=True)])
    return piled


def _trace(points: list[tuple[float, float]], colour: str, *, dots: bool) -> list[Markup]:
    """A line, and where figures are missing between them a dot for each that is there."""
    line = [tag("path", d=_path(points), fill="none", stroke=colour, stroke_width=1.6)] if points else []
    return [*line, *(tag("circle", cx=x, cy=y, r=2.4, fill=colour) for x, y in points if dots)]


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x},{y}" for x, y in points)


def _scale(most: float, width: int, height: int) -> list[Markup]:
    marks = []
    for share in (0.0, 0.5, 1.0):
        y = round(TOP + (height - TOP - BOTTOM) * (1 - share), 1)
        marks.append(tag("line.grid", x1=LEFT, x2=width - RIGHT, y1=y, y2=y))
        marks.append(tag("text.tick", short(most * share), x=LEFT - 5, y=y + 3.5, text_anchor="end"))
    for share, hour in ((0.0, "0 h"), (0.5, "12 h"), (1.0, "23 h")):
        x = LEFT + (width - LEFT - RIGHT) * share
        marks.append(tag("text.tick", hour, x=x, y=height - 5, text_anchor=("start", "middle", "end")[int(share * 2)]))
    return marks


def _round_up(most: float) -> float:
    """The next figure that reads well above a largest one."""
    if most <= 0:
        return 1.0
    size: float = 10 ** math.floor(math.log10(most))
    return next(size * step for step in (1, 2, 5, 10) if size * step >= most)


def _legend(drawn: Sequence[Drawn]) -> Markup:
    named = [
        tag("span", tag("i", style=f"background:{COLOURS[number % len(COLOURS)]}"), each.label)
        for number, each in enumerate(drawn[:MOST_NAMED])
    ]
    more = len(drawn) - len(named)
    return tag("p.legend", named, tag("span", f"and {more} more") if more > 0 else None)


def _legend_height(drawn: Sequence[Drawn], width: int) -> int:
    letters = sum(len(each.label) + 5 for each in drawn[:MOST_NAMED]) + 12 * (len(drawn) > MOST_NAMED)
    return (TEXT + 4) * (1 + int(letters * 5.8 // max(1, width))) + 8
