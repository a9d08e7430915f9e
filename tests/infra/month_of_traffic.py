"""Metrics of 30 seeded days of a stage: quiet nights, small faults that need nobody at once, three real incidents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.infra.alarm_evaluator import RecordedMetrics, Values
from tests.infra.conftest import RATES, Stack

DAY = 24 * 60
MONTH = 30 * DAY
RETRY = 4
"""Minutes after which a returned message comes again; the visibility timeout."""
DELIVERIES = 5
OLDEST = 3 * RETRY
"""Age in minutes up to which SQS counts a message that returns: after three receipts it counts the next one."""


def at(day: int, hour: int, minute: int = 0) -> int:
    """Minute of the month; the first day is day 1."""
    return (day - 1) * DAY + hour * 60 + minute


@dataclass(frozen=True)
class Incident:
    """What must page: from its start, within so many minutes, and at no time after its end."""

    name: str
    start: int
    end: int
    within: int


FLOW_STOPPED = Incident("flow stopped", at(9, 8), at(9, 14, 30), within=35)
"""No mail arrives. Two runs of the probe, 15 minutes apart, and one evaluation."""
LABEL_GONE = Incident("critical label gone", at(15, 8), at(17, 8), within=2 * DAY)
"""A day without the label, counted from the last mail that had it."""
FUNCTION_DEAD = Incident("function dead", at(20, 10), at(20, 14, 30), within=15)
"""Every invocation fails until 11:30; the dead letters are redriven at 13:00, late by hours. Its objective burns 2 % of
the month's budget within a minute; 15 minutes are the age at which a waiting message pages."""
INCIDENTS = (FLOW_STOPPED, LABEL_GONE, FUNCTION_DEAD)
REPAIRED, REDRIVEN = at(20, 11, 30), at(20, 13)

RETURNED = at(3, 2)
"""One message of the night is returned, and tagged on its second delivery."""
KILLED = at(5, 3)
"""One message of the night ends its invocation on every delivery, and becomes a dead letter."""
LATE = at(6, 1)
"""Two mails of the night are tagged late."""
SLOW = (at(12, 14), at(12, 14, 40))
"""DynamoDB is slow for 40 minutes: invocations take 20 s and more, one mail in twenty is late."""


