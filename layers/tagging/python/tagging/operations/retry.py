"""Quarantined items: which there are, and another try once the reason is mended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from tagging.operations.deployment import Deployment
from tagging.operations.errors import CannotRetry, NoRow, NotQuarantined
from tagging.operations.intake_queue import Pointer
from tagging.operations.reprocessing import Reprocessing
from tagging.store import LabelTable, Row, RowLists, row_time, stored_object


class RetryResult(NamedTuple):
    """One item, and why it cannot be tried again; empty where it was sent."""

    id: str
    why_not: str


def quarantined_rows(deployment: Deployment, reason: str | None = None, since: datetime | None = None) -> Iterator[Row]:
    """The quarantined rows, the newest first; only those of a reason, and from a time on, where given."""
    lists = RowLists(deployment.clients.dynamodb, deployment.table)
    for row in lists.quarantined(row_time(since) if since else None):
        if reason is None or (row.revision.quarantine and row.revision.quarantine.reason == reason):
            yield row


def quarantined_row(deployment: Deployment, item_id: str) -> Row:
    """The row of a quarantined item; NoRow or NotQuarantined where there is none."""
    row = LabelTable(deployment.clients.dynamodb, deployment.table).get(item_id)
    if row is None:
        raise NoRow(f"no row for {item_id}")
    if row.revision.quarantine is None or row.forgotten:
        raise NotQuarantined(f"{item_id} is not quarantined")
    return row


def retry_items(
    deployment: Deployment, ids: Iterable[str], opened: dict[str, Reprocessing], *, dry_run: bool = False
) -> Iterator[RetryResult]:
    """Have the items of these ids tagged again; each as `retry_rows` does."""
    ids = list(dict.fromkeys(ids))
    rows = RowLists(deployment.clients.dynamodb, deployment.table).rows(ids)
    for item_id in ids:
        if item_id in rows:
            yield _retry(deployment, rows[item_id], None if dry_run else opened)
        else:
            yield RetryResult(item_id, "it has no row")


def retry_rows(
    deployment: Deployment, rows: Iterable[Row], opened: dict[str, Reprocessing], *, dry_run: bool = False
) -> Iterator[RetryResult]:
    """Send a pointer to each row's item to the reprocessing queue of its kind, unless `dry_run`.

    `opened`: receives the reprocessing of each kind with such items, whose mapping is enabled then. QueueRefused
    ends it.
    """
    return (_retry(deployment, row, None if dry_run else opened) for row in rows)


def _retry(deployment: Deployment, row: Row, opened: dict[str, Reprocessing] | None) -> RetryResult:
    """`opened`: reprocessing by kind; None for a dry run."""
    if why_not := why_no_retry(row):
        return RetryResult(row.id, why_not)
    pointer = retry_pointer(row)
    route = deployment.route_of(pointer.kind)
    if route is None:
        return RetryResult(row.id, f"no function of stage {deployment.stage} tags the kind {pointer.kind}")
    if opened is not None:
        if route.kind not in opened:
            opened[route.kind] = Reprocessing(deployment, route)
        opened[route.kind].send([pointer])
    return RetryResult(row.id, "")


def why_no_retry(row: Row) -> str:
    """Why a row's item cannot be tried again; empty where it can."""
    try:
        retry_pointer(row)
    except CannotRetry as error:
        return str(error)
    return ""


def retry_pointer(row: Row) -> Pointer:
    """The message that has a quarantined item tagged again; CannotRetry where no message can."""
    if row.forgotten:
        raise CannotRetry("it was forgotten: nothing is kept of it")
    if row.revision.quarantine is None:
        raise CannotRetry("it is not quarantined")
    if row.revision.quarantine.reason in ("malware", "unscanned"):
        raise CannotRetry("no scan found it clean, and only a new version is scanned: put the object again")
    stored = stored_object(row.source)
    if stored is None:
        raise CannotRetry("its content came in the message itself, of which no copy is kept: have it sent again")
    if stored.item_id != row.id or not stored.version:
        raise CannotRetry("its bucket keeps no versions, so the content of then cannot be named: put the object again")
    return Pointer(row.kind, stored, row.revision.heads)
