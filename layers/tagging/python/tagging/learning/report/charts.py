"""Charts as inline SVG: reliability, precision and recall, thresholds, score histograms; colours come from the page."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tagging.learning.numeric import Bools, Floats, wilson
from tagging.learning.report.markup import Content, Markup, joined, tag

WIDTH, HEIGHT = 270, 200
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 8, 34
BINS = 10
BARS = 20
MOST_POINTS = 60


def reliability(scores: Floats, yes: Bools) -> Markup:
    """Share of yes against score in ten bins, with Wilson intervals; on the diagonal, scores are probabilities."""
    number = np.minimum((scores * BINS).astype(int), BINS - 1)
    marks = [tag("line.diagonal", x1=_x(0), y1=_y(0), x2=_x(1), y2=_y(1))]
    points = []
    for at in range(BINS):
        inside = number == at
        interval = wilson(float(yes[inside].sum()), float(inside.sum()))
        if interval is None:
            continue
        x, share = float(scores[inside].mean()), float(yes[inside].mean())
        marks.append(tag("line.whisker", x1=_x(x), x2=_x(x), y1=_y(interval.low), y2=_y(interval.high)))
        told = f"score {x:.2f}, of {inside.sum()} items {100 * share:.0f} % hold"
        marks.append(tag("circle.one", tag("title", told), cx=_x(x), cy=_y(share), r=3.2))
        points.append((x, share))
    return _frame("Reliability", "score", "share that holds", _line("one", points), marks)


def precision_recall(scores: Floats, yes: Bools, threshold: float | None) -> Markup:
    """Precision against recall over all thresholds; the dot is where the label is given now."""
    recall, precision = _curve(scores, yes)
    marks: list[Markup] = [_line("one", list(zip(recall, precision, strict=True)))]
    if threshold is not None and (scores >= threshold).any():
        given = scores >= threshold
        now = float(yes[given].sum() / yes.sum()), float(yes[given].mean())
        told = f"now: recall {now[0]:.2f}, precision {now[1]:.2f}"
        marks.append(tag("circle.now", tag("title", told), cx=_x(now[0]), cy=_y(now[1]), r=4.5))
    return _frame("Precision and recall", "recall", "precision", marks)


def thresholds(scores: Floats, yes: Bools, threshold: float | None) -> Markup:
    """Precision, recall and F1 at every threshold; the upright line is the one that serves."""
    at = np.linspace(0, 1, 41)
    given = scores[:, None] >= at
    hits, sizes = (given & yes[:, None]).sum(axis=0), given.sum(axis=0)
    has = sizes > 0
    precision, recall = hits / np.maximum(sizes, 1), hits / yes.sum()
    f1 = 2 * hits / (sizes + yes.sum())
    marks = [
        _upright(threshold),
        _line("two", list(zip(at[has], precision[has], strict=True))),
        _line("three", list(zip(at, recall, strict=True))),
        _line("one", list(zip(at, f1, strict=True))),
    ]
    return _frame(
        "Thresholds", "threshold", "", marks, _legend(("one", "F1"), ("two", "precision"), ("three", "recall"))
    )


def histogram(scores: Floats, yes: Bools, threshold: float | None) -> Markup:
    """Scores of what holds, upwards, and of what does not, downwards; each to its own scale."""
    marks: list[Markup] = []
    for name, inside, sign in (("two", yes, 1), ("three", ~yes, -1)):
        counts = np.histogram(scores[inside], BARS, (0, 1))[0]
        # A square root keeps the few scores in the middle visible beside the many at the ends.
        heights = np.sqrt(counts / max(counts.max(), 1)) / 2
        for at, (count, height) in enumerate(zip(counts, heights, strict=True)):
            if count:
                low, high = sorted((0.5, 0.5 + sign * float(height)))
                told = f"{count} of {counts.sum()} score {at / BARS:.2f}\u2013{(at + 1) / BARS:.2f}"
                size = {"width": (_x(1) - _x(0)) / BARS - 1, "height": round(_y(low) - _y(high), 1)}
                marks.append(tag(f"rect.{name}", tag("title", told), x=_x(at / BARS), y=_y(high), **size))
    return _frame("Scores", "score", None, marks, _upright(threshold), _legend(("two", "holds"), ("three", "does not")))


def interval_bar(value: float | None, low: float | None, high: float | None) -> Markup | None:
    """A small scale from 0 to 1 with the interval as a band and the value as a dot."""
    if value is None:
        return None
    marks = [tag("rect.track", x=0, y=4, width=80, height=2)]
    if low is not None and high is not None:
        width = max(80 * (high - low), 1)
        marks.append(tag("rect.band", x=round(80 * low, 1), y=2.5, width=round(width, 1), height=5, rx=2.5))
    marks.append(tag("circle.dot", cx=round(80 * value, 1), cy=5, r=2.6))
    return tag("svg.scale", marks, viewBox="-3 0 86 10", aria_hidden="true")


def _curve(scores: Floats, yes: Bools) -> tuple[Floats, Floats]:
    """Recall and precision at each distinct score, thinned to what can be seen."""
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    hits = np.cumsum(yes[order])[ends]
    recall, precision = hits / max(int(yes.sum()), 1), hits / (ends + 1)
    if len(recall) > MOST_POINTS:
        # By recall: equal steps along the axis that is seen, not along the many low scores.
        wanted = np.searchsorted(recall, np.linspace(recall[0], 1, MOST_POINTS))
        kept = np.unique(np.minimum(wanted, len(recall) - 1))
        recall, precision = recall[kept], precision[kept]
    return recall, precision


def _line(name: str, points: Sequence[tuple[float, float]]) -> Markup:
    return tag(f"path.line.{name}", d="M" + "L".join(f"{_x(x)},{_y(y)}" for x, y in points) if points else "")


def _upright(threshold: float | None) -> Markup:
    return joined(
        None if threshold is None else tag("line.threshold", x1=_x(threshold), x2=_x(threshold), y1=_y(0), y2=_y(1))
    )


def _legend(*entries: tuple[str, str]) -> Markup:
    return tag("figcaption", [tag("span.key", tag(f"i.{name}"), told) for name, told in entries])


def _frame(title: str, x: str, y: str | None, *marks: Content) -> Markup:
    """Axes from 0 to 1 around the marks; a caption among them is put below. `y` None draws no upright scale."""
    caption = [mark for mark in marks if isinstance(mark, Markup) and mark.text.startswith("<figcaption")]
    inside = [mark for mark in marks if mark not in caption]
    lines: list[Markup] = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        if y is not None:
            lines.append(tag("line.grid", x1=_x(0), x2=_x(1), y1=_y(tick), y2=_y(tick)))
            lines.append(tag("text.tick.end", f"{tick:g}", x=_x(0) - 5, y=_y(tick) + 3))
        lines.append(tag("text.tick.mid", f"{tick:g}", x=_x(tick), y=HEIGHT - BOTTOM + 13))
    if y is None:
        lines.append(tag("line.axis", x1=_x(0), x2=_x(1), y1=_y(0.5), y2=_y(0.5)))
    lines.append(tag("text.tick.mid", x, x=_x(0.5), y=HEIGHT - 6))
    if y:
        lines.append(tag("text.tick.mid", y, transform=f"translate(9 {_y(0.5)}) rotate(-90)"))
    drawing = tag("svg.chart", lines, inside, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=title)
    return tag("figure", tag("h4", title), drawing, caption)


def _x(value: float) -> float:
    return round(float(LEFT + value * (WIDTH - LEFT - RIGHT)), 1)


def _y(value: float) -> float:
    return round(float(HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM)), 1)
