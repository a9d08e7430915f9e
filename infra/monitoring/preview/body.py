"""Dashboards as a template holds them: each body read into widgets and lines, its references shown as logical ids."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tagging.local import Template, TemplateError

_PSEUDO = {"AWS::Region": "the stage's region", "AWS::AccountId": "account", "AWS::Partition": "aws"}


@dataclass(frozen=True)
class Line:
    """One line of a graph: a metric under its dimensions, or an expression over others."""

    id: str | None
    label: str
    visible: bool
    namespace: str = ""
    name: str = ""
    dimensions: tuple[tuple[str, str], ...] = ()
    """Sorted by their names."""
    stat: str = "Average"
    period_s: int = 300
    expression: str | None = None


@dataclass(frozen=True)
class Widget:
    """One field of a dashboard; place and size in CloudWatch's units, of which 24 are a dashboard's width."""

    type: str
    x: int
    y: int
    width: int
    height: int
    properties: Mapping[str, Any]
    lines: tuple[Line, ...] = ()

    @property
    def title(self) -> str:
        """Its heading, as far as it has one."""
        return str(self.properties.get("title", ""))


@dataclass(frozen=True)
class Dashboard:
    """One dashboard by its name."""

    name: str
    widgets: tuple[Widget, ...]


def read_dashboards(template: Template) -> list[Dashboard]:
    """All dashboards of a template; TemplateError where it has none, or a body that is no JSON."""
    found = []
    for each in template.of_type("AWS::CloudWatch::Dashboard"):
        try:
            body = json.loads(_text(each.properties["DashboardBody"]))
            widgets = tuple(_widget(given) for given in body["widgets"])
        except (ValueError, KeyError, TypeError) as error:
            raise TemplateError(f"{each.id} holds no dashboard body: {error!r}") from error
        found.append(Dashboard(_text(each.properties.get("DashboardName", each.id)), widgets))
    if not found:
        raise TemplateError(f"{template.name} has no dashboards")
    return found


def _text(value: Any) -> str:
    """A value with its references as the logical ids that they name."""
    if isinstance(value, str):
        return value
    if not isinstance(value, Mapping) or len(value) != 1:
        return json.dumps(value)
    ((how, given),) = value.items()
    if how == "Ref":
        return _PSEUDO.get(str(given), str(given))
    if how == "Fn::Join":
        return str(given[0]).join(map(_text, given[1]))
    if how == "Fn::Sub":
        return str(given if isinstance(given, str) else given[0])
    return str(given[0]) if how == "Fn::GetAtt" else next(iter(_references(given)), how)


def _references(value: Any) -> Iterator[str]:
    """Logical ids anywhere within a value."""
    if isinstance(value, Mapping):
        if "Ref" in value:
            yield value["Ref"]
        elif "Fn::GetAtt" in value:
            yield value["Fn::GetAtt"][0]
        else:
            yield from (id for each in value.values() for id in _references(each))
    elif isinstance(value, list):
        yield from (id for each in value for id in _references(each))


def _widget(given: Mapping[str, Any]) -> Widget:
    properties = given.get("properties", {})
    lines: list[Line] = []
    before: list[str] = []
    for row in properties.get("metrics", []):
        line, before = _line(row, properties, before)
        lines.append(line)
    return Widget(
        type=str(given["type"]),
        x=int(given["x"]),
        y=int(given["y"]),
        width=int(given["width"]),
        height=int(given["height"]),
        properties=properties,
        lines=tuple(lines),
    )


def _line(row: list[Any], properties: Mapping[str, Any], before: list[str]) -> tuple[Line, list[str]]:
    """A row of a widget's metrics, and its words, which the next row may point to with a full stop."""
    options: Mapping[str, Any] = row[-1] if row and isinstance(row[-1], Mapping) else {}
    words = [
        before[at] if word == "." and at < len(before) else str(word)
        for at, word in enumerate(word for word in row if not isinstance(word, Mapping))
    ]
    id, visible = options.get("id"), bool(options.get("visible", True))
    if "expression" in options:
        label = str(options.get("label", options["expression"]))
        return Line(id, label, visible, expression=str(options["expression"])), before
    namespace, name, *rest = words
    dimensions = tuple(sorted(zip(rest[::2], rest[1::2], strict=True)))
    return (
        Line(
            id=id,
            label=str(options.get("label") or " ".join((name, *rest[1::2]))),
            visible=visible,
            namespace=namespace,
            name=name,
            dimensions=dimensions,
            stat=str(options.get("stat", properties.get("stat", "Average"))),
            period_s=int(options.get("period", properties.get("period", 300))),
        ),
        words,
    )
