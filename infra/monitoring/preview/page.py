"""The page of dashboards: one section each, its widgets where CloudWatch would place them, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from infra.monitoring.preview.body import Dashboard, Widget
from infra.monitoring.preview.chart import Limit, bars, large, timeline
from infra.monitoring.preview.log_query import answer, sources
from infra.monitoring.preview.metric_math import NotComputed
from infra.monitoring.preview.run import Day
from infra.monitoring.preview.values import Drawn, figures
from tagging.learning.report import Content, Markup, tag

UNIT = (52, 48)
"""Pixels of CloudWatch's unit of width and of height."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"
_KINDS = {"mail": "mails", "image": "images"}


@dataclass(frozen=True)
class Subject:
    """What the page is about."""

    stack: str
    functions: Mapping[str, str]
    """Logical id of each function -> its name on the local cloud."""
    alarms: Mapping[str, str]
    """Logical id of each alarm -> its name."""
    log_groups: Mapping[str, str]
    """Logical id of each log group -> the function that writes to it."""

    def alarm(self, id: str) -> str:
        """An alarm's name without that of the stack, with which all begin."""
        return self.alarms.get(id, id).removeprefix(f"{self.stack}-")


def page(dashboards: Sequence[Dashboard], day: Day, subject: Subject) -> str:
    """The page as HTML; the same for the same figures."""
    style = resources.files(__package__).joinpath("dashboard.css").read_text(encoding="utf-8")
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"Dashboards of {subject.stack}"),
        Markup(f"<style>{style}</style>"),
    )
    counted = " and ".join(f"{count} {_KINDS.get(kind, kind)}" for kind, count in day.items.items())
    told = (
        f"Drawn from the local cloud: {counted} from events/ in {day.recorded.steps} steps, each of which stands for "
        "an hour. Times are this machine's; what was not given, or only AWS publishes, is named below its widget."
    )
    sections = [_section(each, day, subject) for each in dashboards]
    body = tag("body", tag("main", tag("p.quiet", told), sections))
    return "<!doctype html>\n" + tag("html", head, body, lang="en").text + "\n"


def _section(dashboard: Dashboard, day: Day, subject: Subject) -> Markup:
    widgets = [_widget(each, day, subject) for each in dashboard.widgets]
    return tag("section", tag("h2", dashboard.name), tag("div.grid", widgets), id_=dashboard.name)


def _widget(widget: Widget, day: Day, subject: Subject) -> Markup:
    place = (
        f"grid-column:{widget.x + 1}/span {widget.width};grid-row:{widget.y + 1}/span {widget.height};"
        f"height:{widget.height * UNIT[1] - 8}px"
    )
    heading = tag("h3", widget.title) if widget.title else None
    return tag(f"article.{widget.type}", heading, _inside(widget, day, subject), style=place)


def _inside(widget: Widget, day: Day, subject: Subject) -> Content:
    if widget.type == "text":
        lines = str(widget.properties.get("markdown", "")).splitlines()
        return [tag("h4" if line.startswith("#") else "p", line.lstrip("# ")) for line in lines]
    if widget.type == "alarm":
        named = [subject.alarm(id) for id in widget.properties.get("alarms", [])]
        return [tag("p.quiet", f"{len(named)} alarms; they have states on AWS only"), tag("ul", _items(named))]
    if widget.type == "log":
        return _asked(widget, day, subject)
    return _measured(widget, day, subject)


def _items(names: Sequence[str]) -> list[Markup]:
    return [tag("li", name) for name in names]


def _asked(widget: Widget, day: Day, subject: Subject) -> Content:
    """The answer to a question for Logs Insights, or the question where only AWS can answer it."""
    query = str(widget.properties.get("query", ""))
    asked = [subject.log_groups.get(group, group) for group in sources(query)]
    try:
        found = answer(query, [event for name in asked for event in day.logs.get(name, [])])
    except NotComputed:
        return [tag("p.quiet", "only Logs Insights can answer:"), tag("pre", query.replace(" | ", "\n| "))]
    if not found.rows:
        return tag("p.quiet", "no such line was logged")
    room = widget.height * UNIT[1] - 52
    if widget.properties.get("view") == "bar":
        return bars([Drawn(row[0], (), float(row[-1])) for row in found.rows], (0, room))
    head = tag("tr", [tag("th", name) for name in found.columns])
    shown = found.rows[: max(1, room // 17 - 2)]
    more = len(found.rows) - len(shown)
    table = tag("table.answer", head, [tag("tr", [tag("td", cell) for cell in row]) for row in shown])
    return [table, tag("p.quiet", f"and {more} more") if more else None]


def _measured(widget: Widget, day: Day, subject: Subject) -> Content:
    found = figures(widget, day.recorded, subject.functions)
    view = widget.properties.get("view", "timeSeries")
    width = widget.width * UNIT[0] - 34
    lacking = _lacking(found.lacking, len(widget.lines))
    below = 18 * (1 + len(lacking) * 7 // width) if lacking else 0
    size = (width, widget.height * UNIT[1] - 52 - below)
    drawing: Markup | None = None
    if found.drawn:
        if view == "singleValue":
            drawing = large(found.drawn)
        elif view in ("bar", "pie"):
            drawing = bars(found.drawn, size)
        else:
            across = widget.properties.get("annotations", {}).get("horizontal", [])
            limits = [Limit(float(each["value"]), str(each.get("label", ""))) for each in across if "value" in each]
            drawing = timeline(found.drawn, size, stacked=bool(widget.properties.get("stacked")), limits=limits)
    return [drawing, tag("p.lacking", lacking, title=", ".join(found.lacking)) if lacking else None]


def _lacking(names: Sequence[str], lines: int) -> str:
    """What is said of lines that are not drawn; nothing where all are."""
    some = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return "" if not names else f"nothing here of: {some}" if lines else "no metrics"
