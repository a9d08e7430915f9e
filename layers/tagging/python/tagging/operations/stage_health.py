"""How a stage is: its queues, what was quarantined lately and why, the last runs of the probe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from tagging.aws import AwsError, error_code
from tagging.operations.account import account_client
from tagging.operations.redrive import count_messages
from tagging.operations.retry import quarantined_rows
from tagging.telemetry import read_runs

if TYPE_CHECKING:
    from tagging.operations.deployment import Deployment
    from tagging.telemetry import ProbeRun

MOST_QUARANTINED: Final = 500
"""Quarantined rows that are counted."""
LATELY: Final = timedelta(days=7)
_RECENT: Final = timedelta(minutes=15)
"""SQS publishes its metrics every minute, with a delay of some."""


@dataclass(frozen=True)
class QueueState:
    """One queue."""

    name: str
    purpose: str
    """`work` waits its turn; a `dead letter` waits for a person."""
    url: str
    messages: int | None
    """None where the queue cannot be read."""
    fault: str = ""
    oldest_s: float | None = None
    """Age of its oldest message; None where CloudWatch does not know it."""


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
            yield QueueState(name, purpose, url, count_messages(deployment.clients.sqs, url))
        except AwsError as error:
            yield QueueState(name, purpose, url, None, error_code(error))


@cache
def _cloudwatch() -> Any:
    """Made once: making a client takes longer than asking it."""
    return account_client("cloudwatch")


def with_ages(queues: Sequence[QueueState], now: datetime) -> list[QueueState]:
    """The queues with the age of their oldest message, by SQS's metrics; as they are where those cannot be read."""
    names = {f"q{number}": queue.url.rsplit("/", 1)[-1] for number, queue in enumerate(queues)}
    queries = [
        {
            "Id": id,
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/SQS",
                    "MetricName": "ApproximateAgeOfOldestMessage",
                    "Dimensions": [{"Name": "QueueName", "Value": name}],
                },
                "Period": 60,
                "Stat": "Maximum",
            },
        }
        for id, name in names.items()
    ]
    try:
        found = _cloudwatch().get_metric_data(
            MetricDataQueries=queries, StartTime=now - _RECENT, EndTime=now, ScanBy="TimestampDescending"
        )
    except AwsError:  # most people may not read metrics
        return list(queues)
    ages = {each["Id"]: each["Values"][0] for each in found["MetricDataResults"] if each["Values"]}
    return [replace(queue, oldest_s=ages.get(f"q{number}")) for number, queue in enumerate(queues)]


def count_quarantined(deployment: Deployment, now: datetime) -> QuarantineCounts:
    """What was quarantined in the last seven days. Raises botocore's errors."""
    rows = list(islice(quarantined_rows(deployment, since=now - LATELY), MOST_QUARANTINED + 1))
    counts = Counter(row.revision.quarantine.reason for row in rows[:MOST_QUARANTINED] if row.revision.quarantine)
    return QuarantineCounts(tuple(counts.most_common()), sum(counts.values()), len(rows) > MOST_QUARANTINED)


def probe_runs(deployment: Deployment) -> tuple[ProbeRun, ...] | None:
    """The last runs of the probe, the newest first; None for a stage without probes. Raises botocore's errors."""
    return read_runs(deployment.clients.dynamodb, deployment.table) if deployment.probes else None
