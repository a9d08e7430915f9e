"""Runs the log queries of the dashboards on the local cloud's log lines, with only those commands that they use."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from infra.monitoring.preview.metric_math import NotComputed

Event = dict[str, Any]
"""One log line: its fields, and the line itself as `@message`."""


@dataclass(frozen=True)
class Table:
    """The result of a query."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sources(query: str) -> list[str]:
    """The log groups that a query names."""
    return re.findall(r"SOURCE '([^']*)'", query)


def run_query(query: str, events: Iterable[Event]) -> Table:
    """The query's result. Raises NotComputed with a command that is not implemented."""
    rows, columns = list(events), ["@message"]
    for command in query.split(" | "):
        name, _, argument = command.partition(" ")
        if alias := re.fullmatch(r"fields jsonParse\(@message\) as (\w+)", command):
            rows = [{**row, alias[1]: row} for row in rows]
        elif name == "fields":
            columns = argument.split(", ")
        elif name == "filter":
            rows = [row for row in rows if all(_matches(part, row) for part in argument.split(" and "))]
        elif unnest := re.fullmatch(r"unnest (\w+)\.(\w+) into (\w+)", command):
            rows = [{**row, unnest[3]: value} for row in rows for value in row[unnest[1]].get(unnest[2], [])]
        elif name == "stats":
            rows, columns = _aggregate(argument, rows)
        elif name == "sort":
            column, _, order = argument.partition(" ")
            rows.sort(key=lambda row: _sort_key(row.get(column)), reverse=order == "desc")
        elif name == "limit":
            rows = rows[: int(argument)]
        elif name != "SOURCE":
            raise NotComputed(command)
    return Table(tuple(columns), tuple(tuple(_cell(row, column) for column in columns) for row in rows))


def _matches(condition: str, row: Event) -> bool:
    if equal := re.fullmatch(r'(\w+) = "([^"]*)"', condition):
        return _cell(row, equal[1]) == equal[2]
    if present := re.fullmatch(r"ispresent\((\w+)\)", condition):
        return present[1] in row
    if like := re.fullmatch(r"@message like /(.*)/", condition):
        return re.search(like[1], str(row["@message"])) is not None
    raise NotComputed(condition)


def _aggregate(argument: str, rows: list[Event]) -> tuple[list[Event], list[str]]:
    """One row a group for `count(*) as n, latest(item) as example by a, b`, and its columns."""
    aggregates, _, keys = argument.partition(" by ")
    columns = keys.split(", ")
    groups: dict[tuple[str, ...], list[Event]] = defaultdict(list)
    for row in rows:
        groups[tuple(_cell(row, column) for column in columns)].append(row)
    result = [dict[str, Any](zip(columns, key, strict=True)) for key in groups]
    for aggregate in aggregates.split(", "):
        parsed = re.fullmatch(r"(?:count\(\*\)|latest\((\w+)\)) as (\w+)", aggregate)
        if parsed is None:
            raise NotComputed(aggregate)
        columns.append(parsed[2])
        for row, members in zip(result, groups.values(), strict=True):
            row[parsed[2]] = members[-1].get(parsed[1]) if parsed[1] else len(members)
    return result, columns


def _sort_key(value: object) -> tuple[float, str]:
    return (float(value), "") if isinstance(value, int | float) else (0.0, str(value))


def _cell(row: Event, column: str) -> str:
    value = row.get(column)
    return "" if value is None else str(value)
