"""The alarms on who serves: an unreadable pointer, a version that must not be served, another encoder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from infra.monitoring.alarms import Alarm
from infra.monitoring.monitored import MonitoredStack


def serving_alarms(monitored: MonitoredStack) -> Iterator[Alarm]:
    """A stale pointer is judged for each function; the other two faults cost one query for all of them."""
    for function in monitored.functions:
        yield Alarm(
            f"{function.kind}-pointer-stale",
            f"{function.service} cannot read the pointer for over five minutes: who served before serves on.",
            "serving.md#pointer-stale",
            "page",
            {
                "stale": monitored.own_metric(function, "PointerStale"),
                "batches": monitored.own_metric(function, "Items", "SampleCount"),
            },
            threshold=0,
            # One read of many that fails is no outage; the next batch reads again.
            expression="IF(2 * FILL(stale, 0) >= batches, 1, 0)",
            datapoints=2,
            periods=2,
        )
    for name, metric, section, severity, meaning, period_s, periods in (
        ("version-refused", "VersionRefused", "serving.md#version-refused", "page",
         "A version that should serve is damaged or missing and is not served: the champion before it serves.", 300, 1),
        ("layer-serves", "LayerServes", "serving.md#layer-serves", "ticket",
         "The champion was made for another encoder than the deployed one: the layer's bundle serves.", 900, 2),
    ):  # fmt: skip
        query = f'SELECT SUM({metric}) FROM SCHEMA("{monitored.namespace}", service)'
        alarm = Alarm(name, meaning, section, severity, {}, 0, query, period_s=period_s)
        yield replace(alarm, datapoints=periods, periods=periods)
