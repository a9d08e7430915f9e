"""The drift report of a kind as the hourly run keeps it: made once a day, with items beside each new drift."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from tagging.feature_log import HourKey, LogStore, hours_between, open_hour
from tagging.quality.draw import drift_entry
from tagging.quality.drift_days import INPUTS, Span, span_of
from tagging.quality.drift_items import DriftedItem, find_items
from tagging.quality.drift_report import DriftReport, make_report
from tagging.quality.drift_states import Acknowledgement, DriftState
from tagging.quality.drift_store import read_acknowledged, read_report, report_key, with_acknowledged
from tagging.quality.scoring import ScoredHour, score_hour

if TYPE_CHECKING:
    from tagging.corrections import ReviewTable
    from tagging.quality.reviews import Reviews
    from tagging.quality.summary_store import SummaryStore
    from tagging.quality.versions import ServedVersion

SETTLED_HOUR: Final = 4
"""Until this hour (UTC), late hours of the day before are still made: the report is made again each time."""
ITEM_DAYS: Final = 2
"""Items are shown of the last days only."""


def renew_drift(
    summaries: SummaryStore,
    served: ServedVersion,
    reviews: Reviews | None,
    table: ReviewTable | None,
    threads: Executor,
    now: datetime,
) -> DriftReport:
    """The report that holds now: once a day, and after a change, a new one is made.

    What has newly drifted goes to the queue, and its labels are asked about more often. Raises LogError, Busy, and
    botocore's errors.
    """
    store, kind = summaries.log, served.kind
    before, etag = read_report(store, kind)
    acknowledged = read_acknowledged(store, kind)
    if before is not None and not _is_due(before, served, acknowledged, now):
        return with_acknowledged(before, acknowledged)
    span = span_of(summaries.days(), _day(served.since), now.astimezone(UTC).date())
    needed = _needed_days(span, acknowledged)
    days = dict(zip(needed, threads.map(summaries.read_day, needed), strict=True))
    labels = served.bundle.taxonomy.in_use().labels
    report = make_report(kind, served.version, days, span, labels, acknowledged, before, now)
    report = _with_items(report, store, served, table, threads, now)
    known = before.news if before is not None and before.champion == report.champion else {}
    if reviews is not None:
        reviews.raise_labels([name for name in report.labels if name in report.news and name not in known])
    store.replace_object(report_key(kind), msgspec.json.encode(report), etag)
    return report


def _is_due(
    before: DriftReport, served: ServedVersion, acknowledged: Mapping[str, Acknowledgement], now: datetime
) -> bool:
    made = datetime.fromisoformat(before.made_at)
    return (
        before.champion != served.version
        or made.date() != now.astimezone(UTC).date()
        or now.astimezone(UTC).hour < SETTLED_HOUR
        or any(each.at >= before.made_at for each in acknowledged.values())
    )


def _needed_days(span: Span | None, acknowledged: Mapping[str, Acknowledgement]) -> list[str]:
    """The days of the reference, those of references since a drift was acknowledged, and the latest ones."""
    if span is None:
        return []
    rebased = [Span(_ordinal(each.since), span.today) for each in acknowledged.values() if each.since]
    return sorted({day for each in (span, *rebased) if each.since >= span.since for day in each.days})


def _with_items(
    report: DriftReport,
    store: LogStore,
    served: ServedVersion,
    table: ReviewTable | None,
    threads: Executor,
    now: datetime,
) -> DriftReport:
    """The report with ids of items beside each new drift; those beside labels go to the queue."""
    bins = {name: each.bin for name, each in report.news.items() if not each.items and each.bin is not None}
    if not bins:
        return report
    found = find_items(_latest_hours(store, served, threads, now), bins, frozenset(INPUTS) - set(report.labels))
    if table is not None:
        _ask({name: items for name, items in found.items() if name in report.labels}, table, threads, now)

    def with_ids(states: Mapping[str, DriftState]) -> dict[str, DriftState]:
        ids = {name: tuple(each.decided.id for each in items) for name, items in found.items()}
        return {name: replace(each, items=ids[name]) if name in ids else each for name, each in states.items()}

    return replace(report, labels=with_ids(report.labels), inputs=with_ids(report.inputs))


def _ask(found: Mapping[str, list[DriftedItem]], table: ReviewTable, threads: Executor, now: datetime) -> None:
    """Put these items into the queue, each once, with all labels that it stands for."""
    items = {each.decided.id: each for beside in found.values() for each in beside}
    for item, each in items.items():
        labels = tuple(name for name, beside in found.items() if any(other.decided.id == item for other in beside))
        (logged,) = each.scored.opened.items([each.row], threads)
        table.put_entry(drift_entry(each.decided, each.key, now, logged.heads, labels))


def _latest_hours(
    store: LogStore, served: ServedVersion, threads: Executor, now: datetime
) -> Iterator[tuple[HourKey, ScoredHour]]:
    """The hours of the last complete days, the latest first."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for key in reversed(hours_between(served.kind, served.encoder, today - timedelta(ITEM_DAYS), today)):
        opened = open_hour(store, key, threads)
        if opened is not None:
            yield key, score_hour(opened, served.version, served.bundle)


def _day(at: str) -> date | None:
    return datetime.fromisoformat(at).astimezone(UTC).date() if at else None


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()
