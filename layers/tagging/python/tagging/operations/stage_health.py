"""How a stage is: its queues, what was quarantined lately and why, the last runs of the probe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

from tagging.aws import AwsError, error_code
from tagging.operations.redrive import count_messages
from tagging.operations.retry import quarantined_rows
from tagging.telemetry import read_runs

if TYPE_CHECKING:
    from tagging.operations.deployment import Deployment
    from tagging.telemetry import ProbeRun

MOST_QUARANTINED: Final = 500
"""Quarantined rows that are counted."""
LATELY: Final = timedelta(days=7)


@dataclass(frozen=True)
class QueueState:
    """One queue."""

    name: str
    purpose: str
    """`work` waits its turn; a `dead letter` waits for a person."""
    messages: int | None
    """None where the queue cannot be read."""
    fault: str = ""


@dataclass(frozen=True)
class QuarantineCounts:
    """The quarantined items of the last days by reason, the most frequent first; `cut` where there are more."""

    reasons: tuple[tuple[str, int], ...]
    total: int
    cut: bool


def queue_states(deployment: Deployment) -> Iterator[QueueState]:
    """The queues of a stage."""
    queues = [
        each
        for route in deployment.routes
        for each in (
            (f"{route.kind}s to tag", "work", route.queue_url),
            (f"{route.kind}s to tag again", "work", route.reprocessing_url),
            (f"{route.kind}s that failed", "dead letter", route.dead_letter_url),
        )
    ]
    queues += [
        ("tickets", "work", deployment.ticket_queue_url),
        ("tickets that failed", "dead letter", deployment.ticket_dead_letter_url),
    ]
    if deployment.correction_queue_url:
        queues += [
            ("answers to record", "work", deployment.correction_queue_url),
            ("answers that failed", "dead letter", deployment.correction_dead_letter_url),
        ]
    for name, purpose, url in queues:
        try:
            yield QueueState(name, purpose, count_messages(deployment.clients.sqs, url))
        except AwsError as error:
            yield QueueState(name, purpose, None, error_code(error))


def count_quarantined(deployment: Deployment, now: datetime) -> QuarantineCounts:
    """What was quarantined in the last seven days. Raises botocore's errors."""
    rows = list(islice(quarantined_rows(deployment, since=now - LATELY), MOST_QUARANTINED + 1))
    counts = Counter(row.revision.quarantine.reason for row in rows[:MOST_QUARANTINED] if row.revision.quarantine)
    return QuarantineCounts(tuple(counts.most_common()), sum(counts.values()), len(rows) > MOST_QUARANTINED)


def probe_runs(deployment: Deployment) -> tuple[ProbeRun, ...] | None:
    """The last runs of the probe, the newest first; None for a stage without probes. Raises botocore's errors."""
    return read_runs(deployment.clients.dynamodb, deployment.table) if deployment.probes else None
