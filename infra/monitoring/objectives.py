"""The objectives of a stage, and the alarms on their burn rates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from infra.monitoring.alarms import Alarm, Composite, Severity
from infra.monitoring.monitored import DAY_S, HOUR_S, MonitoredFunction, MonitoredStack


@dataclass(frozen=True)
class Objectives:
    """Objectives over 30 days; the rest to 100 % is the error budget."""

    available_percent: float
    """Of messages: tagged or quarantined on their first delivery."""
    quick_percent: float
    """Of items: finished within `quick_s`."""
    quick_s: float
    """Seconds from the message on the queue to the row and ticket."""


@dataclass(frozen=True)
class Burn:
    """A burn rate, measured in a long window and confirmed in a short one.

    `rate` is `share of the budget x 30 days / long window`: 2 % of the budget within an hour, 10 % within a day
    (Site Reliability Workbook, chapter 5).
    """

    name: str
    rate: float
    long_s: int
    short_s: int
    severity: Severity


BURNS = (
    Burn("fast", 14.4, HOUR_S, 300, "page"),
    Burn("slow", 3, DAY_S, 2 * HOUR_S, "ticket"),
)
MIN_FAILURES = 3
"""With fewer in a window none is counted: at night, one failed or late message of two is not an outage of half."""


@dataclass(frozen=True)
class Window:
    """The burn rate of one function's budget in a window of `seconds`."""

    monitored: MonitoredStack
    function: MonitoredFunction
    objectives: Objectives
    rate: float
    seconds: int

    def available(self, name: str, meaning: str) -> Alarm:
        """Percentage of messages returned, or lost with a failed invocation (counted as one message each)."""
        monitored, function, seconds = self.monitored, self.function, self.seconds
        return Alarm(
            name,
            meaning,
            "objectives.md#available",
            None,
            {
                "items": monitored.own_metric(function, "Items", period_s=seconds),
                "returned": monitored.own_metric(function, "MessagesReturned", period_s=seconds),
                "died": function.metric("Errors", period_s=seconds),
            },
            threshold=round(self.rate * (100 - self.objectives.available_percent), 3),
            expression=f"IF(FILL(returned, 0) + FILL(died, 0) >= {MIN_FAILURES}, "
            "100 * (FILL(returned, 0) + FILL(died, 0)) / (FILL(items, 0) + FILL(returned, 0) + FILL(died, 0)), 0)",
        )

    def quick(self, name: str, meaning: str) -> Alarm:
        """Percentile rank of `quick_s`: the percentage of items finished within it; 100 with too few late items."""
        within = f"PR(:{self.objectives.quick_s * 1000:g})"
        monitored, function, seconds = self.monitored, self.function, self.seconds
        return Alarm(
            name,
            meaning,
            "objectives.md#quick",
            None,
            {
                "finished": monitored.own_metric(function, "Latency", "SampleCount", seconds),
                "within": monitored.own_metric(function, "Latency", within, seconds),
            },
            threshold=round(100 - self.rate * (100 - self.objectives.quick_percent), 3),
            expression=f"IF(finished * (100 - within) / 100 >= {MIN_FAILURES}, within, 100)",
            below=True,
        )


def burn_alarms(monitored: MonitoredStack, objectives: Objectives) -> Iterator[tuple[Composite, tuple[Alarm, ...]]]:
    """Composites and their windows, per function and burn rate; those that page have one composite per objective."""
    for function in monitored.functions:
        for burn in BURNS:
            long, short = (
                Window(monitored, function, objectives, burn.rate, seconds) for seconds in (burn.long_s, burn.short_s)
            )
            service, verb = function.service, f"burns {burn.rate:g} times too fast."
            name = f"{function.kind}-available-{burn.name}"
            meaning = f"Messages to {service} are returned or its invocations fail: this error budget {verb}"
            available = (long.available(f"{name}-long", meaning), short.available(f"{name}-short", meaning))
            name = f"{function.kind}-quick-{burn.name}"
            meaning = f"Items of {service} take too long: this error budget {verb}"
            quick = (long.quick(f"{name}-long", meaning), short.quick(f"{name}-short", meaning))
            if burn.severity == "page":
                yield _composite(burn, available), available
                yield _composite(burn, quick), quick
            else:  # one composite for both, since each is billed
                name, meaning = f"{function.kind}-budget-{burn.name}", f"An error budget of {service} {verb}"
                groups = (_names(available), _names(quick))
                yield Composite(name, meaning, "objectives.md#slow-burn", burn.severity, groups), (*available, *quick)


def _composite(burn: Burn, parts: tuple[Alarm, Alarm]) -> Composite:
    first = parts[0]
    return Composite(first.name.removesuffix("-long"), first.meaning, first.section, burn.severity, (_names(parts),))


def _names(parts: tuple[Alarm, ...]) -> tuple[str, ...]:
    return tuple(part.name for part in parts)
