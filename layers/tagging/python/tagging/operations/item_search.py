"""Searches the items of a stage by the table's indexes, page by page and with bounded work."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

from tagging.kinds import KINDS, Kind
from tagging.operations.errors import InvalidArgument
from tagging.store import Listed, Listing, Row, RowLists, quarantine_shards, row_time

if TYPE_CHECKING:
    from tagging.model import BundleVersion
    from tagging.operations.deployment import Deployment

PAGE: Final = 50
"""Items of one page."""
MOST_SCANNED: Final = 5_000
"""Entries of an index that one page looks at."""
MOST_READ: Final = 500
"""Rows that one page reads."""
MOST_DAYS: Final = timedelta(31)
"""Days that one page looks at in the index by day: each takes eight queries."""


@dataclass(frozen=True)
class ItemQuery:
    """What items are searched for; what is empty or None is not asked."""

    since: datetime
    until: datetime
    kind: Kind | None = None
    label: str = ""
    indexed: bool = False
    """The label is in the index by label."""
    any_of: Collection[str] | None = None
    """Labels of which an item has one: those of a route."""
    reason: str = ""
    """Of review or quarantine."""
    version: BundleVersion | None = None
    """The one that decided the current revision."""
    quarantined: bool = False
    review: bool = False
    after: str = ""
    """`ItemPage.more` of the page before."""


@dataclass(frozen=True)
class ItemPage:
    """Some of the items that were searched for, the newest first."""

    rows: tuple[Row, ...]
    more: str
    """Where the next page begins; empty after the last one."""
    looked_back_to: str
    """Time of the oldest item that was looked at."""


def search_items(deployment: Deployment, query: ItemQuery, threads: Executor) -> ItemPage:
    """One page of items. Raises InvalidArgument for a page that is none, and botocore's errors."""
    place = _place(query.after)
    until = datetime.fromisoformat(place[0]) if place else query.until
    listing = Listing(deployment.clients.dynamodb, deployment.table, threads)
    since = max(query.since, until - MOST_DAYS)
    candidates = _candidates(listing, query, row_time(since), row_time(until))
    entries = (each for each in candidates if place is None or each.place < place)
    lists = RowLists(deployment.clients.dynamodb, deployment.table)
    rows: list[Row] = []
    scanned = read = 0
    last: Listed | None = None
    while len(rows) < PAGE and scanned < MOST_SCANNED and read < MOST_READ:
        chunk = list(islice(entries, PAGE))
        if not chunk:
            return ItemPage(tuple(rows), row_time(since) if since > query.since else "", row_time(since))
        scanned += len(chunk)
        wanted = [each.id for each in chunk if _may_match(each, query)]
        read += len(wanted)
        found = lists.rows(wanted)
        for last in chunk:
            row = found.get(last.id)
            if row is not None and matches(row, query):
                rows.append(row)
            if len(rows) == PAGE:
                break
    return ItemPage(tuple(rows), f"{last.tagged_at} {last.id}" if last else "", last.tagged_at if last else "")


def matches(row: Row, query: ItemQuery) -> bool:
    """Whether a row is one of those that are searched for."""
    revision = row.revision
    quarantine = revision.quarantine
    reasons = (*revision.review_reasons, *([quarantine.reason] if quarantine else ()))
    return (
        not row.probe
        and (query.kind is None or row.kind in KINDS[query.kind].names)
        and (not query.label or query.label in revision.labels)
        and (query.any_of is None or any(label in query.any_of for label in revision.labels))
        and (not query.reason or query.reason in reasons)
        and (query.version is None or query.version == revision.bundle)
        and (not query.quarantined or quarantine is not None)
        and (not query.review or revision.review)
    )


def _candidates(listing: Listing, query: ItemQuery, since: str, until: str) -> Iterator[Listed]:
    if query.quarantined:
        return listing.by_label(quarantine_shards(), since, until)
    if query.label and query.indexed:
        return listing.by_label([query.label], since, until)
    return listing.by_day(since, until)


def _may_match(entry: Listed, query: ItemQuery) -> bool:
    """Whether the row has to be read: an index by day knows labels and kind."""
    if entry.kind is None or entry.labels is None:
        return True
    return (
        (query.kind is None or entry.kind in KINDS[query.kind].names)
        and (not query.label or query.label in entry.labels)
        and (query.any_of is None or any(label in query.any_of for label in entry.labels))
    )


def _place(text: str) -> tuple[str, str] | None:
    if not text:
        return None
    time, _, item_id = text.partition(" ")
    try:
        if datetime.fromisoformat(time).tzinfo is None:
            raise ValueError(time)
    except ValueError:
        raise InvalidArgument("this page of the list does not exist: search again") from None
    return time, item_id
