"""What alarms and dashboards monitor: the functions and queues of one stage by their names in CloudWatch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, get_args

from infra.monitoring.metric import Metric
from tagging.serving import Fault

HOUR_S = 3600
DAY_S = 24 * HOUR_S
SERVING_FAULTS: Final = get_args(Fault)
"""Metrics of batches for which something is wrong with who serves; each occurs only then."""


@dataclass(frozen=True)
class MonitoredFunction:
    """One function with its intake and the labels that it can assign."""

    kind: str
    service: str
    """Its name in its own metrics: `tag_mail`."""
    function_name: str
    queue: str
    dead_letters: str
    log_group: str
    labels: tuple[str, ...]
    critical: tuple[str, ...]
    """Labels with an alarm on their volume."""
    critical_rates: Mapping[str, float]
    """Critical label → share of the items that should have it, by the bundle's statistics; a label may lack it."""
    timeout_s: int
    memory_mb: int
    warm_pool: bool
    """It has provisioned concurrency, beyond which invocations spill over to environments that start cold."""

    def metric(self, name: str, stat: str = "Sum", period_s: int = 300) -> Metric:
        """A metric that Lambda publishes about the function."""
        return Metric("AWS/Lambda", name, {"FunctionName": self.function_name}, stat, period_s)

    def alias_metric(self, name: str, stat: str = "Sum", period_s: int = 300) -> Metric:
        """A metric that Lambda publishes about the alias `live`, which has the warm pool."""
        dimensions = {"FunctionName": self.function_name, "Resource": f"{self.function_name}:live"}
        return Metric("AWS/Lambda", name, dimensions, stat, period_s)


@dataclass(frozen=True)
class MonitoredRule:
    """One EventBridge rule of the stack."""

    name: str
    """Start of its alarms' names: `image-verdicts`."""
    rule_name: str
    carries: str
    """What it delivers, as the beginning of a sentence: `Verdicts on uploads`."""
    dead_letters: bool
    """Events that cannot be delivered go to a dead-letter queue."""

    def metric(self, name: str) -> Metric:
        """A metric that EventBridge publishes about the rule."""
        return Metric("AWS/Events", name, {"RuleName": self.rule_name})


@dataclass(frozen=True)
class MonitoredStack:
    """One stage; names may be tokens that CloudFormation fills in."""

    stack: str
    region: str
    namespace: str
    """Namespace of the metrics that the functions publish themselves."""
    functions: tuple[MonitoredFunction, ...]
    ticket_queue: str
    ticket_dead_letters: str
    rules: tuple[MonitoredRule, ...] = ()
    probe: str | None = None
    """Name of the probe's function."""
    learn: str | None = None
    """Name of the function that makes hours of the feature log; None where no features are kept."""
    label_change_queue: str | None = None
    """None where no label changes are sent."""
    label_change_dead_letters: str | None = None
    correction_queues: tuple[str, str] | None = None
    """The queue of corrections and its dead letters; None only where a test leaves them out."""

    def queues_beside_intake(self) -> dict[str, tuple[str, str]]:
        """The queues beside the intake's, each with its dead letters, by the start of their alarms' names."""
        queues = {"tickets": (self.ticket_queue, self.ticket_dead_letters)}
        if self.label_change_queue is not None and self.label_change_dead_letters is not None:
            queues["label-changes"] = (self.label_change_queue, self.label_change_dead_letters)
        if self.correction_queues is not None:
            queues["corrections"] = self.correction_queues
        return queues

    def own_metric(
        self, function: MonitoredFunction, name: str, stat: str = "Sum", period_s: int = 300, **dimensions: str
    ) -> Metric:
        """A metric that the function publishes itself."""
        return Metric(self.namespace, name, {**dimensions, "service": function.service}, stat, period_s)

    def own_sum(self, name: str) -> str:
        """A query over the functions: it counts the metrics that exist, which are none while nothing is wrong."""
        return f'SELECT SUM({name}) FROM SCHEMA("{self.namespace}", service)'


def queue_metric(queue: str, name: str, stat: str = "Maximum", period_s: int = 300) -> Metric:
    """A metric that SQS publishes about a queue."""
    return Metric("AWS/SQS", name, {"QueueName": queue}, stat, period_s)
