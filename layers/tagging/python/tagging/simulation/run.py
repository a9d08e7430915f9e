"""Runs a simulation hour by hour: items are tagged, the hourly run and people work, and every day is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import StringIO
from typing import Protocol

from tagging.corrections import Correction, Recorder
from tagging.quality import read_plan
from tagging.simulation.ledger import Ledger
from tagging.simulation.reviewers import Reviewers
from tagging.simulation.stage import Arrived, SimulatedStage
from tagging.simulation.story import Story
from tagging.simulation.traffic import HourOfItems, Traffic

HOUR = timedelta(hours=1)
AFTER_THE_HOUR = timedelta(minutes=20)
"""When the hourly function runs: an hour is made from a quarter of an hour after its end on."""
LATE_HOUR = 10
WORK_BEGINS = 9
PLENTY_S = 900.0
"""Seconds that a run has left, whenever it asks."""


class Hourly(Protocol):
    """The hourly function's run."""

    def run(self, now: datetime, remaining_s: Callable[[], float], /) -> object:
        """Make what is due at `now`."""


@dataclass
class Simulation:
    """One stage under a clock of its own, its traffic, and the people who answer."""

    story: Story
    stage: SimulatedStage
    traffic: Traffic
    hourly: Hourly
    recorder: Recorder | None
    """None: answers are written straight into the table."""
    reviewers: Reviewers
    ledger: Ledger
    set_clock: Callable[[datetime], None]
    faults: list[str] = field(default_factory=list)
    """What the hourly run raised."""
    _late: list[Arrived] = field(default_factory=list)

    def days(self, before_day: Callable[[int, datetime], None]) -> Iterator[int]:
        """Run day after day; each day's number of the month is yielded at its end.

        `before_day` is called with number and beginning of each day: who serves may change.
        """
        for day in range(self.story.total):
            number = day - self.story.reference + 1
            begun = self.story.begin(number)
            before_day(number, begun)
            for hour in range(24):
                if self.story.until is None or begun + (hour + 1) * HOUR <= self.story.until:
                    self._hour(begun + hour * HOUR, day, number)
            yield number

    def _hour(self, start: datetime, day: int, number: int) -> None:
        drawn = self.traffic.hour(start, day)
        self.set_clock(start + HOUR)
        if number in self.story.late and start.hour == LATE_HOUR:
            half = len(drawn.items) // 2
            given = self.stage.tag(drawn.items[:half])
            self._late = list(drawn.items[half:])
            given += [()] * len(self._late)
            self._note(start, drawn, given)
            self.make(start + HOUR + AFTER_THE_HOUR)
            self._note_given(self._late, self.stage.tag(self._late))
        else:
            self._note(start, drawn, self.stage.tag(drawn.items))
        idle_from = self.story.idle_from
        if start.hour == WORK_BEGINS and (idle_from is None or start < idle_from):
            self._work(start + HOUR)
        if self.story.runs_at(day * 24 + start.hour + 1):
            self.make(start + HOUR + AFTER_THE_HOUR)

    def _note(self, start: datetime, drawn: HourOfItems, given: Sequence[Sequence[str]]) -> None:
        ids = [item.id for item in drawn.items]
        self.ledger.note(start, ids, drawn.truth, given, dict(drawn.by_version))

    def _note_given(self, items: Sequence[Arrived], given: Sequence[Sequence[str]]) -> None:
        for item, labels in zip(items, given, strict=True):
            self.ledger.given[item.id] = frozenset(labels)

    def make(self, now: datetime) -> None:
        """Let the hourly function run; what it raises is noted: the next run does what is left."""
        self.set_clock(now)
        with redirect_stdout(StringIO()):  # the metrics
            try:
                self.hourly.run(now, lambda: PLENTY_S)
            except Exception as error:  # any fault, as Lambda counts it
                self.faults.append(f"{now:%Y-%m-%d %H:%M} {type(error).__name__}: {error}")

    def _work(self, now: datetime) -> None:
        """Let people answer open reviews; their answers go through the recorder."""
        kind, reviews = self.stage.kind, self.stage.reviews
        plan, waiting = read_plan(self.stage.learning, kind), {"measure": reviews.open_entries(kind, "measure")}
        if plan is None or not plan.checks_promotion:
            waiting["teach"] = reviews.open_entries(kind, "teach")

        def finished(item: str) -> list[str]:
            return [each.author for each in reviews.of_item(item)]

        for correction in self.reviewers.day(now, waiting, lambda item: self.ledger.given[item], finished):
            self._send(correction)

    def _send(self, correction: Correction) -> None:
        if self.recorder is None:
            self.stage.reviews.record(correction, self.stage.kind)
            return
        message = {"messageId": correction.id, "body": correction.to_body(), "eventSource": "aws:sqs"}
        with redirect_stdout(StringIO()):
            received = datetime.fromisoformat(correction.answered_at)
            failed = self.recorder.handle({"Records": [message]}, received)["batchItemFailures"]
        assert not failed, "an answer goes back to its queue"
