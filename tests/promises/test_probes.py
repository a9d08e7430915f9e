"""Promise A for a probe: any call may break, its ticket reaches its own queue with the same bytes, and no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tagging.aws import Clients
from tagging.model.tagger import Tagger
from tagging.store.output import OutputChannel
from tagging.store.ticket_queue import TicketQueue
from tests.messages import notification
from tests.promises.broken_calls import broken, unbroken
from tests.promises.crash_harness import MAILS, CrashHarness, Run, open_bench


def probe_url(sqs: Any, name: str) -> str:
    return str(sqs.create_queue(QueueName=f"{name}-probes.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"])


@pytest.fixture
def bench() -> Iterator[CrashHarness]:
    with open_bench(MAILS) as opened:

        def outputs(clients: Clients, run: Run) -> tuple[OutputChannel, ...]:
            return (TicketQueue(clients.sqs, probe_url(opened.clients.sqs, run.table), probes=True),)

        yield replace(opened, more_outputs=outputs, probes=True)


def test_every_call_of_a_probe_may_break_in_every_way(bench: CrashHarness, mail_tagger: Tagger) -> None:
    one = unbroken(bench, mail_tagger, {"one": notification(bench.put("probe/one.eml", MAILS.due[0]))})
    operations = Counter(call.operation for call in one.calls)
    assert operations == {"GetObject": 1, "PutItem": 1, "SendMessageBatch": 1, "UpdateItem": 1}  # no pointer, no index
    first = bench.open()
    assert broken(one, one.breaks) == []
    last = bench.open()
    sqs = bench.clients.sqs
    runs = range(*(int(run.table.rpartition("-")[2]) for run in (first, last)))
    for number in runs[1:]:
        received = sqs.receive_message(QueueUrl=probe_url(sqs, bench.table_name(number)), MaxNumberOfMessages=10)
        assert len({message["Body"] for message in received["Messages"]}) == 1
