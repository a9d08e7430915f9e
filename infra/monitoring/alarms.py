"""The alarms of a stage as a table: metric, threshold, severity and runbook section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from infra.monitoring.metric import Metric
from infra.monitoring.monitored import DAY_S, HOUR_S, MonitoredFunction, MonitoredRule, MonitoredStack, queue_metric

Severity = Literal["page", "ticket"]
"""Page: a person acts at once. Ticket: a person acts on the next working day."""

EXPECTED = 12
"""Expected assignments from which none is no chance: with a Poisson distribution, once in 160,000 days."""


@dataclass(frozen=True)
class Alarm:
    """One line of the table."""

    name: str
    meaning: str
    """What is wrong when it goes off, in one sentence."""
    section: str
    """Runbook section: `queues.md#dead-letters`."""
    severity: Severity | None
    """None: part of a composite, without actions of its own."""
    metrics: Mapping[str, Metric]
    threshold: float | None
    """None: it goes off outside CloudWatch's anomaly detection band."""
    expression: str | None = None
    """Metric math over the names in `metrics`, or a query; None for a single metric."""
    below: bool = False
    """It goes off below the threshold instead of above."""
    datapoints: int = 1
    periods: int = 1
    """It goes off when `datapoints` of the last `periods` periods breach the threshold."""
    period_s: int = 300
    """Period of a query, which has no metric to take it from."""
    missing_breaches: bool = False
    """A period without data counts as one that breaches."""


@dataclass(frozen=True)
class Composite:
    """Goes off when all alarms of one of its groups have gone off."""

    name: str
    meaning: str
    section: str
    severity: Severity
    groups: tuple[tuple[str, ...], ...]


def alarms(monitored: MonitoredStack) -> Iterator[Alarm]:
    """All alarms except those of the objectives, of who serves and of the feature log."""
    for function in monitored.functions:
        yield from _queue_alarms(function.kind, function.queue, function.dead_letters, max_age_s=900, severity="page")
        yield from _function_alarms(monitored, function)
        yield from (_volume_alarm(monitored, function, label) for label in function.critical)
        yield from (_missing_alarm(monitored, function, *label) for label in function.critical_rates.items())
    for name, (queue, dead_letters) in monitored.queues_beside_intake().items():
        yield from _queue_alarms(name, queue, dead_letters, max_age_s=4 * HOUR_S, severity="ticket")
    for rule in monitored.rules:
        yield from _rule_alarms(rule)
    if monitored.probe is not None:
        yield _probe_alarm(monitored.probe)


def _queue_alarms(name: str, queue: str, dead_letters: str, *, max_age_s: int, severity: Severity) -> Iterator[Alarm]:
    yield Alarm(
        f"{name}-waiting",
        f"The oldest message of the {name} queue has waited for over {max_age_s // 60} minutes.",
        "queues.md#waiting",
        severity,
        {"age": queue_metric(queue, "ApproximateAgeOfOldestMessage")},
        threshold=max_age_s,
        datapoints=2,
        periods=2,
    )
    yield Alarm(
        f"{name}-dead-letters",
        f"Messages of the {name} queue failed repeatedly and need a person.",
        "queues.md#dead-letters",
        "ticket",
        {"waiting": queue_metric(dead_letters, "ApproximateNumberOfMessagesVisible")},
        threshold=0,
    )
    yield Alarm(
        f"{name}-dead-letters-expire",
        f"A dead letter of the {name} queue is a day old; SQS deletes it 14 days after its message arrived.",
        "queues.md#dead-letters-expire",
        "page",
        {"age": queue_metric(dead_letters, "ApproximateAgeOfOldestMessage", period_s=HOUR_S)},
        threshold=DAY_S,
    )


def _rule_alarms(rule: MonitoredRule) -> Iterator[Alarm]:
    """EventBridge publishes each of these metrics only while it is above zero, and retries for a day before."""
    meanings = {"FailedInvocations": "cannot be delivered: EventBridge gave up."}
    if rule.dead_letters:
        meanings["InvocationsFailedToBeSentToDlq"] = "are lost: the dead-letter queue refuses them, too."
    for metric, meaning in meanings.items():
        yield Alarm(
            f"{rule.name}-{'undelivered' if metric == 'FailedInvocations' else 'lost'}",
            f"{rule.carries} {meaning}",
            "items.md#malware-gate",
            "page",
            {"failed": rule.metric(metric)},
            threshold=0,
        )


