"""Runs mails and images through the local cloud and collects the outcome of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

from tagging.intake import StoredObject, read_body
from tagging.kinds import KINDS, Kind, find_kind
from tagging.local.clock import Clock
from tagging.local.cloud import LocalCloud
from tagging.local.emf import Metric
from tagging.local.invocation import Invocation
from tagging.local.item_files import ItemFile
from tagging.local.template import Template
from tagging.store import Row

CLOCK_SCALE = 240.0
"""How much faster than AWS the run waits: a failed message returns after one second instead of four minutes."""


@dataclass(frozen=True)
class ItemOutcome:
    """The outcome of one item; `seconds` from its writing to the bucket to the end of its invocation."""

    kind: Kind
    key: str
    id: str
    row: Row | None
    ticket: dict[str, Any] | None
    seconds: float


@dataclass(frozen=True)
class ItemRun:
    """A whole run; seconds of real time."""

    items: list[ItemOutcome]
    rows: list[Row]
    tickets: list[dict[str, Any]]
    dead_letters: list[str]
    metrics: list[Metric]
    start_seconds: float
    """Until the resources existed and the functions had started."""
    seconds: float


def run_items(
    root: Path,
    files: list[ItemFile],
    progress: Callable[[int], object],
    template: Template | None = None,
    *,
    prepare: Callable[[LocalCloud], object] | None = None,
    finish: Callable[[LocalCloud], object] | None = None,
) -> ItemRun:
    """Start the local cloud with the functions that are needed, put the items into their buckets, deliver all.

    `progress` receives the count of tagged items, 0 once the functions have started. `template` replaces the one that
    is synthesised; `prepare` is called before the first item, `finish` after the last. Raises TemplateError and
    FunctionNotStarted.
    """
    begin = time.monotonic()
    functions = {file.function for file in files}
    with LocalCloud.start(root, template=template, clock=Clock(CLOCK_SCALE), functions=functions) as cloud:
        if prepare is not None:
            prepare(cloud)
        cloud.wait_ready()
        start_seconds = time.monotonic() - begin
        progress(0)
        put, end_times = _deliver(cloud, files, progress)
        if finish is not None:
            finish(cloud)
        rows = cloud.rows()
        tickets = cloud.tickets()
        row_by_id = {row.id: row for row in rows}
        ticket_by_id = {ticket["id"]: ticket for ticket in tickets}
        items = [
            ItemOutcome(
                file.kind,
                file.key,
                id,
                row_by_id.get(id),
                ticket_by_id.get(id),
                end_times.get(id, time.monotonic()) - put_time,
            )
            for id, (file, put_time) in put.items()
        ]
        order = {kind: index for index, kind in enumerate(KINDS)}
        return ItemRun(
            items=sorted(items, key=lambda item: order[find_kind(item.kind).name]),
            rows=rows,
            tickets=tickets,
            dead_letters=cloud.dead_letters(),
            metrics=cloud.metrics(),
            start_seconds=start_seconds,
            seconds=time.monotonic() - begin,
        )


def _deliver(
    cloud: LocalCloud, files: list[ItemFile], progress: Callable[[int], object]
) -> tuple[dict[str, tuple[ItemFile, float]], dict[str, float]]:
    """Feed the items and deliver them: by item id, when it was put, and when its last invocation ended."""
    put: dict[str, tuple[ItemFile, float]] = {}
    end_times: dict[str, float] = {}

    def put_item(file: ItemFile) -> None:
        stored = cloud.put(file.function, file.key, file.read())
        put[StoredObject(stored.bucket, stored.key, stored.version).item_id] = (file, time.monotonic())

    def note(event: dict[str, Any], _: Invocation) -> None:
        now = time.monotonic()
        end_times.update({id: now for record in event["Records"] for id in _item_ids(record["body"])})
        progress(len(end_times))

    cloud.deliver_until_idle(note, feed=(partial(put_item, file) for file in _interleaved(files)))
    return put, end_times


def _interleaved(files: list[ItemFile]) -> list[ItemFile]:
    """One item of each function after the other, so that none of them waits for the others' items."""
    functions = dict.fromkeys(file.function for file in files)
    queues = [[file for file in files if file.function == function] for function in functions]
    return [file for group in zip_longest(*queues) for file in group if file is not None]


def _item_ids(body: str) -> Iterator[str]:
    for request in read_body(body):
        yield request.source.item_id
