"""Reads metrics from log lines in CloudWatch's embedded metric format, with CloudWatch's limits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
MAX_METRICS = 100
MAX_VALUES = 100
MAX_DIMENSIONS = 30


@dataclass(frozen=True)
class Metric:
    """Values of one metric with one set of dimensions, from one line."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    unit: str
    values: tuple[float, ...]


def read_metrics(line: str) -> tuple[Metric, ...] | None:
    """The metrics in a line of the embedded metric format; None for any other line."""
    if not (line.startswith("{") and '"_aws"' in line):
        return None
    try:
        blob = json.loads(line)
        directives = blob["_aws"]["CloudWatchMetrics"]
        return tuple(metric for directive in directives for metric in _read_directive(directive, blob))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None  # CloudWatch ignores such a line, too


def _read_directive(directive: Mapping[str, Any], blob: Mapping[str, Any]) -> Iterable[Metric]:
    for names in directive.get("Dimensions") or [[]]:
        if len(names) > MAX_DIMENSIONS:
            continue
        dimensions = tuple(sorted((name, str(blob[name])) for name in names))
        for definition in directive["Metrics"][:MAX_METRICS]:
            value = blob[definition["Name"]]
            values = value if isinstance(value, list) else [value]
            yield Metric(
                namespace=directive["Namespace"],
                name=definition["Name"],
                dimensions=dimensions,
                unit=definition.get("Unit", "None"),
                values=tuple(map(float, values[:MAX_VALUES])),
            )


def summarise_metrics(metrics: Iterable[Metric]) -> list[dict[str, Any]]:
    """One JSON object per metric and set of dimensions: `count`, `sum`, `min` and `max` of its values, by name."""
    merged: dict[tuple[str, str, tuple[tuple[str, str], ...], str], list[float]] = {}
    for metric in metrics:
        key = (metric.namespace, metric.name, metric.dimensions, metric.unit)
        merged.setdefault(key, []).extend(metric.values)
    return [
        {
            "namespace": namespace,
            "name": name,
            "dimensions": dict(dimensions),
            "unit": unit,
            "count": len(values),
            "sum": round(sum(values), 6),
            "min": min(values, default=0.0),
            "max": max(values, default=0.0),
        }
        for (namespace, name, dimensions, unit), values in sorted(merged.items())
    ]
