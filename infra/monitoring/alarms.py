"""The alarms of a stage as a table: what is looked at, from when it is too much, whom it wakes, where to read on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from infra.monitoring.metric import Metric
from infra.monitoring.monitored import DAY_S, HOUR_S, MonitoredFunction, MonitoredStack, of_alias, of_function, of_queue

Severity = Literal["page", "ticket"]
"""Page: a person looks now, whatever the hour. Ticket: a person looks on the next working day."""


@dataclass(frozen=True)
class Alarm:
    """One line of the table; `over` None means outside the band that CloudWatch learned."""

    name: str
    means: str
    """What is the matter when it goes off, in one sentence."""
    section: str
    """Of the runbooks: `queues.md#dead-letters`."""
    severity: Severity | None
    """None: only a part of a composite."""
    metrics: Mapping[str, Metric]
    over: float | None
    expression: str | None = None
    """Over the names in `metrics`, or a query of its own; None where there is one metric, taken as it is."""
    below: bool = False
    """It goes off below `over` instead."""
    breaches: int = 1
    of: int = 1
    """It goes off when `breaches` of the last `of` periods were too much."""
    period_s: int = field(default=300)
    """Of an expression that has no metric to take the period from."""


@dataclass(frozen=True)
class Composite:
    """Goes off when all alarms of one of its groups do."""

    name: str
    means: str
    section: str
    severity: Severity
    groups: tuple[tuple[str, ...], ...]


def alarms(watched: MonitoredStack) -> Iterator[Alarm]:
    """All but those of the objectives."""
    for function in watched.functions:
        yield from _of_queue(function.kind, function.queue, function.dead_letters, waits_s=900, severity="page")
        yield from _of_function(watched, function)
        yield from (_of_label(watched, function, label) for label in function.critical)
    yield from _of_queue(
        "tickets", watched.ticket_queue, watched.ticket_dead_letters, waits_s=4 * HOUR_S, severity="ticket"
    )


def _of_queue(name: str, queue: str, dead_letters: str, *, waits_s: int, severity: Severity) -> Iterator[Alarm]:
    yield Alarm(
        f"{name}-waiting",
        f"The oldest message of the {name} queue has waited for over {waits_s // 60} minutes.",
        "queues.md#waiting",
        severity,
        {"age": of_queue(queue, "ApproximateAgeOfOldestMessage")},
        over=waits_s,
        breaches=2,
        of=2,
    )
    yield Alarm(
        f"{name}-dead-letters",
        f"Messages of the {name} queue failed again and again and wait for a person.",
        "queues.md#dead-letters",
        "ticket",
        {"waiting": of_queue(dead_letters, "ApproximateNumberOfMessagesVisible")},
        over=0,
    )
    yield Alarm(
        f"{name}-dead-letters-expire",
        f"A dead letter of the {name} queue is a week old; SQS deletes it after two.",
        "queues.md#dead-letters-expire",
        "page",
        {"age": of_queue(dead_letters, "ApproximateAgeOfOldestMessage", period_s=HOUR_S)},
        over=7 * DAY_S,
    )


def _of_function(watched: MonitoredStack, function: MonitoredFunction) -> Iterator[Alarm]:
    kind, service = function.kind, function.service
    yield Alarm(
        f"{kind}-errors",
        f"{service} dies: it does not start, runs out of time or memory, or raises.",
        "functions.md#errors",
        "page",
        {"errors": of_function(function, "Errors")},
        over=0,
        breaches=3,
        of=4,
    )
    yield Alarm(
        f"{kind}-throttles",
        f"Lambda refuses to run {service}: a concurrency limit is reached, or the kill switch is on.",
        "functions.md#throttles",
        "ticket",
        {"throttles": of_function(function, "Throttles")},
        over=0,
        breaches=3,
        of=3,
    )
    yield Alarm(
        f"{kind}-slow",
        f"One run of {service} in twenty takes over 80 % of the time it has.",
        "functions.md#slow",
        "ticket",
        {"duration": of_function(function, "Duration", "p95")},
        over=0.8 * function.timeout_s * 1000,
        breaches=3,
        of=4,
    )
    yield Alarm(
        f"{kind}-quarantine",
        f"{service} put more than 50 inputs into quarantine within an hour.",
        "items.md#quarantine",
        "ticket",
        {},
        over=50,
        # Reasons are a dimension, so that the sum over all of them is a query.
        expression=f'SELECT SUM(Quarantined) FROM SCHEMA("{watched.namespace}", reason, service) '
        f"WHERE service = '{service}'",
        period_s=HOUR_S,
    )
    if function.warm_pool:
        yield Alarm(
            f"{kind}-spill-over",
            f"More runs of {service} at once than its warm pool holds: the rest start cold.",
            "functions.md#spill-over",
            "ticket",
            {"spilled": of_alias(function, "ProvisionedConcurrencySpilloverInvocations")},
            over=0,
            breaches=6,
            of=12,
        )


def _of_label(watched: MonitoredStack, function: MonitoredFunction, label: str) -> Alarm:
    return Alarm(
        f"{function.kind}-label-{label.replace('_', '-')}",
        f"The critical label {label} was given far more or far less often than this hour of the week lets expect.",
        "items.md#label-volume",
        "ticket",
        {"given": watched.published(function, "LabelGiven", period_s=HOUR_S, label=label)},
        over=None,
        expression="ANOMALY_DETECTION_BAND(given, 4)",
        breaches=2,
        of=2,
    )
