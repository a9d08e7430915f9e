"""What the hourly run does for one kind: scores new hours, draws from them, counts them, and writes the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from tagging.feature_log import HourKey, LogStore, hours_between, open_hour
from tagging.quality.author_quality import discounted_pairs
from tagging.quality.drift_report import DriftReport
from tagging.quality.drift_run import renew_drift
from tagging.quality.estimates import FEWEST_ANSWERED
from tagging.quality.evidence import MONTH, Evidence, Reviewed, hours_since
from tagging.quality.quality_report import QualityReport, make_quality_report
from tagging.quality.reopening import ask_second_opinions, reopen_reviews
from tagging.quality.report_store import read_quality_day, write_quality
from tagging.quality.reviews import Reviews
from tagging.quality.scoring import score_hour
from tagging.quality.summary import DaySummary, HourSummary, summarise_hour
from tagging.quality.summary_store import SummaryStore
from tagging.quality.versions import ServedVersion
from tagging.quality.windows import measured

if TYPE_CHECKING:
    from tagging.corrections import ReviewEntry, ReviewTable

DAY: Final = timedelta(days=1)
LONGEST_BATCH: Final = timedelta(minutes=15)
"""An item is decided at most so long after the hour that its batch belongs to."""
LATE: Final = timedelta(days=7)
"""Reviews that wait longer than this are due."""


class HourWork:
    """One kind in one run. All methods raise botocore's errors."""

    def __init__(
        self,
        store: LogStore,
        served: ServedVersion,
        table: ReviewTable | None,
        reviews: Reviews | None,
        threads: Executor,
        now: datetime,
    ) -> None:
        self._store, self._served, self._table, self._reviews = store, served, table, reviews
        self._threads, self._now = threads, now.astimezone(UTC)
        self.summaries = SummaryStore(store, served.kind, served.encoder, served.version, served.scored_by)
        self._first = _first_hour(served, self._now)
        self.days = self.summaries.read_days(self._first.date(), self._now.date(), threads)
        self._listed = self._hours()
        known = [*self.days, *(key.hour[:10] for key in self._listed)]
        self._begin = datetime.fromisoformat(min(known, default=f"{self._now:%Y-%m-%d}")).replace(tzinfo=UTC)
        self._entries = self._entries_of(self._begin)
        self._undercounted = frozenset(self._undercounted_hours())

    @property
    def due(self) -> list[HourKey]:
        """Hours without a summary, or with an old one: those of the last day first, in order; then back in time.

        An hour is made again where its object changed, or where an item of it was drawn after it was counted.
        """
        due = [key for key, written in self._listed.items() if self._is_due(key, written)]
        fresh = [key for key in due if key.start > self._now - DAY]
        return fresh + sorted(set(due) - set(fresh), reverse=True)

    def make(self, key: HourKey) -> int:
        """Score an hour, draw from it, count it; the number of items that were drawn. Raises LogError and Busy."""
        opened = open_hour(self._store, key, self._threads)
        if opened is None:
            return 0
        scored = score_hour(opened, self._served.version, self._served.bundle)
        drawn = None if self._reviews is None else self._reviews.draw(scored, key, self._threads)
        if drawn is not None:
            self._entries |= self._entries_of(key.start, key.start + DAY)
        summary = summarise_hour(scored, self._entries.keys(), self._listed.get(key, ""), _text(self._now))
        self.summaries.put_hour(key, summary)
        self._remember(key, summary)
        return 0 if drawn is None else drawn.measured + drawn.suspected

    def evidence(self) -> Evidence:
        """All summaries and answers of the window."""
        since = max(self._now - MONTH, self._begin)
        corrections = () if self._table is None else self._table.corrections(self._served.kind, *self._span(since))
        return Evidence.of(self._served, self.days, Reviewed(self._entries, tuple(corrections)), self._now)

    def report(self, evidence: Evidence) -> tuple[QualityReport, bool]:
        """Estimate, and write the report; and whether it is the first of its day."""
        since = self._now - MONTH
        missing = sum(key.start >= since and self._summary(key) is None for key in self._listed)
        report = make_quality_report(self._served, evidence, missing, self._now)
        first = read_quality_day(self._store, report.kind, report.made_at[:10]) is None
        write_quality(self._store, report)
        return report, first

    def ask_again(self, evidence: Evidence) -> int:
        """Ask about items once more: where an author does not count, and where an answer is unlikely; how many."""
        if self._table is None:
            return 0
        discounted = discounted_pairs(evidence.authors)
        reopened = reopen_reviews(self._table, self._served.kind, discounted, self._now)
        return reopened + ask_second_opinions(self._table, evidence, self._served.version, self._now)

    def renew_drift(self) -> DriftReport:
        """Compare the latest days with those before. Raises LogError and Busy."""
        return renew_drift(self.summaries, self._served, self._reviews, self._table, self._threads, self._now)

    def answers_due(self) -> int:
        """Reviews that have waited for more than a week, where they are too many for a number; else 0."""
        late = _text(self._now - LATE)
        old = [each for each in self._entries.values() if each.drawn_at < late]
        waiting = sum(each.state == "open" and each.people == 1 for each in old)
        return waiting if waiting > (1 - FEWEST_ANSWERED) * len(old) else 0

    def has_hours(self) -> bool:
        """Whether the log has an hour in the window, or a summary of one."""
        return bool(self._listed) or any(True for _ in hours_since(self.days, self._first, self._now))

    def _hours(self) -> Mapping[HourKey, str]:
        """When each hour of the log that has begun was written."""
        first = hours_between(self._served.kind, self._served.encoder, self._first, self._first + timedelta(hours=1))[0]
        listed = self._store.compacted(self._served.kind, self._served.encoder, since=first)
        return {key: written.isoformat() for key, written in listed.items() if key.start <= self._now}

    def _is_due(self, key: HourKey, written: str) -> bool:
        summary = self._summary(key)
        if summary is None or summary.written != written:
            return True
        return key.hour in self._undercounted

    def _undercounted_hours(self) -> Iterator[str]:
        """The hours of entries that were put after their hour was counted: a listing of entries lags a little."""
        logged = {key.hour for key in self._listed}
        for item, entry in self._entries.items():
            decided = datetime.fromisoformat(entry.decided_at).astimezone(UTC)
            hours = {f"{each:%Y-%m-%d/%H}" for each in (decided, decided - LONGEST_BATCH)} & logged
            summaries = [each for each in map(self._summary_of, hours) if each is not None]
            if len(summaries) == len(hours) and not any(one.id == item for each in summaries for one in each.asked):
                yield from (hour for hour in hours if self._counted_before(hour, entry.drawn_at))

    def _counted_before(self, hour: str, drawn_at: str) -> bool:
        summary = self._summary_of(hour)
        return summary is not None and summary.made_at <= drawn_at

    def _summary(self, key: HourKey) -> HourSummary | None:
        return self._summary_of(key.hour)

    def _summary_of(self, name: str) -> HourSummary | None:
        day, hour = name.split("/")
        return self.days[day].hours.get(hour) if day in self.days else None

    def _remember(self, key: HourKey, summary: HourSummary) -> None:
        day, hour = key.hour.split("/")
        hours = self.days[day].hours if day in self.days else {}
        self.days[day] = DaySummary(scored_by=self._served.scored_by, hours={**hours, hour: summary})

    def _entries_of(self, first: datetime, last: datetime | None = None) -> dict[str, ReviewEntry]:
        """The entries that measure, of items that were decided first from `first` to `last`, by item."""
        if self._table is None:
            return {}
        return measured(self._table.entries(self._served.kind, *self._span(first, last)))

    def _span(self, first: datetime, last: datetime | None = None) -> tuple[str, str]:
        return f"{first:%Y-%m-%d}", f"{last or self._now:%Y-%m-%d}"


def _first_hour(served: ServedVersion, now: datetime) -> datetime:
    """28 days before now, and after a change of the version 28 days before that: drift compares with those."""
    changed = datetime.fromisoformat(served.since).astimezone(UTC) if served.since else now
    return max(min(now, changed), now - MONTH) - MONTH if served.since else now - MONTH


def _text(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
