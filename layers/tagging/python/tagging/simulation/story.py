"""What happens in a simulated month, and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tagging.simulation.reviewers import Habits
from tagging.simulation.rhythm import HOURS, Restlessness

START = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday."""


@dataclass(frozen=True)
class Outage:
    """The hourly function does not run."""

    day: int
    """Of the month, from 1 on; it begins at 06:00."""
    hours: int = 30


@dataclass(frozen=True)
class Story:
    """A reference of four weeks, then a month; days of the month count from 1."""

    seed: int = 0
    reference: int = 28
    days: int = 30
    a_day: float = 1000.0
    hours: tuple[float, ...] = HOURS
    """Items of each hour of the day, relative to the others."""
    restlessness: Restlessness = field(default_factory=lambda: Restlessness(0.15))
    habits: Habits = field(default_factory=Habits)
    drift: tuple[float, int] | None = (2.0, 12)
    """Factor on the rate of one label, and the day from which on."""
    bad_promotion: int | None = 20
    """Day on which a bad version is promoted; it is rolled back the morning after the error budget pages."""
    outage: Outage | None = field(default_factory=lambda: Outage(6))
    run_every: int = 24
    """Hours between two runs of the hourly function: each makes all hours since the one before."""
    rarely: int | None = None
    """The same in the reference, where it is less often."""
    late: tuple[int, ...] = ()
    """Days on which half of the items of 10:00 are written after that hour was made, so that it is made again."""
    reviews_per_week: int = 100
    start: datetime = START
    until: datetime | None = None
    """No item arrives from then on; None: to the end of the last day."""
    idle_from: datetime | None = None
    """Nobody answers from then on."""

    @property
    def total(self) -> int:
        """Days of reference and month."""
        return self.reference + self.days

    def begin(self, day: int) -> datetime:
        """When a day of the month begins; the days of the reference are 0, -1 and so on."""
        return self.start + timedelta(days=self.reference + day - 1)

    def runs_at(self, hours: int) -> bool:
        """Whether the hourly function runs so many hours after the begin of the simulation."""
        every = self.run_every if self.rarely is None or hours > 24 * self.reference else self.rarely
        return hours % every == 0 and not self.is_out(self.start + timedelta(hours=hours))

    def is_out(self, at: datetime) -> bool:
        """Whether the hourly function does not run."""
        if self.outage is None:
            return False
        begun = self.begin(self.outage.day) + timedelta(hours=6)
        return begun <= at < begun + timedelta(hours=self.outage.hours)
