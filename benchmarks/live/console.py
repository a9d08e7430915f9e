"""`tagging benchmark console`: how soon the console's pages begin to arrive, with many items, and what they weigh."""

from __future__ import annotations

import http.client
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from msgspec.structs import replace

from benchmarks.live.label_table_stub import LabelTableStub
from benchmarks.live.logged_stage import LoggedStage, open_stage
from benchmarks.live.what_if import ITEMS
from benchmarks.options import AsJson, shipped_bundle
from benchmarks.report import report
from tagging.console import HOST, Console, StageModels, StageSource, make_server
from tagging.corrections import ReviewEntry
from tagging.local import MotoServer, client_environment, create_review_table
from tagging.operations import Deployment, IntakeRoute, find_reviews
from tagging.start import load_bundle
from tagging.store import Row, row_time

MOST_MS = 200.0
MOST_BYTES = 150_000
DAYS = 28
MAILS = 20
"""With an object and features; all rows are copies of theirs."""
REPEATS = 7
LABEL = "refund"


@dataclass(frozen=True)
class Reached:
    """A console that listens, and the cookie of a browser that was let in."""

    port: int
    cookie: str

    def get(self, path: str) -> tuple[float, int, int]:
        """Milliseconds to the first byte of a page, its status and its bytes."""
        connection = http.client.HTTPConnection(HOST, self.port)
        connection.connect()
        start = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": self.cookie})
        response = connection.getresponse()
        elapsed = time.perf_counter() - start
        size = len(response.read())
        connection.close()
        return 1000 * elapsed, response.status, size


def console(
    items: Annotated[int, typer.Option(min=100, help="Rows of the label table, over 28 days.")] = 20_000,
    call_ms: Annotated[float, typer.Option(min=0, help="What each call of the label table takes.")] = 5.0,
    as_json: AsJson = False,
) -> None:
    """Median time to the first byte of each page over HTTP on this machine, and the heaviest page.

    The label table is a stub in memory; buckets, queues and review table are moto's. Exits 1 above 200 ms or 150 KB.
    """
    figures: dict[str, object] = {"items": items, "call_ms": call_ms}
    with tempfile.TemporaryDirectory() as folder:
        server = MotoServer(Path(folder) / "moto.log")
        try:
            with _opened(server.endpoint, items, call_ms) as (reached, pages):
                measured = {name: _measure(reached, path) for name, path in pages.items()}
        finally:
            server.stop()
    figures |= {f"{name}_ms": round(each.elapsed_ms, 1) for name, each in measured.items()}
    slowest, heaviest = max(each.elapsed_ms for each in measured.values()), max(each.size for each in measured.values())
    figures |= {"slowest_first_ms": round(max(each.first_ms for each in measured.values()), 1)}
    figures |= {"heaviest_bytes": heaviest}
    report("console: milliseconds to the first byte", figures, as_json)
    if slowest > MOST_MS or heaviest > MOST_BYTES:
        raise typer.Exit(1)


@dataclass(frozen=True)
class Measured:
    """One page."""

    elapsed_ms: float
    """Median; without the first time."""
    first_ms: float
    """The first time, when what the console keeps is read: versions, and summaries of past days."""
    size: int


def _measure(reached: Reached, path: str) -> Measured:
    first_ms, _, _ = reached.get(path)
    answers = [reached.get(path) for _ in range(REPEATS)]
    assert {status for _, status, _ in answers} == {200}, f"{path}: {answers[0][1]}"
    elapsed_ms = median(elapsed for elapsed, _, _ in answers)
    return Measured(elapsed_ms, first_ms, max(size for _, _, size in answers))


@contextmanager
def _opened(endpoint: str, items: int, call_ms: float) -> Iterator[tuple[Reached, Mapping[str, str]]]:
    os.environ |= client_environment(endpoint)  # the page of health asks CloudWatch, too
    samples, tagger = ITEMS["mail"], load_bundle(shipped_bundle())
    with open_stage(endpoint, tagger, samples.reader) as stage, ThreadPoolExecutor(16) as threads:
        stage.tag([stage.put(str(number), each) for number, each in enumerate(samples.contents(MAILS, 1))])
        rows = list(_copies(list(stage.rows().values()), items))
        deployment = _deployment(stage, rows, call_ms / 1000)
        _draw(deployment, rows)
        models = StageModels(deployment, {"mail": stage.models.at_hand})
        pages = Console.of(StageSource(deployment, "benchmark", threads, models))
        server = make_server(pages, 0)
        threading.Thread(target=server.run, daemon=True).start()
        yield _enter(server.effective_port, pages.entrance), _addresses(stage, rows)


def _enter(port: int, entrance: str) -> Reached:
    connection = http.client.HTTPConnection(HOST, port)
    connection.request("GET", entrance)
    cookie = connection.getresponse().headers["Set-Cookie"]
    connection.close()
    return Reached(port, cookie.partition(";")[0])


def _addresses(stage: LoggedStage, rows: Sequence[Row]) -> dict[str, str]:
    original = next(iter(stage.rows()))
    return {
        "queue": "/queue",
        "items": "/items",
        "items_of_label": f"/items?label={LABEL}",
        "items_of_day": f"/items?until={rows[-1].revision.tagged_at[:10]}",
        "item": f"/item?id={original}",
        "labels": "/labels",
        "label": f"/label?id={LABEL}",
        "mistakes": "/mistakes",
        "versions": "/versions",
        "drift": "/drift",
        "health": "/health",
    }


def _copies(rows: Sequence[Row], count: int) -> Iterator[Row]:
    """So many rows over the last days, the newest first: the given ones under their ids, then copies."""
    now = datetime.now(UTC)
    for number in range(count):
        row = rows[number % len(rows)]
        at = row_time(now - timedelta(days=DAYS) * (number / count))
        id = row.id if number < len(rows) else f"copy-{number}"
        yield replace(row, id=id, revision=replace(row.revision, tagged_at=at))


def _deployment(stage: LoggedStage, rows: Sequence[Row], call_s: float) -> Deployment:
    table, clients = stage.service.table.name, stage.clients
    reviews = f"{table}-reviews"
    create_review_table(clients.dynamodb, reviews)
    queue = clients.sqs.create_queue(QueueName=reviews)["QueueUrl"]
    stub: Any = LabelTableStub(clients.dynamodb, table, rows, call_s)
    return Deployment(
        "benchmark",
        replace(clients, dynamodb=stub),
        table,
        (IntakeRoute("mail", stage.bucket, queue, queue, queue, ""),),
        queue,
        queue,
        models_bucket=stage.models.store.bucket,
        learning_bucket=stage.log.bucket,
        review_table=reviews,
        correction_queue_url=queue,
        correction_dead_letter_url=queue,
        layers={"mail": stage.models.layer},
    )


def _draw(deployment: Deployment, rows: Sequence[Row]) -> None:
    reviews = find_reviews(deployment)
    for row in rows[:MAILS]:
        reviews.put_entry(
            ReviewEntry(
                item=row.id,
                kind="mail",
                encoder=row.revision.bundle.encoder,
                generation=0,
                version="layer",
                decided_at=row.revision.tagged_at,
                drawn_at=row.revision.tagged_at,
                purpose="measure",
                reason="sample",
                chance=0.02,
            )
        )
