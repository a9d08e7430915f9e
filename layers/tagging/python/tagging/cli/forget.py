"""`tagging forget`: erases what is kept of one item, and says what it cannot erase."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console

from tagging.aws import Clients
from tagging.cli.deployed import AsJson, Stage, aws_faults, failed, find_deployed
from tagging.cli.show import item_of, named_object
from tagging.cli.since import as_written
from tagging.intake import StoredObject
from tagging.store import LabelTable, Row, stored_object


@dataclass(frozen=True)
class Forgotten:
    """What was done with one item."""

    id: str | None
    """None where it was forgotten earlier as its key's newest version: nothing says which that was."""
    before: bool
    """It was forgotten earlier: there was nothing left to erase."""
    ticket: str
    """none, sent, or pending: due, and now never sent."""
    object_deleted: bool


def forget(
    item: Annotated[str, typer.Argument(metavar="ID|s3://…", help="Item id, or s3://bucket/key[?versionId=…].")],
    delete_object: Annotated[
        bool, typer.Option("--object", help="Delete the object version that it came from, too.")
    ] = False,
    stage: Stage = "dev",
    as_json: AsJson = False,
) -> None:
    """Erase an item's row, its entries in the index by label, and the mention of it as its key's newest.

    What stays is its id and that it was forgotten, so that neither a message that comes late nor `reconcile` brings it
    back. Once more does nothing more. Exit 1 where there is no row.
    """
    deployed = find_deployed("forget", stage)
    table = LabelTable(deployed.clients.dynamodb, deployed.table)
    source = named_object(item) if item.startswith("s3://") else None
    with aws_faults("forget"):
        item_id = item if source is None else item_of(source, table, deployed.clients.s3)
        row = table.get(item_id) if item_id else None
        gone = source is not None and item_id == ""
        if row is None and not gone:
            raise failed("forget", f"no row for {item}")
        if delete_object:
            named = source if source and source.version else stored_object(row.source) if row else None
            _delete(deployed.clients, named)
        if row is None:
            done = Forgotten(None, before=True, ticket="none", object_deleted=False)
        else:
            done = _erase(table, row, deleted=delete_object)
    if as_json:
        print(json.dumps(asdict(done)))
    else:
        _tell(done, row)


def _delete(clients: Clients, stored: StoredObject | None) -> None:
    """Delete the version; one that is gone already is no error, and one that nothing names is."""
    if stored is None or not stored.version:
        raise failed(
            "forget",
            "nothing that is kept names an object version; give it as s3://bucket/key?versionId=… with --object",
        )
    clients.s3.delete_object(Bucket=stored.bucket, Key=stored.key, VersionId=stored.version)


def _erase(table: LabelTable, row: Row, *, deleted: bool) -> Forgotten:
    """Erase what the row leads to, then the row itself: whatever stops in between is found again."""
    if row.forgotten:
        return Forgotten(row.id, before=True, ticket=row.ticket, object_deleted=deleted)
    labels: set[str] = set()
    seen: Row | None = row
    while seen is not None and not seen.forgotten:
        row = seen
        labels |= {label for each in (row.revision, *row.earlier) for label in each.labels}
        _erase_around(table, row, labels)
        if table.replace(row, row.erased(as_written(datetime.now(UTC)), uuid.uuid4().hex)):
            break
        seen = table.get(row.id)  # an attempt wrote meanwhile
    _erase_around(table, row, labels)  # one that had written the row may have entered it only now
    return Forgotten(row.id, before=False, ticket=row.ticket, object_deleted=deleted)


def _erase_around(table: LabelTable, row: Row, labels: Iterable[str]) -> None:
    for label in labels:
        table.remove_from_index(label, row.id)
    if stored := stored_object(row.source):
        table.drop_latest(stored, row.id)


def _tell(done: Forgotten, row: Row | None) -> None:
    def say(text: str) -> None:
        Console().print(text, highlight=False, markup=False, soft_wrap=True)

    if done.before:
        say(f"{done.id or 'its newest version'} was forgotten before: nothing is kept of it")
    else:
        say(f"{done.id} is forgotten; its id stays, so that it is not tagged again")
    if done.ticket == "sent":
        say("not erased: its ticket was sent; erase it where tickets are kept")
    elif done.ticket == "pending":
        say("its ticket was not sent yet and never will be, unless it is being sent at this moment")
    if done.object_deleted:
        say("the object version is deleted")
    elif row is not None and not done.before and "bucket" in row.source:
        say(f"not erased: s3://{row.source['bucket']}/{row.source['key']} itself (--object deletes that version)")
    if row is not None and "message" in row.source:
        say(f"not erased: rows {done.id}~… of other content that came under this id (`tagging forget` takes each)")
    if not done.before:
        say("not erased: a message of it that waits in a queue (14 days at most), the table's backups (35 days)")
