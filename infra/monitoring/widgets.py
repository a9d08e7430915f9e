"""The widgets of a dashboard in the notation of CloudWatch's dashboard body, and their layout."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from infra.monitoring.metric import Metric

Widget = dict[str, Any]
Line = list[Any]
WIDTH = 24
"""Width of a dashboard in CloudWatch's units."""


@dataclass(frozen=True)
class Row:
    """Widgets side by side, of equal width; `height` in CloudWatch's units."""

    height: int
    widgets: Sequence[Widget]


def body(rows: Iterable[Row]) -> dict[str, Any]:
    """The dashboard body: rows from top to bottom, without empty ones."""
    widgets, top = [], 0
    for row in rows:
        if row.widgets:
            width = WIDTH // len(row.widgets)
            for column, widget in enumerate(row.widgets):
                widgets.append(
                    {**widget, "x": column * width, "y": top, "width": width, "height": row.height},
                )
            top += row.height
    return {"widgets": widgets}


def text(markdown: str) -> Widget:
    """A text in Markdown."""
    return {"type": "text", "properties": {"markdown": markdown}}


def alarm_states(title: str, arns: Sequence[str]) -> Widget:
    """The states of at most 100 alarms."""
    return {"type": "alarm", "properties": {"title": title, "alarms": list(arns)[:100]}}


def graph(region: str, title: str, lines: Sequence[Line], **properties: Any) -> Widget:
    """Lines over time; `view="singleValue"` shows numbers, `stacked=True` areas."""
    return {
        "type": "metric",
        "properties": {
            "title": title,
            "region": region,
            "view": "timeSeries",
            "stacked": False,
            "metrics": list(lines),
        }
        | properties,
    }


def limit_line(value: float, label: str) -> dict[str, Any]:
    """A horizontal line in a graph that marks a limit."""
    return {"annotations": {"horizontal": [{"value": value, "label": label, "color": "#d62728"}]}}


def single_value(region: str, title: str, lines: Sequence[Line], **properties: Any) -> Widget:
    """Single values over the dashboard's whole time range."""
    return graph(region, title, lines, view="singleValue", setPeriodToTimeRange=True, **properties)


def expression_line(expression: str, label: str, **inputs: Metric) -> list[Line]:
    """The result of `expression` over the metrics in `inputs`, which stay hidden."""
    hidden = [metric.line(id=name, visible=False) for name, metric in inputs.items()]
    return [[{"expression": expression, "label": label, "id": "result"}], *hidden]


def log_widget(region: str, title: str, log_groups: Sequence[str], query: str, view: str = "table") -> Widget:
    """The result of a Logs Insights query, as a table or as bars."""
    sources = " | ".join(f"SOURCE '{group}'" for group in log_groups)
    return {
        "type": "log",
        "properties": {"title": title, "region": region, "view": view, "query": f"{sources} | {query}"},
    }
