"""Day summaries in the bucket of the log: one object for each day, version and encoder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Executor
from datetime import date, timedelta
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tagging.feature_log import Busy, HourKey, LogStore
from tagging.kinds import Kind
from tagging.quality.summary import DaySummary, HourSummary

_TRIES: Final = 5
_decoder = msgspec.json.Decoder(DaySummary)


class SummaryStore(Struct, frozen=True):
    """The summaries of one version of one kind. All methods raise botocore's errors."""

    log: LogStore
    kind: Kind
    encoder: str
    version: str
    scored_by: str
    """See `DaySummary.scored_by`: days of another one count as missing."""

    def key(self, day: str) -> str:
        """Key of the object of a day, `2026-01-31`."""
        return f"summaries/{self.kind}/{self.encoder}/{self.version}/{day}.json"

    def days(self) -> list[str]:
        """The days that have a summary, in order."""
        root, end = self.key("*").split("*")
        return [key.removeprefix(root).removesuffix(end) for key in self.log.keys(root)]

    def read_day(self, day: str) -> DaySummary:
        """The summary of a day; without hours where there is none."""
        return self._read(day)[0]

    def read_days(self, first: date, last: date, executor: Executor) -> dict[str, DaySummary]:
        """The summaries from the first to the last day, one request each, by day; days without hours left out."""
        days = days_between(first, last)
        found = zip(days, executor.map(self.read_day, days), strict=True)
        return {day: summary for day, summary in found if summary.hours}

    def put_hour(self, key: HourKey, summary: HourSummary) -> None:
        """Put an hour into the summary of its day. Raises Busy."""
        day, hour = key.hour.split("/")
        self._change(day, lambda hours: {**hours, hour: summary})

    def _change(self, day: str, changed: Callable[[dict[str, HourSummary]], dict[str, HourSummary]]) -> None:
        for _ in range(_TRIES):
            summary, etag = self._read(day)
            hours = dict(sorted(changed(summary.hours).items()))
            if hours == summary.hours:
                return
            content = msgspec.json.encode(DaySummary(scored_by=self.scored_by, hours=hours))
            if self.log.replace_object(self.key(day), content, etag):
                return
        raise Busy(f"others kept changing the summary of {day}")

    def _read(self, day: str) -> tuple[DaySummary, str | None]:
        """A day and its ETag; a damaged object, or one by other thresholds or packs, is made anew."""
        stored = self.log.read_object(self.key(day))
        if stored is None:
            return DaySummary(scored_by=self.scored_by), None
        try:
            summary = _decoder.decode(stored.content)
        except msgspec.MsgspecError:
            return DaySummary(scored_by=self.scored_by), stored.etag
        same = summary.scored_by == self.scored_by
        return (summary if same else DaySummary(scored_by=self.scored_by)), stored.etag


def forget_asked(log: LogStore, kind: Kind, item: str, days: Collection[str]) -> None:
    """Take an item's scores out of the summaries of these days, by whichever version. Raises Busy."""
    for key in log.keys(f"summaries/{kind}/"):
        if key.rpartition("/")[2].removesuffix(".json") in days:
            _forget_in(log, key, item)


def _forget_in(log: LogStore, key: str, item: str) -> None:
    for _ in range(_TRIES):
        stored = log.read_object(key)
        try:
            summary = None if stored is None else _decoder.decode(stored.content)
        except msgspec.MsgspecError:
            summary = None  # damaged: it is made anew
        hours = {} if summary is None else {hour: _without(each, item) for hour, each in summary.hours.items()}
        if stored is None or summary is None or hours == summary.hours:
            return
        if log.replace_object(key, msgspec.json.encode(replace(summary, hours=hours)), stored.etag):
            return
    raise Busy(f"others kept changing {key}")


def days_between(first: date, last: date) -> Sequence[str]:
    """The days from the first to the last one, as keys name them."""
    return [f"{first + timedelta(days=each):%Y-%m-%d}" for each in range((last - first).days + 1)]


def _without(summary: HourSummary, item: str) -> HourSummary:
    return replace(summary, asked=tuple(each for each in summary.asked if each.id != item))