@dataclass(frozen=True)
class Month:
    """Writes the metrics of one kind of item, under the names in the template."""

    stack: Stack
    metrics: RecordedMetrics
    kind: str
    per_minute: float
    """Items a minute at noon."""
    label: str
    """Its critical label."""
    seed: int

    def record(self, *, faults: bool) -> None:
        """Record the month, with all faults or without any."""
        rng = np.random.default_rng(self.seed)
        hour = np.arange(MONTH) % DAY / 60
        day_time = np.clip(np.sin((hour - 6) / 16 * np.pi), 0, None) * ((hour >= 6) & (hour < 22))
        arrived = np.repeat(np.arange(MONTH), rng.poisson(self.per_minute * day_time))
        if faults:
            arrived = arrived[~_between(arrived, (FLOW_STOPPED.start, FLOW_STOPPED.end - 30))]
            arrived = np.sort(np.concatenate([arrived, [LATE, LATE + 3, RETURNED]]))
        delay_s = rng.lognormal(0.7, 0.4, len(arrived))
        dead = _between(arrived, (FUNCTION_DEAD.start, REPAIRED)) & faults
        if faults:
            delay_s += self._small_faults(arrived, rng)
            delay_s[dead] = self._function_dead(arrived[dead]) * 60
        finished = arrived + (delay_s // 60).astype(int)
        self._own("Items", finished, 1)
        self._own("Latency", finished, delay_s * 1000)
        self._lambda("Errors", finished[~dead], 0)
        self._lambda("Duration", finished, np.where(delay_s > 60, 700, np.minimum(delay_s, 27) * 1000))
        has_label = rng.random(len(arrived)) < RATES[f"{self.kind}_model"][self.label]
        if faults:
            has_label &= ~_between(arrived, (LABEL_GONE.start, LABEL_GONE.end))
        self._own("LabelGiven", finished, has_label, label=self.label)
        self._queue("IntakeQueue", "ApproximateAgeOfOldestMessage", finished, np.minimum(delay_s, OLDEST * 60))

    def _small_faults(self, arrived: Values, rng: np.random.Generator) -> Values:
        """Records what pages nobody; returns its delays in seconds."""
        delay_s = np.where(_between(arrived, (LATE, LATE + 4)), 90.0, 0.0)
        delay_s[arrived == RETURNED] = RETRY * 60
        self._own("MessagesReturned", RETURNED, 1)
        slow = _between(arrived, SLOW)
        delay_s[slow] = np.where(rng.random(slow.sum()) < 0.05, 75, rng.uniform(18, 40, slow.sum()))
        self._lambda("Errors", KILLED + RETRY * np.arange(DELIVERIES), 1)
        since = np.arange(RETRY * DELIVERIES)
        self._queue("IntakeQueue", "ApproximateAgeOfOldestMessage", KILLED + since, np.minimum(since, OLDEST) * 60)
        self._dead_letters(np.array([KILLED + RETRY * DELIVERIES]), until=at(5, 9))
        return delay_s

    def _function_dead(self, arrived: Values) -> Values:
        """Records failed invocations and dead letters; returns the minutes that each item is late."""
        tries = arrived[:, None] + RETRY * np.arange(DELIVERIES)
        self._lambda("Errors", tries[tries < REPAIRED], 1)
        minutes = np.arange(FUNCTION_DEAD.start, REPAIRED)
        oldest = np.minimum(minutes - FUNCTION_DEAD.start, OLDEST) * 60
        self._queue("IntakeQueue", "ApproximateAgeOfOldestMessage", minutes, oldest)
        failed = (tries < REPAIRED).all(axis=1)
        self._dead_letters(arrived[failed] + RETRY * DELIVERIES, until=REDRIVEN)
        repaired = np.where(tries < REPAIRED, np.inf, tries).min(axis=1)
        return np.where(failed, REDRIVEN + np.arange(len(arrived)) // 40, repaired) - arrived

    def _dead_letters(self, dead: Values, *, until: int) -> None:
        minutes = np.arange(dead.min(), until + 60)
        kept = minutes < until
        visible = np.searchsorted(np.sort(dead), minutes, "right") * kept
        self._queue("IntakeDeadLetters", "ApproximateNumberOfMessagesVisible", minutes, visible)
        age = (minutes - dead.min() + RETRY * DELIVERIES) * 60 * kept
        self._queue("IntakeDeadLetters", "ApproximateAgeOfOldestMessage", minutes, age)

    def _own(self, name: str, minutes: object, values: object, **dimensions: str) -> None:
        self.metrics.add("Tagging/prod", name, {**dimensions, "service": f"tag_{self.kind}"}, minutes, values)

    def _lambda(self, name: str, minutes: object, values: object) -> None:
        function = self.stack.id_of("Lambda::Function", f"Tag{self.kind.capitalize()}")
        self.metrics.add("AWS/Lambda", name, {"FunctionName": function}, minutes, values)

    def _queue(self, start: str, name: str, minutes: object, values: object) -> None:
        queue = self.stack.id_of("SQS::Queue", f"{self.kind.capitalize()}{start}")
        self.metrics.add("AWS/SQS", name, {"QueueName": queue}, minutes, values)


def _between(minutes: Values, span: tuple[int, int]) -> Values:
    return (minutes >= span[0]) & (minutes < span[1])


def record_month(stack: Stack, probes: list[str]) -> RecordedMetrics:
    """The month of both kinds of item; the faults are those of mails. `probes`: functions of probes."""
    metrics = RecordedMetrics(MONTH)
    Month(stack, metrics, "mail", 8, "threat", seed=1).record(faults=True)
    Month(stack, metrics, "image", 3, "weapon", seed=2).record(faults=False)
    runs = np.arange(0, MONTH, 15)
    stopped = _between(runs, (FLOW_STOPPED.start + 15, FLOW_STOPPED.end - 30))
    dead = _between(runs, (FUNCTION_DEAD.start + 15, REPAIRED))
    for probe in probes:
        metrics.add("AWS/Lambda", "Errors", {"FunctionName": probe}, runs, stopped | dead)
    return metrics
