"""Promise A for a second output, which is one class and one line: any call may break, as with tickets alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any

import pytest

from tagging.aws import Clients
from tagging.model.tagger import Tagger
from tagging.quarantine import Quarantine
from tagging.store.outcome import Outcome
from tagging.store.output import OutputChannel
from tagging.store.row import Row
from tagging.store.ticket_queue import TicketQueue
from tests.messages import notification
from tests.promises.broken_calls import Post, broken, unbroken
from tests.promises.crash_harness import BEYOND_S, MAILS, CrashHarness, Run, open_bench
from tests.promises.wire import Plan
from tests.service_harness import ServiceHarness


class Audit:
    """The second output: a line for each tagged item, on a queue of its own."""

    name = "audit"

    def __init__(self, sqs: Any, url: str) -> None:
        self._queue = TicketQueue(sqs, url)

    def content(self, outcome: Outcome) -> str | None:
        return None if isinstance(outcome.result, Quarantine) else f"{outcome.item_id} {outcome.at}"

    def send(self, contents: Mapping[str, str], threads: Executor) -> Mapping[str, str]:
        return self._queue.send(contents, threads)


class Refusing:
    """An output that refuses everything."""

    name = "webhook"

    def content(self, *_: object) -> str | None:
        return "content"

    def send(self, contents: Mapping[str, str], _: Executor) -> Mapping[str, str]:
        return dict.fromkeys(contents, "Unreachable")


def audit_url(sqs: Any, name: str) -> str:
    return str(sqs.create_queue(QueueName=f"{name}-audit.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"])


def audited(sqs: Any, name: str) -> list[str]:
    """All lines on the audit queue of a run."""
    answer = sqs.receive_message(QueueUrl=audit_url(sqs, name), MaxNumberOfMessages=10)
    return [message["Body"] for message in answer.get("Messages", [])]


@pytest.fixture
def bench() -> Iterator[CrashHarness]:
    with open_bench(MAILS) as opened:

        def outputs(clients: Clients, run: Run) -> tuple[OutputChannel, ...]:
            return (Audit(clients.sqs, audit_url(opened.clients.sqs, run.table)),)

        yield replace(opened, more_outputs=outputs)


@pytest.fixture
def one(bench: CrashHarness, mail_tagger: Tagger) -> Post:
    return unbroken(bench, mail_tagger, {"one": notification(bench.put("one", MAILS.due[0]))})


def test_every_call_of_an_item_with_two_outputs_may_break_in_every_way(one: Post, bench: CrashHarness) -> None:
    sends = [call for call in one.calls if call.operation == "SendMessageBatch"]
    marks = [call for call in one.calls if call.operation == "UpdateItem" and "latest" not in call.item]
    assert (len(sends), len(marks)) == (2, 2)
    first = bench.open()
    assert broken(one, one.breaks) == []
    last = bench.open()
    runs = range(*(int(run.table.rpartition("-")[2]) for run in (first, last)))
    for number in runs[1:]:
        assert len(set(audited(bench.clients.sqs, bench.table_name(number)))) == 1, (
            "every copy has the bytes of the row"
        )


def test_an_output_that_is_pending_is_sent_alone(one: Post, bench: CrashHarness) -> None:
    (_, second) = [call for call in one.calls if call.operation == "SendMessageBatch"]
    run = bench.open()
    assert run.deliver(one.messages, one.tagger, Plan("refused", second)) == {"one"}
    (row,) = run.rows().values()
    assert {name: output.state for name, output in row.outputs.items()} == {"ticket": "sent", "audit": "pending"}
    run.clock.skip(BEYOND_S)
    assert run.deliver(one.messages, one.tagger) == set()
    (after,) = run.rows().values()
    assert {name: output.state for name, output in after.outputs.items()} == {"ticket": "sent", "audit": "sent"}
    assert audited(bench.clients.sqs, run.table) == [row.outputs["audit"].content]
    assert len(run.copies) == 1


def test_a_row_from_before_the_output_gets_it_with_its_next_revision(harness: ServiceHarness) -> None:
    version = harness.put("a.eml")
    assert harness.handle(harness.event("a.eml", version)) == []
    before = harness.row()
    audit = Audit(harness.clients.sqs, audit_url(harness.clients.sqs, harness.bucket))
    after = harness.having(outputs=(*harness.service.outputs, audit))
    assert after.handle(harness.event("a.eml", version)) == []
    assert harness.row() == before  # a redelivery changes nothing
    assert after.handle(harness.pointer("a.eml", version, heads=["topic"])) == []
    assert (harness.row().ticket_body, harness.row().state("audit")) == (before.ticket_body, "sent")
    assert harness.items()[before.id]["output_audit"] == {"S": "sent"}


def test_a_refused_output_returns_its_message_and_the_ticket_is_sent_once(harness: ServiceHarness) -> None:
    refusing = harness.having(outputs=(Refusing(), *harness.service.outputs))
    body = harness.event("a.eml", harness.put("a.eml"))
    for _ in range(2):
        assert refusing.handle(body) == ["0"]
    assert (harness.row().ticket, harness.row().state("webhook")) == ("sent", "pending")
    assert len(harness.tickets()) == 1
    assert harness.handle(body) == []  # a service without the output leaves it pending


def test_a_row_is_only_replaced_while_no_output_has_changed(harness: ServiceHarness) -> None:
    refusing = harness.having(outputs=(Refusing(),))
    refusing.handle(harness.event("a.eml", harness.put("a.eml")))
    seen, table = harness.row(), harness.service.table
    table.mark_sent(seen, "webhook")
    assert not table.replace(seen, seen)
    marked: Row = harness.row()
    assert marked.state("webhook") == "sent"
    assert table.replace(marked, marked)
