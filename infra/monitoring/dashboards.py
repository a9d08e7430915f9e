"""Three dashboards made from the taxonomy: what it is worth, what is the matter, where it comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from infra.monitoring.log_queries import EXAMPLES, FAULTS, LABELS, QUARANTINED, STARTS
from infra.monitoring.metric import Metric
from infra.monitoring.metric_budget import STAGES
from infra.monitoring.monitored import HOUR_S, MonitoredFunction, MonitoredStack, of_alias, of_function, of_queue
from infra.monitoring.objectives import Objectives
from infra.monitoring.widgets import Row, Widget, alarm_states, body, calculated, graph, limit, number, question, text

GB_SECOND_USD: Final[Mapping[str, float]] = {"arm64": 0.0000133334, "x86_64": 0.0000166667}
"""List price of Lambda's compute, first tier, in Virginia and Ireland, 2026; `tagging cost` knows all the others."""
REQUEST_USD: Final = 0.20 / 1_000_000


@dataclass(frozen=True)
class Dashboards:
    """All three of one stage."""

    watched: MonitoredStack
    objectives: Objectives
    alarm_arns: Sequence[str]
    architecture: str

    def bodies(self) -> dict[str, dict[str, Any]]:
        """Dashboard bodies by name, as CloudWatch takes them; names in them may be tokens."""
        return {"executive": self._executive(), "on-call": self._on_call(), "debug": self._debug()}

    def _executive(self) -> dict[str, Any]:
        each = self.watched.functions
        return body(
            [
                Row(2, [text(f"# {self.watched.stack}\nMails and images in, labels and tickets out.")]),
                Row(4, [self._number("Items tagged or quarantined", "Items"), self._number("Tickets", "Tickets")]),
                Row(4, [*(self._available(one) for one in each), *(self._in_time(one) for one in each)]),
                Row(4, [self._cost(one) for one in each]),
                Row(6, [self._hourly("Items an hour", "Items"), self._hourly("Tickets an hour", "Tickets")]),
                *(Row(9, self._label_mix(one)) for one in each),
            ]
        )

    def _on_call(self) -> dict[str, Any]:
        watched = self.watched
        return body(
            [
                Row(4, [alarm_states("Alarms", self.alarm_arns)]),
                Row(6, [self._waiting(), self._dead_letters()]),
                Row(6, [self._sums("Runs that died", "Errors"), self._sums("Throttled", "Throttles")]),
                Row(6, [self._returned(), self._latency(), self._duration()]),
                Row(
                    6,
                    [self._concurrency(), *(_spill_over(watched.region, f) for f in watched.functions if f.warm_pool)],
                ),
                *(
                    Row(6, [self._volume(function, label) for label in function.critical[begin : begin + 3]])
                    for function in watched.functions
                    for begin in range(0, len(function.critical), 3)
                ),
            ]
        )

    def _debug(self) -> dict[str, Any]:
        groups = [function.log_group for function in self.watched.functions]
        region, critical = self.watched.region, [id for one in self.watched.functions for id in one.critical]
        examples = "|".join(critical)
        return body(
            [
                Row(7, [self._stages(function) for function in self.watched.functions]),
                Row(7, [self._reasons()]),
                Row(7, [question(region, "Quarantined: which, and why", groups, QUARANTINED),
                        question(region, "Back to the queue: which fault", groups, FAULTS)]),
                Row(7, [question(region, "Examples with a critical label", groups, EXAMPLES.format(labels=examples))]
                    if critical else []),
                Row(7, [question(region, "Cold starts and memory", groups, STARTS)]),
            ]
        )  # fmt: skip

    def _published(self, name: str, stat: str = "Sum", period_s: int = 300) -> list[list[Any]]:
        return [
            self.watched.published(function, name, stat, period_s).line(label=function.service)
            for function in self.watched.functions
        ]

    def _number(self, title: str, name: str) -> Widget:
        return number(self.watched.region, title, self._published(name))

    def _hourly(self, title: str, name: str) -> Widget:
        return graph(self.watched.region, title, self._published(name, period_s=HOUR_S), stacked=True)

    def _available(self, function: MonitoredFunction) -> Widget:
        lines = calculated(
            "100 * FILL(items, 0) / (FILL(items, 0) + FILL(returned, 0) + FILL(died, 0))",
            f"% of messages, {self.objectives.available_percent:g} promised",
            items=self.watched.published(function, "Items"),
            returned=self.watched.published(function, "MessagesReturned"),
            died=of_function(function, "Errors"),
        )
        return number(self.watched.region, f"{function.service}: done on first delivery", lines)

    def _in_time(self, function: MonitoredFunction) -> Widget:
        within = self.watched.published(function, "Latency", f"PR(:{self.objectives.quick_s * 1000:g})")
        label = f"% of items, {self.objectives.quick_percent:g} promised"
        title = f"{function.service}: done within {self.objectives.quick_s:g} s"
        return number(self.watched.region, title, [within.line(label=label)])

    def _cost(self, function: MonitoredFunction) -> Widget:
        per_ms = GB_SECOND_USD[self.architecture] * function.memory_mb / 1024 / 1000
        lines = calculated(
            f"1000 * (duration * {per_ms:.4g} + runs * {REQUEST_USD:.4g}) / items",
            "USD per 1,000 items",
            duration=of_function(function, "Duration"),
            runs=of_function(function, "Invocations"),
            items=self.watched.published(function, "Items"),
        )
        return number(self.watched.region, f"{function.service}: Lambda's price, without the warm pool", lines)

    def _label_mix(self, function: MonitoredFunction) -> list[Widget]:
        lines = [
            self.watched.published(function, "LabelGiven", period_s=HOUR_S, label=label).line(label=label)
            for label in function.labels
        ]
        region, title = self.watched.region, f"{function.service}: labels given"
        return [
            graph(region, f"{title} an hour", lines, stacked=True),
            question(region, f"{title}, from the log", [function.log_group], LABELS, view="bar"),
        ]

    def _waiting(self) -> Widget:
        lines = [self._age(one.queue, f"{one.kind} intake") for one in self.watched.functions]
        lines.append(self._age(self.watched.ticket_queue, "tickets"))
        lines += [self._age(one.dead_letters, f"{one.kind} dead letters") for one in self.watched.functions]
        lines.append(self._age(self.watched.ticket_dead_letters, "dead tickets"))
        return graph(self.watched.region, "Age of the oldest message, s", lines, **limit(900, "intake: page"))

    def _age(self, queue: str, label: str) -> list[Any]:
        return of_queue(queue, "ApproximateAgeOfOldestMessage").line(label=label)

    def _dead_letters(self) -> Widget:
        queues = [(one.dead_letters, one.kind) for one in self.watched.functions]
        lines = [
            of_queue(queue, "ApproximateNumberOfMessagesVisible").line(label=label)
            for queue, label in (*queues, (self.watched.ticket_dead_letters, "tickets"))
        ]
        return graph(self.watched.region, "Dead letters", lines)

    def _sums(self, title: str, name: str) -> Widget:
        lines = [of_function(one, name).line(label=one.service) for one in self.watched.functions]
        return graph(self.watched.region, title, lines)

    def _returned(self) -> Widget:
        return graph(self.watched.region, "Messages back to their queue", self._published("MessagesReturned"))

    def _latency(self) -> Widget:
        promised = limit(self.objectives.quick_s * 1000, f"{self.objectives.quick_percent:g} % promised")
        return graph(self.watched.region, "From queue to end, p95, ms", self._published("Latency", "p95"), **promised)

    def _duration(self) -> Widget:
        each = self.watched.functions
        lines = [of_function(one, "Duration", "p95").line(label=one.service) for one in each]
        stopped = limit(min(one.timeout_s for one in each) * 1000, "stopped")
        return graph(self.watched.region, "Runs, p95, ms", lines, **stopped)

    def _concurrency(self) -> Widget:
        lines = [
            of_function(one, "ConcurrentExecutions", "Maximum").line(label=one.service)
            for one in self.watched.functions
        ]
        return graph(self.watched.region, "Runs at once", lines)

    def _volume(self, function: MonitoredFunction, label: str) -> Widget:
        given = self.watched.published(function, "LabelGiven", period_s=HOUR_S, label=label)
        band = [{"expression": "ANOMALY_DETECTION_BAND(given, 4)", "label": "expected", "id": "band"}]
        return graph(self.watched.region, f"Critical: {label}", [band, given.line(id="given", label=label)])

    def _stages(self, function: MonitoredFunction) -> Widget:
        lines = [
            self.watched.published(function, f"Stage{stage}", stat).line(label=f"{stage.lower()} {stat}")
            for stage in STAGES
            for stat in ("p50", "p95")
        ]
        return graph(self.watched.region, f"{function.service}: stages of a batch, ms", lines)

    def _reasons(self) -> Widget:
        found = f"""SEARCH('{{{self.watched.namespace},reason,service}} MetricName="Quarantined"', 'Sum', 3600)"""
        line = [{"expression": found, "label": "${PROP('Dim.service')} ${PROP('Dim.reason')}", "id": "reasons"}]
        return graph(self.watched.region, "Quarantined an hour, by reason", [line], stacked=True)


def _spill_over(region: str, function: MonitoredFunction) -> Widget:
    used: Metric = of_alias(function, "ProvisionedConcurrencyUtilization", "Maximum")
    spilled = of_alias(function, "ProvisionedConcurrencySpilloverInvocations")
    lines = [used.line(label="pool in use"), spilled.line(label="spilled over", yAxis="right")]
    return graph(region, f"{function.service}: warm pool", lines)
