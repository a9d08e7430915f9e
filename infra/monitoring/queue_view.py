"""Widgets that show what waits: the ages of messages, and the dead letters."""

from __future__ import annotations

from typing import Any

from infra.monitoring.monitored import DAY_S, MonitoredStack, queue_metric
from infra.monitoring.widgets import Row, Widget, graph, limit_line


def queues_row(monitored: MonitoredStack) -> Row:
    """The ages of dead letters are apart: they wait for days, beside which a queue's minutes could not be seen."""
    consumed = monitored.queues_beside_intake()
    queues = {f"{one.kind} intake": one.queue for one in monitored.functions}
    queues |= {name: queue for name, (queue, _) in consumed.items()}
    dead = {one.kind: one.dead_letters for one in monitored.functions}
    dead |= {name: dead_letters for name, (_, dead_letters) in consumed.items()}
    return Row(
        6,
        [
            _ages(monitored, "Age of the oldest message, s", queues, limit_line(900, "intake: page")),
            _dead_letters(monitored, dead),
            _ages(monitored, "Age of the oldest dead letter, s", dead, limit_line(DAY_S, "page")),
        ],
    )


def _ages(monitored: MonitoredStack, title: str, queues: dict[str, str], limit: dict[str, Any]) -> Widget:
    lines = [queue_metric(queue, "ApproximateAgeOfOldestMessage").line(label=label) for label, queue in queues.items()]
    return graph(monitored.region, title, lines, **limit)


def _dead_letters(monitored: MonitoredStack, queues: dict[str, str]) -> Widget:
    metric = "ApproximateNumberOfMessagesVisible"
    return graph(
        monitored.region,
        "Dead letters",
        [queue_metric(queue, metric).line(label=label) for label, queue in queues.items()],
        stacked=True,
    )
