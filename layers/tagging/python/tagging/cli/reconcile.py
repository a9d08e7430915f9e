"""`tagging reconcile`: finds object versions without a row and tickets that were not sent, and sends them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from tagging.cli.errors import operation_errors
from tagging.cli.options import AsJson, Stage, parse_time
from tagging.cli.progress import show_progress
from tagging.intake import StoredObject
from tagging.operations import (
    PER_SECOND,
    Reprocessing,
    Totals,
    find_deployment,
    reconcile_objects,
    reconcile_tickets,
    unfinished_run,
)
from tagging.store import Row

LISTED = 20
"""Gaps, and tickets, that a person is shown; --json prints them all."""


def reconcile(
    bucket: Annotated[str, typer.Argument(metavar="BUCKET", help="One of the stage's buckets.")],
    after: Annotated[
        datetime,
        typer.Option(
            "--since",
            metavar="TIME",
            parser=parse_time,
            help="Versions written, and items tagged, from then on: 7d, 12h, 2026-01-31.",
        ),
    ],
    pending_after: Annotated[
        str,
        typer.Option(metavar="TIME", help="Only tickets that are pending for so long after their item was tagged."),
    ] = "1h",
    send: Annotated[
        bool, typer.Option("--send", help="Have versions without a row tagged and send the tickets, not only count.")
    ] = False,
    per_second: Annotated[
        int, typer.Option(min=1, metavar="N", help="With --send: versions sent a second at most.")
    ] = PER_SECOND,
    resume: Annotated[
        bool, typer.Option("--resume", help="With --send: go on where the last run over the bucket was interrupted.")
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="With --send: end when everything is tagged, and disable the queue again.")
    ] = False,
    stage: Stage = "dev",
    as_json: AsJson = False,
) -> None:
    """Compare a bucket with the label table: every object version must have a row, or be on its way to one.

    Also find tickets that were not sent, of all items that the stage tagged since then, from any bucket or message:
    they are sent as their rows hold them. Exit 1 where versions without a row or pending tickets were found and not
    sent. Messages that wait in the intake queue have no row yet.

    What --send sends waits in a queue of its own, apart from live items, whose mapping it enables. A run that was
    interrupted keeps its position after each page of 1,000 versions.
    """
    if not send and (resume or wait):
        raise typer.BadParameter("--resume and --wait go with --send")
    totals, start = Totals(), None
    with operation_errors("reconcile"), show_progress() as report:
        deployment, before = find_deployment(stage), parse_time(pending_after)
        reprocessing = Reprocessing(deployment, deployment.route_from(bucket), per_second) if send else None
        if resume:
            after, start, totals = unfinished_run(deployment, bucket)
        pages = reconcile_objects(deployment, bucket, after, totals, reprocessing=reprocessing, start=start)
        for gaps in pages:
            _print_gaps(gaps, totals.gaps - len(gaps), as_json=as_json)
            report(f"{totals.versions:,} versions read, {totals.sent:,} sent", totals.versions, None)
        if reprocessing is not None and wait:
            total = totals.sent
            reprocessing.drain(lambda left: report(f"{left:,} of {total:,} wait to be tagged", total - left, None))
        for rows in reconcile_tickets(deployment, after, before, totals, send=send):
            _print_tickets(rows, totals.tickets - len(rows), as_json=as_json)
    if totals.refused:
        codes = ", ".join(sorted(totals.refused))
        Console(stderr=True).print(f"the ticket queue refused {totals.refused.total()}: {codes}", highlight=False)
    if as_json:
        print(json.dumps(_counts(totals)))
    else:
        _print_totals(totals)
    if not totals.complete:
        raise typer.Exit(1)


def _print_gaps(gaps: list[StoredObject], start: int, *, as_json: bool) -> None:
    """Print a page; `start`: how many were found before."""
    for index, gap in enumerate(gaps, start):
        if as_json:
            print(json.dumps({"id": gap.item_id, "key": gap.key, "version": gap.version}, ensure_ascii=False))
        elif index < LISTED:
            _print_line(f"no row: s3://{gap.bucket}/{gap.key}?versionId={gap.version}")


def _print_tickets(rows: list[Row], start: int, *, as_json: bool) -> None:
    for index, row in enumerate(rows, start):
        at = row.revision.tagged_at
        if as_json:
            print(json.dumps({"id": row.id, "kind": row.kind, "ticket": row.ticket, "tagged_at": at}))
        elif index < LISTED:
            _print_line(f"ticket not sent: {row.id}, tagged at {at[:19]}")


def _counts(totals: Totals) -> dict[str, int]:
    objects = {"versions": totals.versions, "gaps": totals.gaps, "sent": totals.sent, "held": totals.not_scanned_clean}
    return objects | {"tickets": totals.tickets, "tickets_sent": totals.tickets_sent} | vars(totals.skipped)


def _print_totals(totals: Totals) -> None:
    for name, count in (("without a row", totals.gaps), ("tickets not sent", totals.tickets)):
        if count > LISTED:
            _print_line(f"… and {count - LISTED} more {name} (--json lists them all)")
    summary = f"{totals.versions} object versions, {totals.gaps} without a row"
    _print_line(f"{summary}, {totals.sent} sent to be tagged" if totals.sent else summary)
    if totals.not_scanned_clean:
        _print_line(
            f"{totals.not_scanned_clean} not sent: no scan found them clean; put the objects again to have them scanned"
        )
    elif totals.gaps > totals.sent:
        _print_line("messages that wait in the intake queue have no row yet; --send has the others tagged")
    if totals.tickets:
        sent = f", {totals.tickets_sent} sent now" if totals.tickets_sent else "; --send sends them"
        _print_line(f"{totals.tickets} tickets not sent{sent}")
    if totals.skipped.deleted:
        _print_line(f"{totals.skipped.deleted} skipped: deleted since")
    if totals.skipped.unversioned:
        _print_line(f"{totals.skipped.unversioned} skipped: older than the bucket's versioning")


def _print_line(text: str) -> None:
    Console().print(text, highlight=False, markup=False, soft_wrap=True)
