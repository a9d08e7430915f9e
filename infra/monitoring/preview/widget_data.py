"""The values of a widget: its metrics looked up among the recorded ones, its expressions calculated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from infra.monitoring.preview.body import Line, Widget
from infra.monitoring.preview.metric_math import NotComputed, calculate, search
from infra.monitoring.preview.recorded_metrics import Key, RecordedMetrics


@dataclass(frozen=True)
class Series:
    """One line of a graph: a value for each step, and one over all steps; None without data."""

    label: str
    points: tuple[float | None, ...]
    overall: float | None
    color: str = ""
    """`#rrggbb`; empty for one of the page's own."""


@dataclass(frozen=True)
class WidgetData:
    """What a widget shows, and the labels of the lines that have no data without AWS."""

    series: tuple[Series, ...]
    missing: tuple[str, ...]


def widget_data(widget: Widget, recorded: RecordedMetrics, functions: Mapping[str, str]) -> WidgetData:
    """The visible lines of a widget; `functions` maps logical ids of functions to their names on the local cloud."""
    series: list[Series] = []
    missing: list[str] = []
    for line in widget.lines:
        if not line.visible:
            continue
        try:
            result = [replace(one, color=line.color) for one in _series(line, widget, recorded, functions)]
        except NotComputed as error:
            missing.append(f"{line.label}: {error}")
            continue
        series += result
        if not result:
            missing.append(line.label)
    return WidgetData(tuple(series), tuple(missing))


def _series(line: Line, widget: Widget, recorded: RecordedMetrics, functions: Mapping[str, str]) -> Iterator[Series]:
    if line.expression is None:
        key = _key(line, functions)
        if key in recorded.values:
            yield _recorded_series(line.label, key, line.stat, recorded)
    elif result := search(line.expression, recorded):
        stat, keys = result
        for key in keys:
            yield _recorded_series(" ".join(value for _, value in reversed(key[1])), key, stat, recorded)
    else:
        inputs = {one.id: (_key(one, functions), one.stat) for one in widget.lines if one.id and not one.expression}
        if any(key in recorded.values for key, _ in inputs.values()):
            steps = {id: recorded.by_step(*metric) for id, metric in inputs.items()}
            points = [
                calculate(line.expression, {id: values[step] for id, values in steps.items()})
                for step in range(recorded.steps)
            ]
            overall = {id: recorded.overall(*metric) for id, metric in inputs.items()}
            yield Series(line.label, tuple(points), calculate(line.expression, overall))


def _recorded_series(label: str, key: Key, stat: str, recorded: RecordedMetrics) -> Series:
    return Series(label, tuple(recorded.by_step(key, stat)), recorded.overall(key, stat))


def _key(line: Line, functions: Mapping[str, str]) -> Key:
    """The key of a line's metric: with the function's local name, without the alias in `Resource`."""
    dimensions = [(name, functions.get(value, value)) for name, value in line.dimensions if name != "Resource"]
    return line.name, tuple(sorted(dimensions))
