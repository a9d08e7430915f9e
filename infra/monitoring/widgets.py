"""The pieces of a dashboard as CloudWatch's dashboard body spells them, and how they are laid out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from infra.monitoring.metric import Metric

Widget = dict[str, Any]
Line = list[Any]
WIDTH = 24
"""Of a dashboard, in CloudWatch's units."""


@dataclass(frozen=True)
class Row:
    """Widgets side by side, of equal width; `height` in CloudWatch's units."""

    height: int
    widgets: Sequence[Widget]


def body(rows: Iterable[Row]) -> dict[str, Any]:
    """The dashboard body: rows from top to bottom; one without widgets takes no place."""
    placed, top = [], 0
    for row in rows:
        if row.widgets:
            width = WIDTH // len(row.widgets)
            for number, widget in enumerate(row.widgets):
                placed.append(
                    {**widget, "x": number * width, "y": top, "width": width, "height": row.height},
                )
            top += row.height
    return {"widgets": placed}


def text(markdown: str) -> Widget:
    """A paragraph."""
    return {"type": "text", "properties": {"markdown": markdown}}


def alarm_states(title: str, arns: Sequence[str]) -> Widget:
    """How alarms stand, at most 100 of them."""
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


def limit(value: float, label: str) -> dict[str, Any]:
    """A line across a graph from which something is too much."""
    return {"annotations": {"horizontal": [{"value": value, "label": label, "color": "#d62728"}]}}


def number(region: str, title: str, lines: Sequence[Line], **properties: Any) -> Widget:
    """Values over the whole time that the dashboard shows."""
    return graph(region, title, lines, view="singleValue", setPeriodToTimeRange=True, **properties)


def calculated(expression: str, label: str, **inputs: Metric) -> list[Line]:
    """A line out of others, which stay hidden; `expression` names them as in `inputs`."""
    hidden = [metric.line(id=name, visible=False) for name, metric in inputs.items()]
    return [[{"expression": expression, "label": label, "id": "result"}], *hidden]


def question(region: str, title: str, log_groups: Sequence[str], query: str, view: str = "table") -> Widget:
    """What a Logs Insights query finds, as a table or as bars."""
    sources = " | ".join(f"SOURCE '{group}'" for group in log_groups)
    return {
        "type": "log",
        "properties": {"title": title, "region": region, "view": view, "query": f"{sources} | {query}"},
    }
