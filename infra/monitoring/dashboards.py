"""The three dashboards of a stage: executive (results and cost), on-call (symptoms), debug (causes)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from infra.cost.prices import read_prices
from infra.monitoring.log_queries import EXAMPLES, FAULTS, LABELS, QUARANTINED, STARTS
from infra.monitoring.metric import Metric
from infra.monitoring.metric_budget import STAGES
from infra.monitoring.monitored import HOUR_S, MonitoredFunction, MonitoredStack
from infra.monitoring.objectives import Objectives
from infra.monitoring.queue_view import queues_row
from infra.monitoring.serving_view import serving_row, shadow_rows, versions_row
from infra.monitoring.widgets import (
    Row,
    Widget,
    alarm_states,
    body,
    expression_line,
    graph,
    limit_line,
    log_widget,
    single_value,
    text,
)

STAGE_COLORS: Final = (
    ("#aec7e8", "#1f77b4"),
    ("#ffbb78", "#ff7f0e"),
    ("#98df8a", "#2ca02c"),
    ("#c5b0d5", "#9467bd"),
)
"""Of each stage of a batch: p50 pale, p95 strong. p95 comes first: with one batch both are equal."""
PRICE_REGION: Final = "us-east-1"
"""Region whose prices the dashboards show; `tagging cost` knows the others."""


@dataclass(frozen=True)
class Dashboards:
    """All dashboards of one stage."""

    monitored: MonitoredStack
    objectives: Objectives
    alarm_arns: Sequence[str]
    architecture: str

    def bodies(self) -> dict[str, dict[str, Any]]:
        """Dashboard bodies by name, in CloudWatch's notation; resource names in them may be tokens."""
        return {"executive": self._executive(), "on-call": self._on_call(), "debug": self._debug()}

    def _executive(self) -> dict[str, Any]:
        functions = self.monitored.functions
        return body(
            [
                Row(2, [text(f"# {self.monitored.stack}\nMails and images in, labels and tickets out.")]),
                Row(3, [self._number("Items tagged or quarantined", "Items"), self._number("Tickets", "Tickets")]),
                Row(3, [*map(self._available, functions), *map(self._in_time, functions)]),
                Row(3, [self._cost(function) for function in functions]),
                Row(6, [self._hourly("Items an hour", "Items"), self._hourly("Tickets an hour", "Tickets")]),
                *(Row(9, self._label_mix(function)) for function in functions),
            ]
        )

    def _on_call(self) -> dict[str, Any]:
        monitored = self.monitored
        return body(
            [
                Row(4, [alarm_states("Alarms", self.alarm_arns)]),
                queues_row(monitored),
                Row(6, [self._sums("Failed invocations", "Errors"), self._sums("Throttled invocations", "Throttles")]),
                Row(6, [self._returned(), self._latency(), self._duration()]),
                serving_row(monitored),
                *shadow_rows(monitored),
                Row(
                    6,
                    [
                        self._concurrency(),
                        *(_warm_pool(monitored.region, f) for f in monitored.functions if f.warm_pool),
                    ],
                ),
                *(
                    Row(6, [self._volume(function, label) for label in function.critical[begin : begin + 3]])
                    for function in monitored.functions
                    for begin in range(0, len(function.critical), 3)
                ),
            ]
        )

    def _debug(self) -> dict[str, Any]:
        groups = [function.log_group for function in self.monitored.functions]
        region, critical = self.monitored.region, [id for one in self.monitored.functions for id in one.critical]
        examples = "|".join(critical)
        return body(
            [
                Row(7, [self._stages(function) for function in self.monitored.functions]),
                Row(7, [self._reasons("Quarantined", "Quarantined an hour, by reason"),
                        self._reasons("ReviewReason", "To be reviewed an hour, by reason")]),
                versions_row(self.monitored),
                Row(7, [log_widget(region, "Quarantined: which, and why", groups, QUARANTINED),
                        log_widget(region, "Back to the queue: which fault", groups, FAULTS)]),
                Row(7, [log_widget(region, "Examples with a critical label", groups, EXAMPLES.format(labels=examples))]
                    if critical else []),
                Row(7, [log_widget(region, "Cold starts and memory", groups, STARTS)]),
            ]
        )  # fmt: skip

    def _own_metrics(self, name: str, stat: str = "Sum", period_s: int = 300) -> list[list[Any]]:
        return [
            self.monitored.own_metric(function, name, stat, period_s).line(label=function.service)
            for function in self.monitored.functions
        ]

    def _number(self, title: str, name: str) -> Widget:
        return single_value(self.monitored.region, title, self._own_metrics(name))

    def _hourly(self, title: str, name: str) -> Widget:
        return graph(self.monitored.region, title, self._own_metrics(name, period_s=HOUR_S), stacked=True)

    def _available(self, function: MonitoredFunction) -> Widget:
        lines = expression_line(
            "100 * FILL(items, 0) / (FILL(items, 0) + FILL(returned, 0) + FILL(died, 0))",
            f"% of messages, {self.objectives.available_percent:g} promised",
            items=self.monitored.own_metric(function, "Items"),
            returned=self.monitored.own_metric(function, "MessagesReturned"),
            died=function.metric("Errors"),
        )
        return single_value(self.monitored.region, f"{function.service}: done on first delivery", lines)

    def _in_time(self, function: MonitoredFunction) -> Widget:
        within = self.monitored.own_metric(function, "Latency", f"PR(:{self.objectives.quick_s * 1000:g})")
        label = f"% of items, {self.objectives.quick_percent:g} promised"
        title = f"{function.service}: done within {self.objectives.quick_s:g} s"
        return single_value(self.monitored.region, title, [within.line(label=label)])

    def _cost(self, function: MonitoredFunction) -> Widget:
        prices = read_prices(PRICE_REGION)
        per_request = prices["lambda_request"].of(1)
        per_ms = prices[f"lambda_gb_second_{self.architecture}"].of(1) * function.memory_mb / 1024 / 1000
        lines = expression_line(
            f"1000 * (duration * {per_ms:.4g} + runs * {per_request:.4g}) / items",
            "USD per 1,000 items",
            duration=function.metric("Duration"),
            runs=function.metric("Invocations"),
            items=self.monitored.own_metric(function, "Items"),
        )
        return single_value(self.monitored.region, f"{function.service}: Lambda's price, without the warm pool", lines)

    def _label_mix(self, function: MonitoredFunction) -> list[Widget]:
        lines = [
            self.monitored.own_metric(function, "LabelGiven", period_s=HOUR_S, label=label).line(label=label)
            for label in function.labels
        ]
        region, title = self.monitored.region, f"{function.service}: labels given"
        return [
            graph(region, f"{title} an hour", lines, stacked=True),
            log_widget(region, f"{title}, from the log", [function.log_group], LABELS, view="bar"),
        ]

    def _sums(self, title: str, name: str) -> Widget:
        lines = [one.metric(name).line(label=one.service) for one in self.monitored.functions]
        return graph(self.monitored.region, title, lines, stacked=True)

    def _returned(self) -> Widget:
        lines = self._own_metrics("MessagesReturned")
        return graph(self.monitored.region, "Messages returned to their queue", lines, stacked=True)

    def _latency(self) -> Widget:
        objective = limit_line(self.objectives.quick_s * 1000, f"{self.objectives.quick_percent:g} % promised")
        return graph(
            self.monitored.region,
            "From queue to row and ticket, p95, ms",
            self._own_metrics("Latency", "p95"),
            **objective,
        )

    def _duration(self) -> Widget:
        functions = self.monitored.functions
        lines = [one.metric("Duration", "p95").line(label=one.service) for one in functions]
        timeout = limit_line(min(one.timeout_s for one in functions) * 1000, "timeout")
        return graph(self.monitored.region, "Duration of an invocation, p95, ms", lines, **timeout)

    def _concurrency(self) -> Widget:
        lines = [
            one.metric("ConcurrentExecutions", "Maximum").line(label=one.service) for one in self.monitored.functions
        ]
        return graph(self.monitored.region, "Concurrent invocations", lines, stacked=True)

    def _volume(self, function: MonitoredFunction, label: str) -> Widget:
        assigned = self.monitored.own_metric(function, "LabelGiven", period_s=HOUR_S, label=label)
        band = [{"expression": "ANOMALY_DETECTION_BAND(given, 4)", "label": "expected", "id": "band"}]
        lines = [band, assigned.line(id="given", label=label)]
        return graph(self.monitored.region, f"Critical: {label}, items an hour", lines)

    def _stages(self, function: MonitoredFunction) -> Widget:
        lines = [
            self.monitored.own_metric(function, f"Stage{stage}", stat).line(
                label=f"{stage.lower()} {stat}", color=color
            )
            for stage, colors in zip(STAGES, STAGE_COLORS, strict=True)
            for stat, color in zip(("p95", "p50"), reversed(colors), strict=True)
        ]
        return graph(self.monitored.region, f"{function.service}: stages of a batch, ms", lines)

    def _reasons(self, metric: str, title: str) -> Widget:
        search = f"""SEARCH('{{{self.monitored.namespace},reason,service}} MetricName="{metric}"', 'Sum', 3600)"""
        line = [{"expression": search, "label": "${PROP('Dim.service')} ${PROP('Dim.reason')}", "id": "reasons"}]
        return graph(self.monitored.region, title, [line], stacked=True)


def _warm_pool(region: str, function: MonitoredFunction) -> Widget:
    used: Metric = function.alias_metric("ProvisionedConcurrencyUtilization", "Maximum")
    spilled = function.alias_metric("ProvisionedConcurrencySpilloverInvocations")
    lines = [used.line(label="share in use (left)"), spilled.line(label="invocations beside it (right)", yAxis="right")]
    return graph(region, f"{function.service}: warm pool", lines)
