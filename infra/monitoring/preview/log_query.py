"""Questions for CloudWatch Logs Insights, answered from the local cloud's log lines as far as our dashboards ask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.monitoring.preview.metric_math import NotComputed

Event = dict[str, Any]
"""One log line: its fields, and itself as `@message`."""


@dataclass(frozen=True)
class Answer:
    """A table."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sources(query: str) -> list[str]:
    """The log groups that a query names."""
    return re.findall(r"SOURCE '([^']*)'", query)


def answer(query: str, events: Iterable[Event]) -> Answer:
    """Run a query's commands one after the other; NotComputed names one that is not known here."""
    found = list(events)
    columns: tuple[str, ...] = ("@message",)
    for command in (part.strip() for part in query.split(" | ")):
        word, _, rest = command.partition(" ")
        if word == "fields":
            parsed = re.fullmatch(r"jsonParse\(@message\) as (\w+)", rest)
            if parsed:
                found = [{**event, parsed[1]: event} for event in found]
            else:
                columns = tuple(name.strip() for name in rest.split(","))
        elif word == "filter":
            found = [event for event in found if _holds(rest, event)]
        elif word == "unnest":
            found = list(_unnested(rest, found))
        elif word == "stats":
            found, columns = _stats(rest, found)
        elif word == "sort":
            name, _, order = rest.partition(" ")
            found = _sorted(found, name, descending=order == "desc")
        elif word == "limit":
            found = found[: int(rest)]
        elif word != "SOURCE":
            raise NotComputed(command)
    return Answer(columns, tuple(tuple(_told(event.get(name)) for name in columns) for event in found))


def _holds(condition: str, event: Event) -> bool:
    """Comparisons with a text, and a search in the whole line; fields that only Lambda adds are not known here."""
    for part in condition.split(" and "):
        if equal := re.fullmatch(r'(\w+) = "([^"]*)"', part.strip()):
            holds = str(event.get(equal[1])) == equal[2]
        elif like := re.fullmatch(r"@message like /(.*)/", part.strip()):
            holds = re.search(like[1], str(event["@message"])) is not None
        else:
            raise NotComputed(part)
        if not holds:
            return False
    return True


def _unnested(rest: str, events: Sequence[Event]) -> Iterable[Event]:
    """`said.labels into label`: each event once for each part of a list."""
    path, _, name = rest.partition(" into ")
    for event in events:
        part: Any = event
        for step in path.strip().split("."):
            part = part.get(step) if isinstance(part, Mapping) else None
        for one in part if isinstance(part, list) else []:
            yield {**event, name.strip(): one}


def _stats(rest: str, events: Sequence[Event]) -> tuple[list[Event], tuple[str, ...]]:
    """`count(*) as n, latest(item) as example by a, b`: one event for each group."""
    asked, _, by = rest.partition(" by ")
    names = tuple(name.strip() for name in by.split(","))
    groups: dict[tuple[str, ...], list[Event]] = {}
    for event in events:
        groups.setdefault(tuple(_told(event.get(name)) for name in names), []).append(event)
    made: list[Event] = []
    columns = list(names)
    for column in asked.split(","):
        figure = re.fullmatch(r"(count\(\*\)|latest\((\w+)\)) as (\w+)", column.strip())
        if figure is None:
            raise NotComputed(column.strip())
        columns.append(figure[3])
    for group, members in groups.items():
        row: Event = dict(zip(names, group, strict=True))
        for column, name in zip(asked.split(","), columns[len(names) :], strict=True):
            latest = re.search(r"latest\((\w+)\)", column)
            row[name] = members[-1].get(latest[1]) if latest else len(members)
        made.append(row)
    return made, tuple(columns)


def _sorted(events: list[Event], name: str, *, descending: bool) -> list[Event]:
    return sorted(events, key=lambda event: _order(event.get(name)), reverse=descending)


def _order(value: Any) -> tuple[float, str]:
    return (float(value), "") if isinstance(value, int | float) else (0.0, str(value))


def _told(value: Any) -> str:
    return "" if value is None else str(value)
