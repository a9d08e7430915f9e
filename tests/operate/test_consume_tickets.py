"""The example consumer, run as a person runs it, on a queue with copies, a crash and what is no ticket."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tagging.local.moto_server import CHILD_ENVIRONMENT
from tests.service_harness import MAIL, ServiceHarness

Consume = Callable[[], list[str]]
TIMES = 3
REST = ', "review": false, "routes": [], "labels": []}'


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "tickets.sqlite"


@pytest.fixture
def consume(root: Path, moto: str, harness: ServiceHarness, database: Path) -> Consume:
    environment = {**CHILD_ENVIRONMENT, "AWS_ENDPOINT_URL": moto, "PATH": os.environ["PATH"]}
    program = str(root / "events/examples/consume_tickets.py")
    command = [sys.executable, program, harness.tickets_url, str(database), "--until-empty"]

    def run() -> list[str]:
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
        return done.stdout.splitlines()

    return run


def kept(database: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database)) as tickets:
        return tickets.execute("SELECT id, body FROM tickets ORDER BY id").fetchall()


def test_copies_of_a_ticket_are_one_row(harness: ServiceHarness, consume: Consume, database: Path) -> None:
    harness.handle(
        harness.event("a.eml", harness.put("a.eml")), harness.event("b.eml", harness.put("b.eml", MAIL + b"!"))
    )
    bodies = harness.tickets()
    assert len(bodies) == 2
    for number in range(TIMES):  # under other deduplication ids: as after SQS's five minutes
        for place, body in enumerate(bodies):
            ids = {"MessageGroupId": f"{place}", "MessageDeduplicationId": f"{place}-{number}"}
            harness.clients.sqs.send_message(QueueUrl=harness.tickets_url, MessageBody=body, **ids)
    said = consume()
    rows = harness.rows()
    assert sorted(said) == sorted([f"new {row.id}" for row in rows] + [f"known {row.id}" for row in rows] * (TIMES - 1))
    assert kept(database) == sorted((row.id, row.ticket_body) for row in rows)
    assert harness.tickets() == []


def test_a_ticket_received_before_a_crash_is_known_after_it(
    harness: ServiceHarness, consume: Consume, database: Path
) -> None:
    """It was kept, and its message not deleted."""
    harness.handle(harness.event("a.eml", harness.put("a.eml")))
    assert consume() == [f"new {harness.row().id}"]
    before = kept(database)
    ids = {"MessageGroupId": "a", "MessageDeduplicationId": "again"}
    harness.clients.sqs.send_message(QueueUrl=harness.tickets_url, MessageBody=str(harness.row().ticket_body), **ids)
    assert consume() == [f"known {harness.row().id}"]
    assert kept(database) == before


@pytest.mark.parametrize(
    "body",
    [
        *("not json", "[]", "{}", '{"schema": 1, "id": "a"}'),
        *(f'{{"schema": "tagging.ticket/{version}", "id": "a"{REST}' for version in (2, 10)),
        f'{{"schema": "tagging.ticket/1", "id": {{"a": 1}}{REST}',
    ],
)
def test_an_invalid_message_stays_on_the_queue_and_stops_no_ticket(
    harness: ServiceHarness, consume: Consume, database: Path, body: str
) -> None:
    harness.clients.sqs.send_message(
        QueueUrl=harness.tickets_url, MessageBody=body, MessageGroupId="-", MessageDeduplicationId="-"
    )
    harness.handle(harness.event("a.eml", harness.put("a.eml")))
    said = consume()
    assert f"new {harness.row().id}" in said
    assert [line for line in said if "is no ticket" in line]
    assert [item_id for item_id, _ in kept(database)] == [harness.row().id]
    names = ["ApproximateNumberOfMessagesNotVisible"]
    counts = harness.clients.sqs.get_queue_attributes(QueueUrl=harness.tickets_url, AttributeNames=names)
    assert counts["Attributes"][names[0]] == "1"
