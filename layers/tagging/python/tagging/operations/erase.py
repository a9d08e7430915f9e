"""Erases what is kept of one item."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tagging import feature_log  # its names are loaded where they are used: they load numpy, and help does without
from tagging.aws import CONNECTIONS, Clients
from tagging.intake import StoredObject
from tagging.kinds import find_kind
from tagging.operations.deployment import Deployment
from tagging.operations.erase_reviews import erase_reviews
from tagging.operations.errors import NoObjectVersion, NoRow, OperationError, TooRecent
from tagging.operations.learned_versions import versions_that_learned
from tagging.operations.row_lookup import find_item_id, parse_item
from tagging.store import LabelTable, OutputState, Row, row_time, stored_object

if TYPE_CHECKING:
    from tagging.feature_log import LogStore


@dataclass(frozen=True)
class Erasure:
    """What was erased of one item, and what is known of the rest."""

    id: str | None
    """None where the newest version of a key was erased earlier: its id is not kept."""
    before: bool
    """It was erased earlier: there was nothing left to erase."""
    ticket: OutputState
    """`pending`: it was due and will never be sent."""
    object_deleted: bool
    source: Mapping[str, str]
    """Where the item came from, as its row had it; empty where it was erased earlier."""
    corrections: int = 0
    """Records of the review table: its entry in the queue, what people answered, and refused messages."""
    learned: tuple[str, ...] = ()
    """Versions that learned from what people answered about it, with their roles; they are not changed."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def erase_item(
    deployment: Deployment, item: str, *, delete_object: bool = False, now: Callable[[], datetime] = utc_now
) -> Erasure:
    """Erase what the feature log keeps of an item, its row, entries in the index by label, key's pointer to it, and
    what people answered about it.

    `item`: an item id, or s3://bucket/key[?versionId=…]. What stays is the id and that it was forgotten, so that no
    late message and no `reconcile` brings the item back. `delete_object` deletes the object version too. Raises
    InvalidArgument, NoRow, NoObjectVersion where `delete_object` names no version, and TooRecent.
    """
    clients, table = deployment.clients, LabelTable(deployment.clients.dynamodb, deployment.table)
    parsed = parse_item(item)
    stored = None if isinstance(parsed, str) else parsed
    item_id = item if stored is None else find_item_id(stored, table, clients.s3)
    row = table.get(item_id) if item_id else None
    erased_as_newest = stored is not None and item_id == ""
    if row is None and not erased_as_newest:
        if stored is None and (corrections := erase_reviews(deployment, item)):  # answers may outlive their row
            learned = tuple(versions_that_learned(deployment, item))
            return Erasure(
                item, True, "none", object_deleted=False, source={}, corrections=corrections, learned=learned
            )
        raise NoRow(f"no row for {item}")
    if row is not None:
        _check_settled(row, now())
    if delete_object:
        _delete_version(clients, stored if stored and stored.version else stored_object(row.source) if row else None)
    if row is None:
        return Erasure(None, before=True, ticket="none", object_deleted=False, source={})
    before, decided_at = row.forgotten, [each.tagged_at for each in (row.revision, *row.earlier)]
    if not before:
        log = feature_log.LogStore(clients.s3, deployment.learning_bucket) if deployment.learning_bucket else None
        row = erase_row(table, row, log, now)
    # After the row: answers that arrive from now on are refused.
    corrections = erase_reviews(deployment, row.id, decided_at)
    learned = tuple(versions_that_learned(deployment, row.id, [find_kind(row.kind).name]))
    return Erasure(row.id, before, row.ticket, delete_object, row.source, corrections, learned)


def _delete_version(clients: Clients, stored: StoredObject | None) -> None:
    """Delete the version; no error where it no longer exists, NoObjectVersion where no version is named."""
    if stored is None or not stored.version:
        raise NoObjectVersion(
            "nothing that is kept names an object version; give it as s3://bucket/key?versionId=… with --object"
        )
    clients.s3.delete_object(Bucket=stored.bucket, Key=stored.key, VersionId=stored.version)


def erase_row(table: LabelTable, row: Row, log: LogStore | None = None, now: Callable[[], datetime] = utc_now) -> Row:
    """Erase what the row leads to, then the row: an interrupted run can be repeated. The row as it was at last.

    Raises TooRecent where an attempt writes a revision meanwhile that the log may keep: then the row stays.
    """
    labels: set[str] = set()
    current: Row | None = row
    while current is not None and not current.forgotten:
        row = current
        _check_settled(row, now())
        if log is not None:
            _erase_from_log(log, row)
        labels |= {label for revision in (row.revision, *row.earlier) for label in revision.labels}
        _erase_references(table, row, labels)
        if table.replace(row, row.erased(row_time(now()), uuid.uuid4().hex)):
            break
        current = table.get(row.id)  # an attempt wrote meanwhile
    _erase_references(table, row, labels)  # an attempt that wrote the row before may have added its entries since
    return row


def _check_settled(row: Row, now: datetime) -> None:
    """Raise TooRecent while the batch that decided the item may still write the log."""
    decided = datetime.fromisoformat(row.revision.tagged_at)
    settled = decided + feature_log.SETTLED
    if row.revision.log is not None and now < settled:
        raise TooRecent(
            f"{row.id} was decided at {decided:%H:%M} UTC, and its features may still be written: "
            f"try again at {settled:%H:%M} UTC; its row is kept"
        )


def _erase_from_log(log: LogStore, row: Row) -> None:
    """Erase the features of all revisions. Raises OperationError where an object of the log cannot be read."""
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        for revision in (row.revision, *row.earlier):
            if revision.log is not None:
                attempt, kind = feature_log.parse_reference(revision.log), find_kind(row.kind).name
                try:
                    feature_log.erase_logged(log, attempt, kind, revision.bundle.encoder, row.id, threads)
                except feature_log.LogError as error:
                    raise OperationError(f"the feature log of {row.id}: {error}; its row is kept") from None


def _erase_references(table: LabelTable, row: Row, labels: Iterable[str]) -> None:
    for label in labels:
        table.remove_from_index(label, row.id)
    if stored := stored_object(row.source):
        table.drop_latest(stored, row.id)
