"""The picture of a month: panels of values by day, with their intervals, and marks where something happened. SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from math import isnan

WIDTH, LEFT, RIGHT, TOP, GAP = 800, 56, 16, 34, 52
INK, GRID, TRUE, ESTIMATE, MARK = "#333", "#ddd", "#111", "#1f6fb2", "#c0392b"
STYLE = "font-family:system-ui,sans-serif;font-size:12px"
LINE_HEIGHT = 14
HALO = "paint-order:stroke;stroke:#fff;stroke-width:4px"
"""Keeps texts readable where lines cross them."""


@dataclass(frozen=True)
class Point:
    """A value of one day, with its interval if it has one, and what is true; each may be nan."""

    day: int
    estimate: float
    low: float = float("nan")
    high: float = float("nan")
    true: float = float("nan")

    @property
    def is_known(self) -> bool:
        """Whether there is an estimate."""
        return not isnan(self.estimate)


@dataclass(frozen=True)
class Mark:
    """Something that happened on a day."""

    day: int
    text: str


@dataclass(frozen=True)
class Panel:
    """One chart."""

    title: str
    points: Sequence[Point]
    marks: Sequence[Mark] = ()
    height: int = 150
    bottom: float = 0.0
    top: float = 1.0
    others: Sequence[Sequence[Point]] = field(default_factory=tuple)
    """Further lines, drawn in grey."""
    marks_above: bool = False
    """Texts of marks stand at the top, where lines keep to the foot."""


def draw(title: str, panels: Sequence[Panel], days: int, note: str = "") -> str:
    """The picture, for days 1 to `days`."""
    parts, y = [], TOP + 8
    for panel in panels:
        y += GAP - 12
        parts.append("".join(_panel(panel, y, days)))
        y += panel.height + 30
    height = y + 24
    heading = _text(LEFT, 22, title, "font-size:15px;font-weight:600") + _legend() + _text(LEFT, height - 10, note)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="{escape(title)}" style="{STYLE}">'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>{heading}{"".join(parts)}</svg>\n'
    )


def _panel(panel: Panel, y: int, days: int) -> Iterator[str]:
    def across(day: float) -> float:
        return round(LEFT + (day - 0.5) / days * (WIDTH - LEFT - RIGHT), 1)

    def up(value: float) -> float:
        share = (min(max(value, panel.bottom), panel.top) - panel.bottom) / (panel.top - panel.bottom)
        return round(y + panel.height * (1 - share), 1)

    yield _text(LEFT, y - 10, panel.title, "font-weight:600")
    for step in range(5):
        value = panel.bottom + (panel.top - panel.bottom) * step / 4
        yield f'<path d="M{LEFT} {up(value)}H{WIDTH - RIGHT}" stroke="{GRID}"/>'
        yield _text(LEFT - 8, up(value) + 4, f"{value:.2g}", "text-anchor:end")
    for day in range(1, days + 1):
        if day == 1 or day % 5 == 0:
            yield _text(
                across(day), y + panel.height + 16, f"day {day}" if day == 1 else str(day), "text-anchor:middle"
            )
    for other in panel.others:
        yield _line([(across(each.day), up(each.estimate)) for each in other if each.is_known], "#bbb", 1)
    for run in _runs(panel.points):
        if not isnan(run[0].low):
            upper = [f"{across(each.day)} {up(each.high)}" for each in run]
            lower = [f"{across(each.day)} {up(each.low)}" for each in reversed(run)]
            yield f'<path d="M{"L".join(upper + lower)}Z" fill="{ESTIMATE}" fill-opacity=".18"/>'
        yield _line([(across(each.day), up(each.estimate)) for each in run], ESTIMATE, 2)
        yield "".join(
            f'<circle cx="{across(each.day)}" cy="{up(each.estimate)}" r="2" fill="{ESTIMATE}"/>' for each in run
        )
    yield _line([(across(each.day), up(each.true)) for each in panel.points if not isnan(each.true)], TRUE, 1.5, "5 3")
    yield from _marks(panel, across, y)


def _marks(panel: Panel, across: Callable[[float], float], y: int) -> Iterator[str]:
    ends: list[float] = []
    for mark in sorted(panel.marks, key=lambda each: each.day):
        x = across(mark.day)
        width = 6.4 * len(mark.text)
        left = x + 4 if x + 4 + width < WIDTH - RIGHT else x - 4 - width
        row = next((place for place, end in enumerate(ends) if end < left), len(ends))
        ends[row : row + 1] = [left + width]
        yield f'<path d="M{x} {y}V{y + panel.height}" stroke="{MARK}" stroke-dasharray="2 3"/>'
        foot = LINE_HEIGHT + row * LINE_HEIGHT if panel.marks_above else panel.height - 8 - row * LINE_HEIGHT
        yield _text(left, y + foot, mark.text, f"fill:{MARK};{HALO}")


def _runs(points: Sequence[Point]) -> Iterator[list[Point]]:
    """The points without the days that have no estimate, in parts without a gap."""
    run: list[Point] = []
    for each in points:
        if not each.is_known:
            if run:
                yield run
            run = []
        else:
            run.append(each)
    if run:
        yield run


def _line(points: Sequence[tuple[float, float]], colour: str, width: float, dashes: str = "") -> str:
    if not points:
        return ""
    path = "L".join(f"{x} {y}" for x, y in points)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}/>'


def _legend() -> str:
    entries = ((TRUE, "true", "5 3"), (ESTIMATE, "estimated, 95 % interval", ""))
    parts, x = [], WIDTH - RIGHT - 275
    for colour, name, dashes in entries:
        parts.append(_line([(x, 18), (x + 24, 18)], colour, 2, dashes) + _text(x + 30, 22, name))
        x += 76
    return "".join(parts)


def _text(x: float, y: float, text: str, style: str = "") -> str:
    fill = "" if "fill:" in style else f' fill="{INK}"'
    return f'<text x="{x}" y="{y}"{fill} style="{style}">{escape(text)}</text>'
