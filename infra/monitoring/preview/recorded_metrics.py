"""Metrics that the local cloud recorded, step by step, and CloudWatch's statistics of them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tagging.local import Metric

Key = tuple[str, tuple[tuple[str, str], ...]]
"""A metric's name and its dimensions, sorted; without the namespace, which differs from stage to stage."""


@dataclass
class RecordedMetrics:
    """Values by metric and step; a step stands for an hour of a dashboard."""

    steps: int
    values: dict[Key, dict[int, list[float]]] = field(default_factory=dict)

    def add(self, step: int, name: str, dimensions: Iterable[tuple[str, str]], values: Iterable[float]) -> None:
        """Record values of a step."""
        self.values.setdefault((name, tuple(sorted(dimensions))), {}).setdefault(step, []).extend(values)

    def add_metrics(self, step: int, metrics: Iterable[Metric]) -> None:
        """Record what a function published."""
        for metric in metrics:
            self.add(step, metric.name, metric.dimensions, metric.values)

    def by_step(self, key: Key, stat: str) -> list[float | None]:
        """The statistic of each step [steps]; None where the step has no values."""
        values = self.values.get(key, {})
        return [statistic(values.get(step, ()), stat) for step in range(self.steps)]

    def overall(self, key: Key, stat: str) -> float | None:
        """The statistic over all steps together."""
        return statistic([value for values in self.values.get(key, {}).values() for value in values], stat)


def statistic(values: Sequence[float], stat: str) -> float | None:
    """A statistic by CloudWatch's name: Sum, p95, PR(:1000). None without values, and for a name not implemented."""
    if not values:
        return None
    basic = {
        "Sum": math.fsum(values),
        "Average": math.fsum(values) / len(values),
        "Minimum": min(values),
        "Maximum": max(values),
        "SampleCount": float(len(values)),
    }
    if stat in basic:
        return basic[stat]
    if percentile := re.fullmatch(r"p(\d+(?:\.\d+)?)", stat):
        rank = float(percentile[1]) / 100 * (len(values) - 1)
        ordered = sorted(values)
        low = math.floor(rank)
        high = min(low + 1, len(values) - 1)
        return ordered[low] + (rank - low) * (ordered[high] - ordered[low])
    if percentile_rank := re.fullmatch(r"PR\(([\d.]*):([\d.]*)\)", stat):
        above, up_to = float(percentile_rank[1] or "-inf"), float(percentile_rank[2] or "inf")
        return 100 * sum(above < value <= up_to for value in values) / len(values)
    return None
