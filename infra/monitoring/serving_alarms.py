"""The alarms on who serves: an unreadable pointer, a version or shadow that must not be loaded, another encoder."""

from __future__ import annotations

from collections.abc import Iterator

from infra.monitoring.alarms import Alarm
from infra.monitoring.monitored import MonitoredStack


def serving_alarms(monitored: MonitoredStack) -> Iterator[Alarm]:
    """A stale pointer is judged for each function; each other fault costs one query for all of them."""
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
    refused = "A version that should serve is damaged or missing, and not served: the champion before it serves."
    foreign = "The champion was made for another encoder than the deployed one: the layer's bundle serves."
    yield Alarm(
        "version-refused",
        refused,
        "serving.md#version-refused",
        "page",
        {},
        threshold=0,
        expression=monitored.own_sum("VersionRefused"),
    )
    yield Alarm(
        "shadow-refused",
        "A shadow is damaged or missing, or fails on items: what it would have decided is not known.",
        "serving.md#shadow-refused",
        "ticket",
        {},
        threshold=0,
        expression=monitored.own_sum("ShadowRefused"),
    )
    yield Alarm(
        "layer-serves",
        foreign,
        "serving.md#layer-serves",
        "ticket",
        {},
        threshold=0,
        expression=monitored.own_sum("LayerServes"),
        period_s=600,
        # Three of ten minutes in a row: in a deployment, old and new functions serve side by side for some minutes.
        datapoints=3,
        periods=3,
    )
