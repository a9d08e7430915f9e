"""`tagging reconcile`: object versions without a row and tickets not sent, found from outside and sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from tagging.cli.deployed import AsJson, Deployed, IntakeRoute, Stage, aws_faults, failed, find_deployed
from tagging.cli.since import as_written, since
from tagging.intake import StoredObject
from tagging.operations import IntakeQueue, Passed, Pointer, QueueRefused, found_clean, send_pending, versions_since
from tagging.store import LabelTable, Row, RowLists, TicketQueue

LISTED = 20
"""Gaps, and tickets, that a person is shown; --json prints them all."""


@dataclass
class Counted:
    """What was found so far: object versions, those without a row, and tickets that were not sent."""

    versions: int = 0
    gaps: int = 0
    sent: int = 0
    held: int = 0
    """Not sent for want of a scan that found them clean."""
    tickets: int = 0
    tickets_sent: int = 0

    @property
    def left(self) -> bool:
        """Whether something was found and not sent."""
        return self.gaps > self.sent or self.tickets > self.tickets_sent


def reconcile(
    bucket: Annotated[str, typer.Argument(metavar="BUCKET", help="One of the stage's buckets.")],
    after: Annotated[
        datetime,
        typer.Option(
            "--since",
            metavar="TIME",
            parser=since,
            help="Versions written, and items tagged, from then on: 7d, 12h, 2026-01-31.",
        ),
    ],
    pending_after: Annotated[
        str,
        typer.Option(metavar="TIME", help="A ticket is not sent if it is pending so long after its item was tagged."),
    ] = "1h",
    send: Annotated[
        bool, typer.Option("--send", help="Have what has no row tagged, and send the tickets; only counted otherwise.")
    ] = False,
    stage: Stage = "dev",
    as_json: AsJson = False,
) -> None:
    """Compare a bucket with the label table: every object version has a row, or is on its way to one.

    And find the tickets that were not sent, of every item that the stage tagged since then, whichever bucket or message
    it came from: they go out as their rows hold them. Exit 1 where versions have no row, or tickets are pending, and
    were not sent. What waits in the intake queue has no row yet.
    """
    deployed = find_deployed("reconcile", stage)
    way, before = deployed.route_from(bucket), since(pending_after)
    counted, passed = Counted(), Passed()
    try:
        with aws_faults("reconcile"):
            for gaps in _gaps(deployed, bucket, after, counted, passed):
                _tell(gaps, counted, as_json=as_json)
                counted.gaps += len(gaps)
                if send:
                    passed_gate = [each for each in gaps if not way.gated or found_clean(deployed.clients.s3, each)]
                    _send(deployed, way, passed_gate)
                    counted.sent += len(passed_gate)
                    counted.held += len(gaps) - len(passed_gate)
            _pending(deployed, (after, before), counted, send=send, as_json=as_json)
    except QueueRefused as error:
        raise failed("reconcile", f"the intake queue refused a message: {error}; run it again") from None
    _sum_up(counted, passed, as_json=as_json)
    if counted.left:
        raise typer.Exit(1)


def _gaps(
    deployed: Deployed, bucket: str, after: datetime, counted: Counted, passed: Passed
) -> Iterator[list[StoredObject]]:
    """The versions without a row, page by page."""
    lists = RowLists(deployed.clients.dynamodb, deployed.table)
    for page in versions_since(deployed.clients.s3, bucket, after, passed):
        counted.versions += len(page)
        known = lists.with_row(each.item_id for each in page)
        yield [each for each in page if each.item_id not in known]


def _send(deployed: Deployed, way: IntakeRoute, gaps: list[StoredObject]) -> None:
    IntakeQueue(deployed.clients.sqs, way.queue_url).send([Pointer(way.kind, each) for each in gaps])


def _pending(
    deployed: Deployed, tagged: tuple[datetime, datetime], counted: Counted, *, send: bool, as_json: bool
) -> None:
    """Tell the tickets that are pending of items tagged between two times, and send them."""
    table = LabelTable(deployed.clients.dynamodb, deployed.table)
    tickets = TicketQueue(deployed.clients.sqs, deployed.ticket_queue_url)
    for rows in RowLists(deployed.clients.dynamodb, deployed.table).pending(*map(as_written, tagged)):
        _tell_tickets(rows, counted, as_json=as_json)
        counted.tickets += len(rows)
        if send:
            refused = send_pending(tickets, table, rows)
            counted.tickets_sent += len(rows) - len(refused)
            _tell_refused(refused)


def _tell(gaps: list[StoredObject], counted: Counted, *, as_json: bool) -> None:
    console = Console()
    if as_json:
        for each in gaps:
            print(json.dumps({"id": each.item_id, "key": each.key, "version": each.version}, ensure_ascii=False))
        return
    for number, each in enumerate(gaps, counted.gaps):
        if number < LISTED:
            console.print(
                f"no row: s3://{each.bucket}/{each.key}?versionId={each.version}",
                highlight=False,
                markup=False,
                soft_wrap=True,
            )


def _tell_tickets(rows: list[Row], counted: Counted, *, as_json: bool) -> None:
    for number, row in enumerate(rows, counted.tickets):
        at = row.revision.tagged_at
        if as_json:
            print(json.dumps({"id": row.id, "kind": row.kind, "ticket": row.ticket, "tagged_at": at}))
        elif number < LISTED:
            Console().print(
                f"ticket not sent: {row.id}, tagged at {at[:19]}", highlight=False, markup=False, soft_wrap=True
            )


def _tell_refused(refused: dict[str, str]) -> None:
    """One line a batch: the rows stay pending, and the next run sends them."""
    if refused:
        codes = ", ".join(sorted(set(refused.values())))
        Console(stderr=True).print(f"the ticket queue refused {len(refused)}: {codes}", highlight=False, markup=False)


def _sum_up(counted: Counted, passed: Passed, *, as_json: bool) -> None:
    counts = asdict(counted) | {name: getattr(passed, name) for name in ("earlier", "deleted", "unversioned")}
    if as_json:
        print(json.dumps(counts))
        return
    console = Console()
    for what, count in (("without a row", counted.gaps), ("tickets not sent", counted.tickets)):
        if count > LISTED:
            console.print(f"… and {count - LISTED} more {what} (--json lists them all)", highlight=False)
    told = f"{counted.versions} object versions, {counted.gaps} without a row"
    console.print(f"{told}, {counted.sent} sent to the intake queue" if counted.sent else told, highlight=False)
    if counted.held:
        console.print(f"{counted.held} not sent: no scan found them clean; put again, they are scanned anew")
    elif counted.gaps > counted.sent:
        console.print("what waits in the intake queue has no row yet; --send has the others tagged")
    if counted.tickets:
        told = f"{counted.tickets} tickets not sent"
        sent = f", {counted.tickets_sent} sent now" if counted.tickets_sent else "; --send sends them"
        console.print(told + sent, highlight=False)
    if passed.deleted:
        console.print(f"{passed.deleted} passed over: deleted since", highlight=False)
    if passed.unversioned:
        console.print(f"{passed.unversioned} passed over: older than the bucket's versioning", highlight=False)
