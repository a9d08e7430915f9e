"""Runs mails and images through the local cloud and gathers what became of each."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

from rich.progress import Progress

from tagging.cli.demo_items import ItemFile
from tagging.intake import Delivery, Kind, StoredObject, read_body
from tagging.local import Clock, Invocation, LocalCloud, Metric, Template
from tagging.store import Row

CLOCK_SCALE = 240.0
"""How much faster than AWS the demo waits: a failed message comes back after one second instead of four minutes."""


@dataclass(frozen=True)
class DemoItem:
    """What became of one item; `seconds` from its writing to the bucket to the end of its invocation."""

    kind: Kind
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
    """Until the resources stood and the functions had started."""
    seconds: float


def run_demo(root: Path, files: list[ItemFile], bar: Progress, template: Template | None = None) -> DemoRun:
    """Start the local cloud with the functions that are needed, put the items into their buckets, deliver all.

    `template` takes the place of the one that is synthesised.
    """
    begun = time.monotonic()
    starting = bar.add_task("starting the local cloud (the first time: synthesising its template)", total=None)
    functions = {file.function for file in files}
    with LocalCloud.start(root, template=template, clock=Clock(CLOCK_SCALE), functions=functions) as cloud:
        cloud.wait_ready()
        started = time.monotonic()
        bar.remove_task(starting)
        put, ended = _deliver(cloud, files, bar)
        rows = cloud.rows()
        tickets = cloud.tickets()
        by_id = {row.id: row for row in rows}
        ticket_of = {ticket["id"]: ticket for ticket in tickets}
        items = [
            DemoItem(each.kind, each.key, id, by_id.get(id), ticket_of.get(id), ended.get(id, time.monotonic()) - at)
            for id, (each, at) in put.items()
        ]
        return DemoRun(
            items=sorted(items, key=lambda item: item.kind != "mail"),  # mails first, each kind as it was fed
            rows=rows,
            tickets=tickets,
            dead_letters=cloud.dead_letters(),
            metrics=cloud.metrics(),
            start_seconds=started - begun,
            seconds=time.monotonic() - begun,
        )


def _deliver(
    cloud: LocalCloud, files: list[ItemFile], bar: Progress
) -> tuple[dict[str, tuple[ItemFile, float]], dict[str, float]]:
    """Feed the items and deliver them: when each was put, and when its last invocation ended."""
    task = bar.add_task("tagging", total=len(files))
    put: dict[str, tuple[ItemFile, float]] = {}
    ended: dict[str, float] = {}

    def put_item(file: ItemFile) -> None:
        stored = cloud.put(file.function, file.key, file.read())
        put[StoredObject(stored.bucket, stored.key, stored.version).item_id] = (file, time.monotonic())

    def note(event: dict[str, Any], _: Invocation) -> None:
        now = time.monotonic()
        ended.update({id: now for record in event["Records"] for id in _item_ids(record["body"])})
        bar.update(task, completed=len(ended))

    cloud.deliver_until_idle(note, feed=(partial(put_item, file) for file in _in_turn(files)))
    return put, ended


def _in_turn(files: list[ItemFile]) -> list[ItemFile]:
    """One item for each function after the other, so that none of them waits for the others' items."""
    functions = dict.fromkeys(file.function for file in files)
    queues = [[file for file in files if file.function == function] for function in functions]
    return [file for turn in zip_longest(*queues) for file in turn if file is not None]


def _item_ids(body: str) -> Iterator[str]:
    for asked in read_body(body):
        if isinstance(asked, Delivery):
            yield asked.source.item_id
