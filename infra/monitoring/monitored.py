"""What alarms and dashboards look at: the functions and queues of one stage by their names in CloudWatch."""

from __future__ import annotations

from dataclasses import dataclass

from infra.monitoring.metric import Metric

HOUR_S = 3600
DAY_S = 24 * HOUR_S


@dataclass(frozen=True)
class MonitoredFunction:
    """One function with its way in, and the labels that it can give."""

    kind: str
    service: str
    """What it calls itself in its own metrics: `tag_mail`."""
    function_name: str
    queue: str
    dead_letters: str
    log_group: str
    labels: tuple[str, ...]
    critical: tuple[str, ...]
    """Those of `labels` whose volume is watched one by one."""
    timeout_s: int
    memory_mb: int
    warm_pool: bool
    """It has provisioned concurrency, beyond which calls spill over to environments that start cold."""


@dataclass(frozen=True)
class MonitoredStack:
    """One stage; names may be tokens that CloudFormation fills in."""

    stack: str
    region: str
    namespace: str
    """Of the metrics that the functions publish themselves."""
    functions: tuple[MonitoredFunction, ...]
    ticket_queue: str
    ticket_dead_letters: str

    def published(
        self, function: MonitoredFunction, name: str, stat: str = "Sum", period_s: int = 300, **dimensions: str
    ) -> Metric:
        """A metric that the function publishes itself."""
        return Metric(self.namespace, name, {**dimensions, "service": function.service}, stat, period_s)


def of_function(function: MonitoredFunction, name: str, stat: str = "Sum", period_s: int = 300) -> Metric:
    """A metric that Lambda publishes of a function."""
    return Metric("AWS/Lambda", name, {"FunctionName": function.function_name}, stat, period_s)


def of_alias(function: MonitoredFunction, name: str, stat: str = "Sum", period_s: int = 300) -> Metric:
    """A metric that Lambda publishes of the alias `live`, where the warm pool sits."""
    dimensions = {"FunctionName": function.function_name, "Resource": f"{function.function_name}:live"}
    return Metric("AWS/Lambda", name, dimensions, stat, period_s)


def of_queue(queue: str, name: str, stat: str = "Maximum", period_s: int = 300) -> Metric:
    """A metric that SQS publishes of a queue."""
    return Metric("AWS/SQS", name, {"QueueName": queue}, stat, period_s)