def _probe_alarm(function: str) -> Alarm:
    """Two periods in a row: one slow item at night wakes nobody, a flow that stopped pages within an hour."""
    return Alarm(
        "probe-failed",
        "Items that the probe put did not become tickets, or the probe does not run: mails or images may be stuck.",
        "probe.md#failed",
        "page",
        {"errors": Metric("AWS/Lambda", "Errors", {"FunctionName": function}, "Sum", 900)},
        threshold=0,
        datapoints=2,
        periods=2,
        missing_breaches=True,
    )


def _function_alarms(monitored: MonitoredStack, function: MonitoredFunction) -> Iterator[Alarm]:
    kind, service = function.kind, function.service
    yield Alarm(
        f"{kind}-errors",
        f"Invocations of {service} fail: it does not start, runs out of time or memory, or raises an exception.",
        "functions.md#errors",
        "page",
        {"errors": function.metric("Errors")},
        threshold=0,
        # One message that ends its invocation on each of five deliveries is in five periods; its dead letter is a
        # ticket. Where more messages fail, the objective pages within minutes.
        datapoints=6,
        periods=8,
    )
    yield Alarm(
        f"{kind}-throttles",
        f"Lambda throttles {service}: a concurrency limit is reached, or the kill switch is on.",
        "functions.md#throttles",
        "ticket",
        {"throttles": function.metric("Throttles")},
        threshold=0,
        datapoints=3,
        periods=3,
    )
    yield Alarm(
        f"{kind}-slow",
        f"One invocation of {service} in twenty takes over 80 % of its timeout.",
        "functions.md#slow",
        "ticket",
        {"duration": function.metric("Duration", "p95")},
        threshold=0.8 * function.timeout_s * 1000,
        datapoints=3,
        periods=4,
    )
    yield Alarm(
        f"{kind}-quarantine",
        f"{service} quarantined more than 50 inputs within an hour.",
        "items.md#quarantine",
        "ticket",
        {},
        threshold=50,
        # The reason is a dimension of the metric, so the sum over all reasons needs a query.
        expression=f'SELECT SUM(Quarantined) FROM SCHEMA("{monitored.namespace}", reason, service) '
        f"WHERE service = '{service}'",
        period_s=HOUR_S,
    )
    if function.warm_pool:
        yield Alarm(
            f"{kind}-spill-over",
            f"More concurrent invocations of {service} than its warm pool holds: the others start cold.",
            "functions.md#spill-over",
            "ticket",
            {"spilled": function.alias_metric("ProvisionedConcurrencySpilloverInvocations")},
            threshold=0,
            datapoints=6,
            periods=12,
        )


def _volume_alarm(monitored: MonitoredStack, function: MonitoredFunction, label: str) -> Alarm:
    return Alarm(
        f"{function.kind}-label-{label.replace('_', '-')}",
        f"The critical label {label} is assigned far more or far less often than usual at this hour of the week.",
        "items.md#label-volume",
        "ticket",
        {"given": monitored.own_metric(function, "LabelGiven", period_s=HOUR_S, label=label)},
        threshold=None,
        expression="ANOMALY_DETECTION_BAND(given, 4)",
        datapoints=2,
        periods=2,
    )


def _missing_alarm(monitored: MonitoredStack, function: MonitoredFunction, label: str, rate: float) -> Alarm:
    return Alarm(
        f"{function.kind}-label-{label.replace('_', '-')}-missing",
        f"The critical label {label} was not assigned for a day, in which {EXPECTED:g} or more were to be expected.",
        "items.md#label-missing",
        "page",
        {
            "items": monitored.own_metric(function, "Items", period_s=DAY_S),
            "given": monitored.own_metric(function, "LabelGiven", period_s=DAY_S, label=label),
        },
        threshold=0,
        expression=f"IF(items * {rate:g} >= {EXPECTED:g} AND FILL(given, 0) < 1, 1, 0)",
    )
