"""The alarm on corrections that are refused; those on their queue are in the table of queues."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from infra.monitoring.alarms import Alarm
from infra.monitoring.metric import Metric
from infra.monitoring.monitored import HOUR_S, MonitoredStack

MOST_REJECTED: Final = 10
"""Refused corrections in an hour that are ordinary: a slip of somebody's, whom the command tells at once."""


def review_alarms(monitored: MonitoredStack) -> Iterator[Alarm]:
    """None where nobody corrects."""
    if monitored.correction_queues is None:
        return
    dimensions = {"outcome": "rejected", "service": "correct"}
    yield Alarm(
        "corrections-rejected",
        f"More than {MOST_REJECTED} corrections were refused within an hour: what people answer does not count.",
        "quality.md#corrections-rejected",
        "ticket",
        {"rejected": Metric(monitored.namespace, "Corrections", dimensions, "Sum", HOUR_S)},
        threshold=MOST_REJECTED,
    )
