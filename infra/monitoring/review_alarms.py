"""The alarms on refused corrections and on drift; those on the queue of corrections are in the table of queues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from infra.monitoring.alarms import Alarm
from infra.monitoring.metric import Metric
from infra.monitoring.monitored import HOUR_S, MonitoredStack

MOST_REJECTED: Final = 10
"""Refused corrections in an hour that are ordinary: a slip of somebody's, whom the command tells at once."""


def review_alarms(monitored: MonitoredStack) -> Iterator[Alarm]:
    """None where nobody corrects, and none on drift where no features are kept."""
    if monitored.correction_queues is None:
        return
    if monitored.learn is not None:
        yield _drift_alarm(monitored)
    dimensions = {"outcome": "rejected", "service": "correct"}
    yield Alarm(
        "corrections-rejected",
        f"More than {MOST_REJECTED} corrections were refused within an hour: what people answer does not count.",
        "quality.md#corrections-rejected",
        "ticket",
        {"rejected": Metric(monitored.namespace, "Corrections", dimensions, "Sum", HOUR_S)},
        threshold=MOST_REJECTED,
    )


def _drift_alarm(monitored: MonitoredStack) -> Alarm:
    """The hourly function counts what nobody has acknowledged, once an hour for each kind."""
    drifted = {
        function.kind: Metric(
            monitored.namespace, "DriftedLabels", {"kind": function.kind, "service": "learn"}, "Maximum", HOUR_S
        )
        for function in monitored.functions
    }
    return Alarm(
        "drift",
        "Labels or inputs differ from the weeks before the version's last change, and nobody has looked at it yet.",
        "quality.md#drift",
        "ticket",
        drifted,
        threshold=0,
        expression=" + ".join(f"FILL({kind}, 0)" for kind in drifted),
        periods=2,  # a run that fails does not end it
    )
