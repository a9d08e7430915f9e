"""Inline SVG charts for the report and the dashboard preview: axes, lines, areas, dots, bars. Colours: base.css."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

Point = tuple[float, float]
COLOURS = 10
"""How many series colours base.css has."""
_TEXT = Markup('<text class="{}" x="{}" y="{}">{}</text>')
_VERTICAL = Markup('<text class="{}" transform="translate(9 {}) rotate(-90)">{}</text>')
_LINE = Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>')
_PATH = Markup('<path class="{}" d="{}"/>')
_DOT = Markup('<circle class="{}" cx="{}" cy="{}" r="{}"><title>{}</title></circle>')
_BAR = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>')
_SVG = Markup('<svg class="chart" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{}">{}</svg>')


def series_style(number: int) -> str:
    """The style class of a series: its colour."""
    return f"series-{number % COLOURS}"


@dataclass
class Plot:
    """A chart of `width` x `height` pixels, drawn in data coordinates from (0, 0) to (`x_max`, `y_max`)."""

    width: int
    height: int
    margins: tuple[int, int, int, int]
    """Pixels outside the axes: left, right, top, bottom."""
    x_max: float = 1.0
    y_max: float = 1.0
    _marks: list[Markup] = field(default_factory=list)

    def x(self, value: float) -> float:
        """The pixel of a value on the horizontal axis."""
        left, right, _, _ = self.margins
        return round(float(left + (self.width - left - right) * value / self.x_max), 1)

    def y(self, value: float) -> float:
        """The pixel of a value on the vertical axis."""
        _, _, top, bottom = self.margins
        return round(float(self.height - bottom - (self.height - top - bottom) * value / self.y_max), 1)

    def text(self, x: float, y: float, content: str, style: str) -> None:
        """A text at pixels, not at data coordinates."""
        self._marks.append(_TEXT.format(style, x, y, content))

    def segment(self, start: Point, end: Point, style: str) -> None:
        """A straight line."""
        self._marks.append(_LINE.format(style, *self._pixels(start), *self._pixels(end)))

    def line(self, points: Sequence[Point], style: str) -> None:
        """A line through the points; nothing without points."""
        if points:
            self._marks.append(_PATH.format(f"line {style}", self._path(points)))

    def area(self, points: Sequence[Point], style: str) -> None:
        """The area that the points enclose."""
        self._marks.append(_PATH.format(f"area {style}", self._path(points) + "Z"))

    def dot(self, at: Point, radius: float, style: str, title: str = "") -> None:
        """A dot; the title shows under the mouse."""
        self._marks.append(_DOT.format(style, *self._pixels(at), radius, title))

    def bar(self, x: tuple[float, float], y: tuple[float, float], style: str, title: str) -> None:
        """A rectangle between two values of each axis, a pixel narrower than that."""
        left, top = self.x(x[0]), self.y(y[1])
        size = round(self.x(x[1]) - left - 1, 1), round(self.y(y[0]) - top, 1)
        self._marks.append(_BAR.format(style, left, top, *size, title))

    def x_ticks(self, labels: Iterable[tuple[float, str]], below: int = 13) -> None:
        """Labels under the horizontal axis."""
        for value, label in labels:
            self.text(self.x(value), self.height - self.margins[3] + below, label, "tick mid")

    def y_ticks(self, labels: Iterable[tuple[float, str]]) -> None:
        """Labels beside the vertical axis, each with its grid line."""
        for value, label in labels:
            self.segment((0, value), (self.x_max, value), "grid")
            self.text(self.x(0) - 5, self.y(value) + 3, label, "tick end")

    def y_name(self, name: str) -> None:
        """What the vertical axis shows, along it."""
        self._marks.append(_VERTICAL.format("tick mid", self.y(self.y_max / 2), name))

    def svg(self, label: str) -> Markup:
        """The finished drawing; `label` is its text for screen readers."""
        return _SVG.format(label, Markup().join(self._marks), w=self.width, h=self.height)

    def _pixels(self, point: Point) -> Point:
        return self.x(point[0]), self.y(point[1])

    def _path(self, points: Sequence[Point]) -> str:
        return "M" + "L".join(f"{self.x(x)},{self.y(y)}" for x, y in points)
