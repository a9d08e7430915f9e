"""One CloudWatch metric in the notations of alarms and dashboards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STATISTICS = frozenset({"Sum", "Average", "Minimum", "Maximum", "SampleCount"})
"""CloudWatch's statistics; all others (percentiles, percentile ranks) are extended statistics."""


@dataclass(frozen=True)
class Metric:
    """A metric with its dimensions, aggregated by `stat` over periods of `period_s` seconds."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    stat: str = "Sum"
    period_s: int = 300

    def alarm_properties(self) -> dict[str, Any]:
        """The properties of an alarm on this single metric."""
        return {
            "namespace": self.namespace,
            "metric_name": self.name,
            "dimensions": [{"name": name, "value": value} for name, value in self.dimensions.items()],
            "statistic" if self.stat in STATISTICS else "extended_statistic": self.stat,
            "period": self.period_s,
        }

    def query(self, name: str, *, returned: bool = False) -> dict[str, Any]:
        """The metric as the input `name` of an alarm's expression."""
        dimensions = [{"name": key, "value": value} for key, value in self.dimensions.items()]
        metric = {"namespace": self.namespace, "metricName": self.name, "dimensions": dimensions}
        return {
            "id": name,
            "metricStat": {"metric": metric, "stat": self.stat, "period": self.period_s},
            "returnData": returned,
        }

    def line(self, **options: Any) -> list[Any]:
        """The metric as a line of a dashboard's graph."""
        dimensions = [part for pair in self.dimensions.items() for part in pair]
        return [self.namespace, self.name, *dimensions, {"stat": self.stat, "period": self.period_s} | options]
