"""`tagging quarantine`: what could not be tagged and why, and another try once that is mended."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagging.cli.deployed import AsJson, Deployed, Stage, aws_faults, failed, find_deployed
from tagging.cli.show import row_table
from tagging.cli.since import as_written, since
from tagging.operations import IntakeQueue, NoPointer, QueueRefused, pointer_to
from tagging.store import LabelTable, Row, RowLists

LISTED = 100
"""Rows that a person is shown at once."""

Reason = Annotated[str | None, typer.Option(metavar="REASON", help="Only what has this reason: too_large, empty, …")]
Since = Annotated[
    datetime | None,
    typer.Option("--since", metavar="TIME", parser=since, help="Only from then on: 7d, 12h, 2026-01-31."),
]

quarantine = typer.Typer(
    add_completion=False, help="What could not be tagged: list it, show it, try it again.", no_args_is_help=True
)


@quarantine.command("list")
def list_quarantined(stage: Stage = "dev", reason: Reason = None, after: Since = None, as_json: AsJson = False) -> None:
    """List what is quarantined, the newest first."""
    deployed = find_deployed("quarantine list", stage)
    with aws_faults("quarantine list"):
        rows = _quarantined(deployed, reason, after)
        if as_json:
            for row in rows:
                print(json.dumps(line_of(row), ensure_ascii=False))
            return
        _show(list(islice(rows, LISTED + 1)))


@quarantine.command("show")
def show_quarantined(
    item: Annotated[str, typer.Argument(metavar="ID")], stage: Stage = "dev", as_json: AsJson = False
) -> None:
    """Show one quarantined item's row, and whether it can be tried again."""
    deployed = find_deployed("quarantine show", stage)
    with aws_faults("quarantine show"):
        row = LabelTable(deployed.clients.dynamodb, deployed.table).get(item)
    if row is None or row.revision.quarantine is None or row.forgotten:
        raise failed("quarantine show", f"{item} is not quarantined" if row else f"no row for {item}")
    if as_json:
        print(json.dumps(line_of(row), ensure_ascii=False))
    else:
        table = row_table(row)
        table.add_row("retry", _why_not(row) or f"tagging quarantine retry {row.id}")
        Console().print(table)


@quarantine.command("retry")
def retry(
    items: Annotated[list[str] | None, typer.Argument(metavar="[ID]…")] = None,
    stage: Stage = "dev",
    reason: Reason = None,
    after: Since = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Send nothing, only say what would be.")] = False,
    as_json: AsJson = False,
) -> None:
    """Have quarantined items tagged again: a message that points to each goes on the intake queue.

    Exit 1 where an item cannot be tried again: text that came in its message is not kept.
    """
    if bool(items) == bool(reason):
        raise typer.BadParameter("name items by their ids, or a --reason")
    if items and after:
        raise typer.BadParameter("--since goes with --reason")
    deployed = find_deployed("quarantine retry", stage)
    refused = sent = 0
    try:
        with aws_faults("quarantine retry"):
            found = _named(deployed, items) if items else ((r.id, r) for r in _quarantined(deployed, reason, after))
            for item_id, why in _retried(deployed, found, dry_run=dry_run):
                refused, sent = refused + bool(why), sent + (not why)
                _tell(item_id, why, dry_run=dry_run, as_json=as_json)
    except QueueRefused as error:
        raise failed("quarantine retry", f"the intake queue refused a message: {error}; run it again") from None
    if not as_json:
        Console().print(f"{sent} {'to be sent' if dry_run else 'sent to the intake queue'}, {refused} not")
    if refused:
        raise typer.Exit(1)


def line_of(row: Row) -> dict[str, Any]:
    """A quarantined row as --json prints it."""
    why = row.revision.quarantine
    assert why is not None
    return {
        "id": row.id,
        "kind": row.kind,
        "reason": why.reason,
        "detail": why.detail,
        "first_seen": row.revision.tagged_at,
        "handler": why.handler,
        "expires_at": row.expires_at,
        "source": dict(row.source),
        "why_no_retry": _why_not(row) or None,
    }


def _quarantined(deployed: Deployed, reason: str | None, after: datetime | None) -> Iterator[Row]:
    lists = RowLists(deployed.clients.dynamodb, deployed.table)
    for row in lists.quarantined(as_written(after) if after else None):
        if reason is None or (row.revision.quarantine and row.revision.quarantine.reason == reason):
            yield row


def _named(deployed: Deployed, ids: list[str]) -> Iterator[tuple[str, Row | None]]:
    rows = RowLists(deployed.clients.dynamodb, deployed.table).rows(ids)
    yield from ((item_id, rows.get(item_id)) for item_id in dict.fromkeys(ids))


def _retried(
    deployed: Deployed, found: Iterable[tuple[str, Row | None]], *, dry_run: bool
) -> Iterator[tuple[str, str]]:
    """Send what can be tried again; each item's id with why not, or an empty text once it is sent."""
    for item_id, row in found:
        why = "it has no row" if row is None else _why_not(row)
        if row is None or why:
            yield item_id, why
            continue
        pointer = pointer_to(row)
        way = deployed.route_of(pointer.kind)
        if way is None:
            yield item_id, f"no function of stage {deployed.stage} tags the kind {pointer.kind}"
            continue
        if not dry_run:
            IntakeQueue(deployed.clients.sqs, way.queue_url).send([pointer])
        yield item_id, ""


def _why_not(row: Row) -> str:
    """Why a row's item cannot be tried again; empty where it can."""
    try:
        pointer_to(row)
    except NoPointer as error:
        return str(error)
    return ""


def _tell(item_id: str, why: str, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"id": item_id, "sent": not why and not dry_run, "why_not": why or None}))
    elif why:
        Console(stderr=True).print(f"{item_id}: {why}", highlight=False, markup=False, soft_wrap=True)


def _show(rows: list[Row]) -> None:
    if not rows:
        Console().print("nothing is quarantined")
        return
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("item", "reason", "first seen", "by", "source"):
        table.add_column(name, overflow="fold")
    for row in rows[:LISTED]:
        line = line_of(row)
        told = (row.id, line["reason"], line["first_seen"][:19], line["handler"], _place(row))
        table.add_row(*map(Text, told))  # a key may look like markup
    Console().print(table)
    if len(rows) > LISTED:
        Console().print(f"… the newest {LISTED}; for the others: --reason, --since or --json")


def _place(row: Row) -> str:
    source = row.source
    return f"s3://{source['bucket']}/{source['key']}" if "bucket" in source else source.get("message", "")
