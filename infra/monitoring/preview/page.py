"""The page of dashboards: a section each, with the widgets where CloudWatch would place them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from infra.monitoring.preview.body import Dashboard, Widget
from infra.monitoring.preview.day import Day
from infra.monitoring.preview.log_query import Table, run_query, sources
from infra.monitoring.preview.metric_math import NotComputed
from infra.monitoring.preview.timeline import MOST_NAMED, Limit, line_style, short, timeline
from infra.monitoring.preview.widget_data import Series, widget_data
from tagging.learning.report import render

UNIT = (52, 48)
"""Pixels of CloudWatch's unit of width and of height."""
ROW_HEIGHT = 17
"""Pixels of a table's row."""


@dataclass(frozen=True)
class Subject:
    """The stage that the page shows."""

    stack: str
    functions: Mapping[str, str]
    """Logical id of each function -> its name on the local cloud."""
    alarms: Mapping[str, str]
    """Logical id of each alarm -> its name."""
    log_groups: Mapping[str, str]
    """Logical id of each log group -> the function that writes to it."""

    def alarm(self, id: str) -> str:
        """An alarm's name without the prefix that all have, the name of the stack."""
        return self.alarms.get(id, id).removeprefix(f"{self.stack}-")


@dataclass(frozen=True)
class Content:
    """The inside of a widget; the template shows the parts that are not empty."""

    text: Sequence[str] = ()
    alarms: Sequence[str] = ()
    numbers: Sequence[Series] = ()
    bars: Sequence[Series] = ()
    graph: Markup | None = None
    legend: Sequence[Series] = ()
    table: Table | None = None
    hidden: int = 0
    """Rows or bars for which there is no room."""
    query: str = ""
    """A log query that only AWS can run."""
    note: str = ""
    missing: Sequence[str] = ()
    """Lines without data."""


def page(dashboards: Sequence[Dashboard], day: Day, subject: Subject) -> str:
    """The page as HTML; the same for the same data."""
    sections = [
        (dashboard.name, [(widget, _content(widget, day, subject)) for widget in dashboard.widgets])
        for dashboard in dashboards
    ]
    return render(
        Path(__file__).with_name("dashboards.html"),
        title=f"Dashboards of {subject.stack}",
        items=" and ".join(f"{count} {kind}s" for kind, count in day.items.items()),
        steps=day.recorded.steps,
        sections=sections,
        unit=UNIT,
        short=short,
        line_style=line_style,
        colors=sorted({line.color for each in dashboards for one in each.widgets for line in one.lines} - {""}),
        most_named=MOST_NAMED,
    )


def _content(widget: Widget, day: Day, subject: Subject) -> Content:
    properties = widget.properties
    if widget.type == "text":
        return Content(text=str(properties.get("markdown", "")).splitlines())
    if widget.type == "alarm":
        return Content(alarms=[subject.alarm(id) for id in properties.get("alarms", [])])
    return _log_result(widget, day, subject) if widget.type == "log" else _metrics(widget, day, subject)


def _log_result(widget: Widget, day: Day, subject: Subject) -> Content:
    query = str(widget.properties.get("query", ""))
    functions = [subject.log_groups.get(group, group) for group in sources(query)]
    try:
        table = run_query(query, [event for name in functions for event in day.logs.get(name, [])])
    except NotComputed:
        return Content(query=query.replace(" | ", "\n| "))
    if not table.rows:
        return Content(note="no such line was logged")
    room = widget.height * UNIT[1] - 52
    if widget.properties.get("view") == "bar":
        return _bars([Series(row[0], (), float(row[-1])) for row in table.rows], room)
    shown = table.rows[: max(1, room // ROW_HEIGHT - 2)]
    return Content(table=Table(table.columns, shown), hidden=len(table.rows) - len(shown))


def _metrics(widget: Widget, day: Day, subject: Subject) -> Content:
    data = widget_data(widget, day.recorded, subject.functions)
    if not widget.lines:
        return Content(note="no metrics")
    missing = data.missing
    view = widget.properties.get("view", "timeSeries")
    if not data.series or view == "singleValue":
        return Content(numbers=data.series, missing=missing)
    width = widget.width * UNIT[0] - 34
    below = 18 * (1 + (sum(map(len, missing[:3])) + 30) * 7 // width) if missing else 0
    size = (width, widget.height * UNIT[1] - 52 - below)
    lines = widget.properties.get("annotations", {}).get("horizontal", [])
    limits = [Limit(float(line["value"]), str(line.get("label", ""))) for line in lines]
    graph = timeline(data.series, size, stacked=bool(widget.properties.get("stacked")), limits=limits)
    return Content(graph=graph, legend=data.series, missing=missing)


def _bars(series: Sequence[Series], room: int) -> Content:
    """One bar a series, the largest first, as many as there is room for."""
    ranked = sorted(series, key=lambda one: -(one.overall or 0.0))
    shown = ranked[: max(1, (room - 16) // ROW_HEIGHT)]
    return Content(bars=shown, hidden=len(ranked) - len(shown))
