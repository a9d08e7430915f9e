"""Metrics as the local cloud gave them, step by step, and the statistics that CloudWatch would make of them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tagging.local import Metric

Key = tuple[str, tuple[tuple[str, str], ...]]
"""A metric's name and its dimensions, sorted; the namespace differs from stage to stage."""


@dataclass
class Recorded:
    """Values by metric and step; a step stands for an hour of a dashboard."""

    steps: int
    values: dict[Key, dict[int, list[float]]] = field(default_factory=dict)

    def add(self, step: int, name: str, dimensions: Iterable[tuple[str, str]], values: Iterable[float]) -> None:
        """Note values of a step."""
        self.values.setdefault((name, tuple(sorted(dimensions))), {}).setdefault(step, []).extend(values)

    def add_metrics(self, step: int, metrics: Iterable[Metric]) -> None:
        """Note what a function published."""
        for metric in metrics:
            self.add(step, metric.name, metric.dimensions, metric.values)

    def series(self, key: Key, stat: str) -> list[float | None] | None:
        """One figure a step, None where there is none; None altogether where nothing is known of the metric."""
        if key not in self.values:
            return None
        by_step = self.values[key]
        return [statistic(by_step[step], stat) if step in by_step else None for step in range(self.steps)]

    def whole(self, key: Key, stat: str) -> float | None:
        """The figure of all steps together."""
        found = [value for values in self.values.get(key, {}).values() for value in values]
        return statistic(found, stat) if found else None


def statistic(values: Sequence[float], stat: str) -> float | None:
    """A statistic as CloudWatch names it: Sum, p95, PR(:1000); None for one that is not known here."""
    if not values:
        return None
    plain = {
        "Sum": math.fsum(values),
        "Average": math.fsum(values) / len(values),
        "Minimum": min(values),
        "Maximum": max(values),
        "SampleCount": float(len(values)),
    }
    if stat in plain:
        return plain[stat]
    if percentile := re.fullmatch(r"p(\d+(?:\.\d+)?)", stat):
        place = float(percentile[1]) / 100 * (len(values) - 1)
        ordered = sorted(values)
        low = math.floor(place)
        high = min(low + 1, len(values) - 1)
        return ordered[low] + (place - low) * (ordered[high] - ordered[low])
    if share := re.fullmatch(r"PR\(([\d.]*):([\d.]*)\)", stat):
        least, most = float(share[1] or "-inf"), float(share[2] or "inf")
        return 100 * sum(least < value <= most for value in values) / len(values)
    return None
