"""The objectives of a stage, and the alarms that go off when their error budget burns too fast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from infra.monitoring.alarms import Alarm, Composite, Severity
from infra.monitoring.monitored import DAY_S, HOUR_S, MonitoredFunction, MonitoredStack, of_function


@dataclass(frozen=True)
class Objectives:
    """What is promised over 30 days; what is missing to 100 is the error budget."""

    available_percent: float
    """Of messages: tagged or quarantined on their first delivery."""
    quick_percent: float
    """Of items: at their end within `quick_s`."""
    quick_s: float
    """Seconds from the message on the queue to the row and ticket."""


@dataclass(frozen=True)
class Burn:
    """A pace at which the budget goes, seen in a long window and still going on in a short one.

    The pace is `share of the budget x 30 days / long window`: two per cent within an hour, ten within a day
    (Site Reliability Workbook, chapter 5).
    """

    name: str
    pace: float
    long_s: int
    short_s: int
    severity: Severity


BURNS = (
    Burn("fast", 14.4, HOUR_S, 300, "page"),
    Burn("slow", 3, DAY_S, 2 * HOUR_S, "ticket"),
)
FEWEST = 3
"""Failures in a window below which none is counted: at night, one of two is no half of anything."""


@dataclass(frozen=True)
class Window:
    """One function's budget, burning at a pace, seen over so many seconds."""

    watched: MonitoredStack
    function: MonitoredFunction
    objectives: Objectives
    pace: float
    seconds: int

    def available(self, name: str, means: str) -> Alarm:
        """Of all messages, those that came back, and runs that died: each of these at least one message."""
        watched, function, seconds = self.watched, self.function, self.seconds
        return Alarm(
            name,
            means,
            "objectives.md#available",
            None,
            {
                "items": watched.published(function, "Items", period_s=seconds),
                "returned": watched.published(function, "MessagesReturned", period_s=seconds),
                "died": of_function(function, "Errors", period_s=seconds),
            },
            over=round(self.pace * (100 - self.objectives.available_percent), 3),
            expression=f"IF(FILL(returned, 0) + FILL(died, 0) >= {FEWEST}, 100 * (FILL(returned, 0) + FILL(died, 0)) "
            "/ (FILL(items, 0) + FILL(returned, 0) + FILL(died, 0)), 0)",
        )

    def quick(self, name: str, means: str) -> Alarm:
        """The percentile rank of the promised time: how many of a hundred items were within it."""
        within = f"PR(:{self.objectives.quick_s * 1000:g})"
        return Alarm(
            name,
            means,
            "objectives.md#quick",
            None,
            {"within": self.watched.published(self.function, "Latency", within, self.seconds)},
            over=round(100 - self.pace * (100 - self.objectives.quick_percent), 3),
            below=True,
        )


def burn_alarms(watched: MonitoredStack, objectives: Objectives) -> Iterator[tuple[Composite, tuple[Alarm, ...]]]:
    """Per function and pace: composites and their windows; what wakes somebody is told apart by objective."""
    for function in watched.functions:
        for burn in BURNS:
            long, short = (
                Window(watched, function, objectives, burn.pace, seconds) for seconds in (burn.long_s, burn.short_s)
            )
            service, pace = function.service, f"burns {burn.pace:g} times too fast."
            name = f"{function.kind}-available-{burn.name}"
            means = f"Messages to {service} come back or its runs die: the budget for that {pace}"
            available = (long.available(f"{name}-long", means), short.available(f"{name}-short", means))
            name = f"{function.kind}-quick-{burn.name}"
            means = f"Items of {service} take too long: the budget for that {pace}"
            quick = (long.quick(f"{name}-long", means), short.quick(f"{name}-short", means))
            if burn.severity == "page":
                yield _composite(burn, available), available
                yield _composite(burn, quick), quick
            else:  # one for both: each composite is billed
                name, means = f"{function.kind}-budget-{burn.name}", f"A budget of {service} {pace}"
                groups = (_names(available), _names(quick))
                yield Composite(name, means, "objectives.md#slow-burn", burn.severity, groups), (*available, *quick)


def _composite(burn: Burn, parts: tuple[Alarm, Alarm]) -> Composite:
    first = parts[0]
    return Composite(first.name.removesuffix("-long"), first.means, first.section, burn.severity, (_names(parts),))


def _names(parts: tuple[Alarm, ...]) -> tuple[str, ...]:
    return tuple(part.name for part in parts)
