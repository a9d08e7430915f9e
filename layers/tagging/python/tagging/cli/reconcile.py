"""`tagging reconcile`: object versions that have no row, found from outside and put on the intake queue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console

from tagging.cli.deployed import AsJson, Deployed, Stage, WayIn, aws_faults, failed, find_deployed
from tagging.cli.intake_queue import IntakeQueue, Pointer, QueueRefused
from tagging.cli.object_versions import Passed, versions_since
from tagging.cli.since import since
from tagging.row_lists import RowLists
from tagging.source import StoredObject

LISTED = 20
"""Gaps that a person is shown; --json prints them all."""


@dataclass
class Counted:
    """What was found so far, in object versions."""

    versions: int = 0
    gaps: int = 0
    sent: int = 0


def reconcile(
    bucket: Annotated[str, typer.Argument(metavar="BUCKET", help="One of the stage's buckets.")],
    after: Annotated[
        datetime,
        typer.Option(
            "--since", metavar="TIME", parser=since, help="Versions written from then on: 7d, 12h, 2026-01-31."
        ),
    ],
    send: Annotated[bool, typer.Option("--send", help="Have what has no row tagged; only counted otherwise.")] = False,
    stage: Stage = "dev",
    as_json: AsJson = False,
) -> None:
    """Compare a bucket with the label table: every object version has a row, or is on its way to one.

    Exit 1 where versions have no row and were not sent. What waits in the intake queue has none yet.
    """
    deployed = find_deployed("reconcile", stage)
    way = deployed.way_from(bucket)
    counted, passed = Counted(), Passed()
    try:
        with aws_faults("reconcile"):
            for gaps in _gaps(deployed, bucket, after, counted, passed):
                _tell(gaps, counted, as_json=as_json)
                counted.gaps += len(gaps)
                if send:
                    _send(deployed, way, gaps)
                    counted.sent += len(gaps)
    except QueueRefused as error:
        raise failed("reconcile", f"the intake queue refused a message: {error}; run it again") from None
    _sum_up(counted, passed, as_json=as_json)
    if counted.gaps > counted.sent:
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


def _send(deployed: Deployed, way: WayIn, gaps: list[StoredObject]) -> None:
    IntakeQueue(deployed.clients.sqs, way.queue_url).send([Pointer(way.kind, each) for each in gaps])


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


def _sum_up(counted: Counted, passed: Passed, *, as_json: bool) -> None:
    counts = asdict(counted) | {name: getattr(passed, name) for name in ("earlier", "deleted", "unversioned")}
    if as_json:
        print(json.dumps(counts))
        return
    console = Console()
    if counted.gaps > LISTED:
        console.print(f"… and {counted.gaps - LISTED} more (--json lists them all)")
    told = f"{counted.versions} object versions, {counted.gaps} without a row"
    console.print(f"{told}, {counted.sent} sent to the intake queue" if counted.sent else told, highlight=False)
    if counted.gaps > counted.sent:
        console.print("what waits in the intake queue has no row yet; --send has the others tagged")
    if passed.deleted:
        console.print(f"{passed.deleted} passed over: deleted since", highlight=False)
    if passed.unversioned:
        console.print(f"{passed.unversioned} passed over: older than the bucket's versioning", highlight=False)
