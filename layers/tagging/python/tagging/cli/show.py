"""`tagging show`: one item's row, its revisions and its ticket."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagging.aws import AwsError, ClientError, error_code, make_clients
from tagging.intake import StoredObject
from tagging.operations import stack_output
from tagging.store import LabelTable, Revision, Row

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def show(
    item: Annotated[str, typer.Argument(metavar="ID|s3://…", help="Item id, or s3://bucket/key[?versionId=…].")],
    stage: Annotated[str, typer.Option(help="Whose label table: the stack tagging-STAGE.")] = "dev",
    table: Annotated[str | None, typer.Option(help="The label table's name, instead of a stage.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Show what is kept of one item."""
    source = named_object(item) if item.startswith("s3://") else None
    try:
        clients = make_clients()
        rows = LabelTable(clients.dynamodb, table or stack_output(f"tagging-{stage}", "LabelTableName"))
        item_id = item if source is None else item_of(source, rows, clients.s3)
        row = rows.get(item_id) if item_id else None
    except AwsError as error:
        where = f"table {table}" if table else f"stack tagging-{stage}"
        Console(stderr=True).print(f"tagging show: {where} cannot be read: {error_code(error)}", highlight=False)
        raise typer.Exit(1) from None
    if row is None:
        Console(stderr=True).print(f"tagging show: no row for {item}", highlight=False)
        raise typer.Exit(1)
    if as_json:
        print(json.dumps(msgspec.to_builtins(row), ensure_ascii=False))
    else:
        Console().print(row_table(row))


def named_object(uri: str) -> StoredObject:
    """The object that s3://bucket/key[?versionId=…] names; BadParameter where it names none."""
    named, _, version = uri.partition("?versionId=")  # a key may hold `?` and `#`, unlike a path in an address
    bucket, _, key = named.removeprefix("s3://").partition("/")
    if not (bucket and key):
        raise typer.BadParameter(f"{uri} is not s3://bucket/key")
    return StoredObject(bucket, key, version or None)


def item_of(source: StoredObject, table: LabelTable, s3: S3Client) -> str | None:
    """Id of the item that a version became, or a key's newest one, by the table or else by S3; None for nobody knows.

    Empty where the newest one was forgotten. Verdicts of the malware gate do not say which version is the newest.
    """
    if source.version:
        return source.item_id
    known = table.latest(source)
    if known is not None:
        return known
    try:
        version = s3.head_object(Bucket=source.bucket, Key=source.key).get("VersionId")
    except ClientError:
        return None
    return msgspec.structs.replace(source, version=version).item_id if version else None


def row_table(row: Row) -> Table:
    """A row as people read it."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    table.add_row("item", row.id)
    table.add_row("kind", row.kind)
    for name, value in row.source.items():
        table.add_row(name, Text(value))  # a key may look like markup
    if row.spam:
        table.add_row("spam", "yes, says SES")
    if row.expires_at is not None:
        table.add_row("kept until", datetime.fromtimestamp(row.expires_at, UTC).date().isoformat())
    table.add_row("ticket", row.ticket)
    if row.ticket_body:
        table.add_row("", Text(json.dumps(json.loads(row.ticket_body), indent=2, ensure_ascii=False)))
    for number, revision in enumerate((*row.earlier, row.revision), 1):
        table.add_row(f"revision {number}", Text(_told(revision)))
    return table


def _told(revision: Revision) -> str:
    """One revision in a few lines."""
    by = f"{revision.tagged_at}, heads {revision.bundle.heads}, thresholds {revision.bundle.thresholds}"
    if why := revision.quarantine:
        who = f" by {why.handler}" if why.handler else ""
        return f"{by}\nquarantined{who}: {why.reason} {why.detail}".rstrip()
    scores = revision.scores or {}
    given = ", ".join(f"{label} {scores.get(label, 0):.2f}" for label in revision.labels) or "no label"
    return f"{by}\n{given}{' · to be reviewed' if revision.review else ''}"
