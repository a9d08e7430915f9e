"""`tagging quarantine`: what could not be tagged and why, and another try once the reason is mended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from itertools import islice
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagging.cli.errors import operation_errors
from tagging.cli.options import AsJson, Stage, parse_time
from tagging.cli.progress import show_progress
from tagging.cli.show import row_table
from tagging.operations import (
    Reprocessing,
    RetryResult,
    find_deployment,
    quarantined_row,
    quarantined_rows,
    retry_items,
    retry_rows,
    why_no_retry,
)
from tagging.quarantine import REASONS
from tagging.store import Row

LISTED = 100
"""Rows that a person is shown at once."""

Reason = Annotated[str | None, typer.Option(metavar="REASON", help="Only items with this reason: too_large, empty, …")]
Since = Annotated[
    datetime | None,
    typer.Option("--since", metavar="TIME", parser=parse_time, help="Only from then on: 7d, 12h, 2026-01-31."),
]

quarantine = typer.Typer(
    add_completion=False, help="Items that could not be tagged: list, show, try again.", no_args_is_help=True
)


@quarantine.command("list")
def list_quarantined(stage: Stage = "dev", reason: Reason = None, after: Since = None, as_json: AsJson = False) -> None:
    """List quarantined items, the newest first."""
    with operation_errors("quarantine list"):
        rows = quarantined_rows(find_deployment(stage), reason, after)
        if as_json:
            for row in rows:
                print(json.dumps(_row_document(row), ensure_ascii=False))
            return
        _print_rows(list(islice(rows, LISTED + 1)))


@quarantine.command("show")
def show_quarantined(
    item: Annotated[str, typer.Argument(metavar="ID")], stage: Stage = "dev", as_json: AsJson = False
) -> None:
    """Show one quarantined item's row, and whether it can be tried again."""
    with operation_errors("quarantine show"):
        row = quarantined_row(find_deployment(stage), item)
    if as_json:
        print(json.dumps(_row_document(row), ensure_ascii=False))
    else:
        table = row_table(row)
        if row.revision.quarantine is not None:
            table.add_row("reason", REASONS.get(row.revision.quarantine.reason, ""))
        table.add_row("retry", why_no_retry(row) or f"tagging quarantine retry {row.id} --stage {stage}")
        Console().print(table)


@quarantine.command("retry")
def retry(
    items: Annotated[list[str] | None, typer.Argument(metavar="[ID]…")] = None,
    stage: Stage = "dev",
    reason: Reason = None,
    after: Since = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Send nothing, only list.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="End when all are tagged, and disable the queue again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Have quarantined items tagged again: a message that points to each goes to the queue for that.

    Its mapping is enabled, and stays so without --wait; `tagging doctor` reports one that has nothing to do.
    Exit 1 where an item cannot be tried again: text that came in its message is not kept.
    """
    if bool(items) == bool(reason):
        raise typer.BadParameter("name items by their ids, or a --reason")
    if items and after:
        raise typer.BadParameter("--since goes with --reason")
    sent = failures = 0
    opened: dict[str, Reprocessing] = {}
    with operation_errors("quarantine retry"):
        deployment = find_deployment(stage)
        if items:
            results = retry_items(deployment, items, opened, dry_run=dry_run)
        else:
            results = retry_rows(deployment, quarantined_rows(deployment, reason, after), opened, dry_run=dry_run)
        for result in results:
            sent, failures = sent + (not result.why_not), failures + bool(result.why_not)
            _print_result(result, dry_run=dry_run, as_json=as_json)
        if wait:
            _drain(opened, sent)
    if not as_json:
        Console().print(f"{sent} {'to be sent' if dry_run else 'sent to be tagged again'}, {failures} not")
    if failures:
        raise typer.Exit(1)


def _drain(opened: Mapping[str, Reprocessing], sent: int) -> None:
    """Wait until what was sent is tagged; the mappings are disabled then, or where the wait fails."""
    with ExitStack() as stack, show_progress() as report:
        for reprocessing in opened.values():
            stack.callback(reprocessing.disable)
        for reprocessing in opened.values():
            reprocessing.drain(lambda waiting: report(f"{waiting:,} wait to be tagged", sent - waiting, None))


def _row_document(row: Row) -> dict[str, Any]:
    """A quarantined row as --json prints it."""
    quarantine = row.revision.quarantine
    assert quarantine is not None
    return {
        "id": row.id,
        "kind": row.kind,
        "reason": quarantine.reason,
        "detail": quarantine.detail,
        "first_seen": row.revision.tagged_at,
        "handler": quarantine.handler,
        "expires_at": row.expires_at,
        "source": dict(row.source),
        "why_no_retry": why_no_retry(row) or None,
    }


def _print_result(result: RetryResult, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        sent = not result.why_not and not dry_run
        print(json.dumps({"id": result.id, "sent": sent, "why_not": result.why_not or None}))
    elif result.why_not:
        line = f"{result.id}: {result.why_not}"
        Console(stderr=True).print(line, highlight=False, markup=False, soft_wrap=True)


def _print_rows(rows: list[Row]) -> None:
    if not rows:
        Console().print("nothing is quarantined")
        return
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for name in ("item", "reason", "first seen", "by", "source"):
        table.add_column(name, overflow="fold", no_wrap=name == "item")  # a folded id cannot be copied
    for row in rows[:LISTED]:
        document = _row_document(row)
        cells = (row.id, document["reason"], document["first_seen"][:19], document["handler"], _format_source(row))
        table.add_row(*map(Text, cells))  # a key may look like markup
    Console().print(table)
    for reason in dict.fromkeys(row.revision.quarantine.reason for row in rows[:LISTED] if row.revision.quarantine):
        Console().print(f"{reason}: {REASONS.get(reason, 'a reason of a newer version')}", style="dim", highlight=False)
    if len(rows) > LISTED:
        Console().print(f"… the newest {LISTED}; for the others: --reason, --since or --json")


def _format_source(row: Row) -> str:
    source = row.source
    return f"s3://{source['bucket']}/{source['key']}" if "bucket" in source else source.get("message", "")
