"""Runs mails through the local cloud and gathers what became of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rich.progress import Progress

from tagging.intake import Delivery, read_body
from tagging.local.clock import Clock
from tagging.local.cloud import LocalCloud, StoredVersion
from tagging.local.emf import Metric
from tagging.local.invocation import Invocation
from tagging.row import Row
from tagging.source import StoredObject

CLOCK_SCALE = 240.0
"""How much faster than AWS the demo waits: a failed message comes back after one second instead of four minutes."""


@dataclass(frozen=True)
class MailFile:
    """A mail on this machine; `key` is what it is called in the bucket."""

    key: str
    read: Callable[[], bytes]


@dataclass(frozen=True)
class DemoItem:
    """What became of one mail; `seconds` from its writing to the bucket to the end of its invocation."""

    key: str
    id: str
    row: Row | None
    ticket: dict[str, Any] | None
    seconds: float


@dataclass(frozen=True)
class DemoRun:
    """A whole run; seconds of real time."""

    items: list[DemoItem]
    rows: list[Row]
    tickets: list[dict[str, Any]]
    dead_letters: list[str]
    metrics: list[Metric]
    start_seconds: float
    """Until the resources stood and the function had started."""
    seconds: float


def find_mails(folder: Path) -> list[MailFile]:
    """The mails of a folder's .eml and .mbox files, in the order of their names; empty where there are none."""
    found: list[MailFile] = []
    for path in sorted(folder.glob("*")):
        if path.suffix.lower() == ".eml":
            found.append(MailFile(path.name, path.read_bytes))
        elif path.suffix.lower() == ".mbox":
            found += _mails_in(path)
    return found


def _mails_in(mbox: Path) -> Iterator[MailFile]:
    """The mails of an mbox file by their places in it: each begins after a line that begins with `From `."""
    ends: list[tuple[int, int]] = []
    place = 0
    with mbox.open("rb") as lines:
        for line in lines:
            if line.startswith(b"From "):
                ends.append((place, place + len(line)))
            place += len(line)
    for number, (_, begin) in enumerate(ends):
        end = ends[number + 1][0] if number + 1 < len(ends) else place
        yield MailFile(f"{mbox.name}/{number}", partial(_read_part, mbox, begin, end))


def _read_part(path: Path, begin: int, end: int) -> bytes:
    with path.open("rb") as file:
        file.seek(begin)
        return file.read(end - begin)


def run_demo(root: Path, mails: list[MailFile], bar: Progress) -> DemoRun:
    """Start the local cloud, put the mails into its bucket, deliver until all is done."""
    begun = time.monotonic()
    starting = bar.add_task("starting the local cloud (the first time: synthesising its template)", total=None)
    with LocalCloud.start(root, clock=Clock(CLOCK_SCALE)) as cloud:
        cloud.wait_ready()
        started = time.monotonic()
        bar.remove_task(starting)
        put, ended = _deliver(cloud, mails, bar)
        rows = cloud.rows()
        tickets = cloud.tickets()
        by_id = {row.id: row for row in rows}
        ticket_of = {ticket["id"]: ticket for ticket in tickets}
        items = [
            DemoItem(stored.key, id, by_id.get(id), ticket_of.get(id), ended.get(id, time.monotonic()) - at)
            for id, (stored, at) in put.items()
        ]
        return DemoRun(
            items=items,
            rows=rows,
            tickets=tickets,
            dead_letters=cloud.dead_letters(),
            metrics=cloud.metrics(),
            start_seconds=started - begun,
            seconds=time.monotonic() - begun,
        )


def _deliver(
    cloud: LocalCloud, mails: list[MailFile], bar: Progress
) -> tuple[dict[str, tuple[StoredVersion, float]], dict[str, float]]:
    """Feed the mails and deliver them: when each item was put, and when its last invocation ended."""
    task = bar.add_task("tagging", total=len(mails))
    put: dict[str, tuple[StoredVersion, float]] = {}
    ended: dict[str, float] = {}

    def put_mail(mail: MailFile) -> None:
        stored = cloud.put_mail(mail.key, mail.read())
        put[StoredObject(stored.bucket, stored.key, stored.version).item_id] = (stored, time.monotonic())

    def note(event: dict[str, Any], _: Invocation) -> None:
        now = time.monotonic()
        ended.update({id: now for record in event["Records"] for id in _item_ids(record["body"])})
        bar.update(task, completed=len(ended))

    cloud.deliver_until_idle(note, feed=(partial(put_mail, mail) for mail in mails))
    return put, ended


def _item_ids(body: str) -> Iterator[str]:
    for asked in read_body(body):
        if isinstance(asked, Delivery):
            yield asked.source.item_id
