"""The alarms on what is kept of items: batches that are not written, hours that are not made."""

from __future__ import annotations

from collections.abc import Iterator

from infra.monitoring.alarms import Alarm
from infra.monitoring.metric import Metric
from infra.monitoring.monitored import HOUR_S, MonitoredStack


def feature_log_alarms(monitored: MonitoredStack) -> Iterator[Alarm]:
    """None of a stage that keeps nothing. They are tickets: nothing is lost yet, and mails are tagged all the same."""
    if monitored.learn is None:
        return
    yield Alarm(
        "hours-failed",
        "Hours of the feature log are not made, or not of all batches: those expire after 14 days at most.",
        "learning.md#hours-failed",
        "ticket",
        {"errors": Metric("AWS/Lambda", "Errors", {"FunctionName": monitored.learn}, "Sum", HOUR_S)},
        threshold=0,
        datapoints=2,
        periods=2,
        missing_breaches=True,
    )
    yield Alarm(
        "features-not-kept",
        "Batches of the feature log could not be written: what their items were decided from is not kept.",
        "learning.md#features-not-kept",
        "ticket",
        {},
        threshold=0,
        expression=monitored.own_sum("FeatureLogFailed"),
        # A write that fails now and then costs one batch, whose features can be made again.
        datapoints=3,
        periods=3,
    )
