"""Reads the dashboards of a template: widgets and lines, with references replaced by logical ids."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tagging.local import Template, TemplateError

_PSEUDO = {"AWS::Region": "REGION", "AWS::AccountId": "account", "AWS::Partition": "aws"}


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
    color: str = ""
    """`#rrggbb`; empty where the widget leaves it to CloudWatch."""


@dataclass(frozen=True)
class Widget:
    """One widget; position and size in CloudWatch's units, of which 24 are a dashboard's width."""

    type: str
    x: int
    y: int
    width: int
    height: int
    properties: Mapping[str, Any]
    lines: tuple[Line, ...] = ()

    @property
    def title(self) -> str:
        """Its heading; empty where it has none."""
        return str(self.properties.get("title", ""))


@dataclass(frozen=True)
class Dashboard:
    """One dashboard by its name."""

    name: str
    widgets: tuple[Widget, ...]


def read_dashboards(template: Template) -> list[Dashboard]:
    """All dashboards of a template. Raises TemplateError without any, and for a body that is no JSON."""
    dashboards = []
    for resource in template.of_type("AWS::CloudWatch::Dashboard"):
        try:
            body = json.loads(_resolve(resource.properties["DashboardBody"]))
            widgets = tuple(_widget(widget) for widget in body["widgets"])
        except (ValueError, KeyError, TypeError) as error:
            raise TemplateError(f"{resource.id} holds no dashboard body: {error!r}") from error
        dashboards.append(Dashboard(_resolve(resource.properties.get("DashboardName", resource.id)), widgets))
    if not dashboards:
        raise TemplateError(f"{template.name} has no dashboards")
    return dashboards


def _resolve(value: Any) -> str:
    """A value with its references as the logical ids that they name."""
    if isinstance(value, str):
        return value
    if not isinstance(value, Mapping) or len(value) != 1:
        return json.dumps(value)
    ((function, argument),) = value.items()
    if function == "Ref":
        return _PSEUDO.get(str(argument), str(argument))
    if function == "Fn::Join":
        return str(argument[0]).join(map(_resolve, argument[1]))
    if function == "Fn::GetAtt":
        return str(argument[0])
    return next(iter(_references(argument)), function)


def _references(value: Any) -> Iterator[str]:
    """Logical ids anywhere within a value."""
    if isinstance(value, Mapping) and "Ref" in value:
        yield value["Ref"]
    elif isinstance(value, Mapping) and "Fn::GetAtt" in value:
        yield value["Fn::GetAtt"][0]
    elif isinstance(value, Mapping | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _references(part)


def _widget(widget: Mapping[str, Any]) -> Widget:
    properties = widget.get("properties", {})
    x, y, width, height = (int(widget[name]) for name in ("x", "y", "width", "height"))
    lines = tuple(_line(row) for row in properties.get("metrics", []))
    return Widget(str(widget["type"]), x, y, width, height, properties, lines)


def _line(row: list[Any]) -> Line:
    """A row of a widget's metrics: namespace, name, dimensions in pairs, and options last."""
    options: Mapping[str, Any] = row[-1]
    id, visible, label = options.get("id"), bool(options.get("visible", True)), options.get("label")
    color = str(options.get("color", ""))
    if "expression" in options:
        return Line(id, str(label), visible, expression=str(options["expression"]), color=color)
    namespace, name, *rest = (str(part) for part in row[:-1])
    return Line(
        id=id,
        label=str(label or " ".join((name, *rest[1::2]))),
        visible=visible,
        namespace=namespace,
        name=name,
        dimensions=tuple(sorted(zip(rest[::2], rest[1::2], strict=True))),
        stat=str(options["stat"]),
        period_s=int(options["period"]),
        color=color,
    )
