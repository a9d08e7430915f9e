"""Promise A for changes of labels: every call of the revision that changes them may break in every way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tagging.model.tagger import Tagger
from tagging.store.label_changes import LABEL_CHANGE
from tests.messages import inline
from tests.promises.crash_harness import BEYOND_S, MAILS, CrashHarness, Run, open_bench
from tests.promises.wire import FAULTS, UNBROKEN, Call, Fault, Plan

TEXT = "I lost my card and want a human."
FIRST, SECOND, THIRD = (
    {name: inline("a", TEXT, heads=heads)}
    for name, heads in (("first", ["topic"]), ("second", ["person"]), ("third", ["topic", "person"]))
)


@pytest.fixture
def bench() -> Iterator[CrashHarness]:
    with open_bench(MAILS) as opened:
        attributes = {"FifoQueue": "true"}

        def url(run: Run) -> str:
            name = f"{run.table}-changes.fifo"
            return str(opened.clients.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])

        yield replace(opened, changes_url=url)


def received(run: Run) -> list[dict[str, Any]]:
    """The changes that a consumer receives, copies that SQS drops left out."""
    sqs, url = run.bench.clients.sqs, run.bench.changes_url(run)
    bodies: list[str] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            bodies.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return [json.loads(body) for body in bodies]


def changed(bench: CrashHarness, tagger: Tagger, plan: Plan = UNBROKEN) -> tuple[Run, set[str]]:
    """An item that has labels, tagged again for others by an attempt that follows the plan; what goes back of it."""
    run = bench.open(threads=2)
    assert run.deliver(FIRST, tagger) == set()
    back = run.deliver(SECOND, tagger, plan)
    assert (bench.workers[0].wire.broken is None) == (plan is UNBROKEN)
    run.clock.skip(BEYOND_S)
    return run, back


@pytest.fixture
def calls(bench: CrashHarness, mail_tagger: Tagger) -> list[Call]:
    """The calls of the revision that write, send and mark its change."""
    changed(bench, mail_tagger)
    made = sorted(bench.workers[0].wire.calls)
    found = [call for call in made if call.item in {"a", "tickets"}]
    assert [call.operation for call in found] == ["PutItem", "PutItem", "SendMessageBatch", "UpdateItem"]
    return found[1:]


def test_a_change_survives_every_break_of_its_revision(
    bench: CrashHarness, mail_tagger: Tagger, calls: list[Call]
) -> None:
    for call in calls:
        for fault in FAULTS:
            run, back = changed(bench, mail_tagger, Plan(fault, call))
            assert run.deliver(SECOND if back else {}, mail_tagger) == set()
            row, changes = run.rows()["a"], received(run)
            assert len({json.dumps(each) for each in changes}) == 1, "every copy has the bytes of the row"
            assert changes[0]["labels"] == list(row.revision.labels) == ["wants_person"]
            assert row.state(LABEL_CHANGE) == "sent"


@pytest.mark.parametrize("fault", ["lost", "killed_before", "killed_after"])
def test_the_last_change_has_the_labels_of_the_row_though_another_revision_comes_before_the_redelivery(
    bench: CrashHarness, mail_tagger: Tagger, calls: list[Call], fault: Fault
) -> None:
    for call in calls:
        run, back = changed(bench, mail_tagger, Plan(fault, call))
        assert run.deliver(THIRD, mail_tagger) == set()
        assert run.deliver(SECOND if back else {}, mail_tagger) == set()
        row, changes = run.rows()["a"], received(run)
        assert {*changes[0]["before"]} == {"card"}, "nobody was told of the labels in between"
        assert changes[-1]["labels"] == list(row.revision.labels)
        assert row.state(LABEL_CHANGE) == "sent"
