"""A message for each revision that changes the labels of an item: before and now, once, after the item's ticket."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec import to_builtins
from msgspec.structs import replace

from tagging.intake.batch import Message
from tagging.intake.jobs import jobs_of
from tagging.operations.intake_queue import Again
from tagging.sending import send_outputs
from tagging.store.conflicts import Resolution
from tagging.store.label_changes import LABEL_CHANGE, LabelChangeQueue
from tagging.store.row import Row
from tagging.telemetry.run import Run
from tests.messages import inline
from tests.serving.conftest import Models, promote_bad

LOST, THANKS, HUMAN = "I lost my card.", "Thank you very much.", "I lost my card and want a human."


@pytest.fixture
def changing(logging_models: Models) -> Models:
    """A service that sends changes of labels, and a good version that serves."""
    models = logging_models
    sqs = models.harness.clients.sqs
    url = sqs.create_queue(QueueName=f"{models.harness.bucket}-changes.fifo", Attributes={"FifoQueue": "true"})
    models.harness = models.harness.having(label_changes=LabelChangeQueue(sqs, url["QueueUrl"]))
    models.promote(1)
    return models


def url_of(models: Models) -> str:
    queue = models.harness.service.label_changes
    assert queue is not None
    return queue.url


def received(models: Models) -> list[dict[str, Any]]:
    """Receive and delete all messages on the queue of changes."""
    sqs, messages = models.harness.clients.sqs, []
    while found := sqs.receive_message(
        QueueUrl=url_of(models), MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    ).get("Messages"):
        for message in found:
            messages.append(dict(message))
            sqs.delete_message(QueueUrl=url_of(models), ReceiptHandle=message["ReceiptHandle"])
    return messages


def changes(models: Models) -> list[dict[str, Any]]:
    return [json.loads(each["Body"]) for each in received(models)]


def again(models: Models, *ids: str) -> list[str]:
    return models.harness.handle(*(Again("mail", each).body() for each in ids))


def row_of(models: Models, id: str = "a") -> Row:
    row = models.harness.service.table.get(id)
    assert row is not None
    return row


def unsent(models: Models, id: str = "a") -> Row:
    """Decide an item again, and lose the call that sends its change; the row."""
    with models.harness.failing("sqs.SendMessageBatch", times=10):
        assert again(models, id) == ["0"]
    return row_of(models, id)


def test_a_first_revision_is_no_change(changing: Models) -> None:
    assert changing.harness.handle(inline("a", LOST), inline("b", THANKS), inline("empty", " ")) == []
    assert received(changing) == []
    assert all(row.state(LABEL_CHANGE) == "none" for row in changing.harness.rows())


def test_a_new_decision_sends_the_labels_before_and_now_once(changing: Models, bad: Path) -> None:
    changing.harness.handle(inline("a", LOST))
    first = row_of(changing)
    promote_bad(changing, bad)
    assert again(changing, "a") == []
    assert again(changing, "a") == [], "a second time changes nothing"
    row = row_of(changing)
    (message,) = received(changing)
    change, now, before = json.loads(message["Body"]), row.revision.labels, first.revision.labels
    assert now != before
    assert change == {
        "schema": "tagging.label_change/1",
        "id": "a",
        "kind": first.kind,
        "source": dict(first.source),
        "tagged_at": row.revision.tagged_at,
        "generation": row.revision.generation,
        "revision": 0,
        "labels": list(now),
        "before": list(before),
        "added": [each for each in now if each not in before],
        "removed": [each for each in before if each not in now],
        "routes": change["routes"],
        "input_hash": first.input_hash,
        "bundle": to_builtins(row.revision.bundle),
    }
    assert message["Attributes"]["MessageGroupId"] == "a"
    assert message["Attributes"]["MessageDeduplicationId"] == f"a#{row.revision.generation}"
    assert row.outputs[LABEL_CHANGE].state == "sent"
    assert row.outputs[LABEL_CHANGE].content == message["Body"]
    assert row == Row.from_attributes(row.to_attributes())


def test_a_change_after_one_that_was_sent_replaces_it(changing: Models, bad: Path) -> None:
    changing.harness.handle(inline("a", LOST))
    promote_bad(changing, bad)
    again(changing, "a")
    changing.promote(1)
    again(changing, "a")
    first, second = changes(changing)
    assert (second["before"], second["labels"]) == (first["labels"], first["before"])
    assert second["generation"] > first["generation"]
    assert row_of(changing).outputs[LABEL_CHANGE].state == "sent"


def test_a_redelivery_sends_the_bytes_that_the_row_holds(changing: Models, bad: Path) -> None:
    changing.harness.handle(inline("a", LOST))
    promote_bad(changing, bad)
    pending = unsent(changing)
    assert pending.state(LABEL_CHANGE) == "pending"
    assert again(changing, "a") == []
    (message,) = received(changing)
    assert message["Body"] == pending.outputs[LABEL_CHANGE].content


@pytest.mark.parametrize("sent", [False, True], ids=["not sent", "sent, but not marked"])
def test_a_pending_change_is_merged_into_the_next_one(changing: Models, bad: Path, *, sent: bool) -> None:
    changing.harness.handle(inline("a", LOST))
    first = row_of(changing)
    promote_bad(changing, bad)
    if sent:
        with changing.harness.failing("dynamodb.UpdateItem", times=10):
            assert again(changing, "a") == ["0"]
        (told,) = changes(changing)
        assert told["labels"] == list(row_of(changing).revision.labels)
    else:
        unsent(changing)
    changing.promote(1)
    assert again(changing, "a") == []
    (merged,) = changes(changing)
    good = list(first.revision.labels)
    assert (merged["before"], merged["labels"]) == (good, good), "whoever was told of the bad labels has these again"
    assert (merged["added"], merged["removed"]) == ([], [])
    assert again(changing, "a") == []
    assert received(changing) == []


def test_a_refused_ticket_holds_the_change_back(changing: Models, bad: Path) -> None:
    changing.harness.handle(inline("a", THANKS))
    assert row_of(changing).ticket == "none"
    promote_bad(changing, bad)
    with changing.harness.failing("sqs.SendMessageBatch", times=10):  # a call and its retries
        back = again(changing, "a")
    row = row_of(changing)
    assert (back, row.ticket, row.state(LABEL_CHANGE)) == (["0"], "pending", "pending")
    assert received(changing) == []
    assert again(changing, "a") == []
    row = row_of(changing)
    assert (row.ticket, row.state(LABEL_CHANGE)) == ("sent", "sent")
    assert len(changes(changing)) == len(changing.harness.tickets()) == 1


def test_only_what_was_sent_is_marked(changing: Models, bad: Path) -> None:
    changing.harness.handle(inline("a", LOST))
    promote_bad(changing, bad)
    stale = unsent(changing)
    changing.promote(1)
    newer = unsent(changing)
    table = changing.harness.service.table
    table.mark_sent(stale, LABEL_CHANGE)  # an attempt that sent the earlier change, and was slow
    assert row_of(changing) == newer
    table.mark_sent(newer, LABEL_CHANGE)
    assert row_of(changing).state(LABEL_CHANGE) == "sent"


def test_of_two_revisions_in_one_batch_the_last_change_is_sent(changing: Models) -> None:
    harness = changing.harness
    harness.handle(inline("a", HUMAN, heads=["person"]))
    assert harness.handle(inline("a", HUMAN), inline("a", HUMAN, heads=["topic"])) == []
    row = row_of(changing)
    assert len(row.earlier) == 2
    assert row.state(LABEL_CHANGE) == "sent"
    assert changes(changing)[-1]["labels"] == list(row.revision.labels)


@pytest.mark.parametrize("order", [1, -1])
def test_it_is_sent_in_whichever_order_the_attempt_has_the_revisions(changing: Models, bad: Path, order: int) -> None:
    changing.harness.handle(inline("a", LOST))
    promote_bad(changing, bad)
    earlier = unsent(changing)
    changing.promote(1)
    later = unsent(changing)
    service, (job, *_) = changing.harness.service, jobs_of([Message("0", Again("mail", "a").body(), None)])
    resolved = [(job, Resolution(row, written=True)) for row in (earlier, later)][::order]
    send_outputs(service._channels, Run(lambda: 30.0, service.logger), resolved, service.threads)
    (message,) = received(changing)
    assert message["Body"] == later.outputs[LABEL_CHANGE].content


def test_changes_within_one_generation_are_not_dropped_as_copies(changing: Models) -> None:
    for heads in (["topic"], ["person"], ["topic", "person"]):
        changing.harness.handle(inline("a", HUMAN, heads=heads))
    messages = received(changing)
    generation = row_of(changing).revision.generation
    assert [each["Attributes"]["MessageDeduplicationId"] for each in messages] == [
        f"a#{generation}.1",
        f"a#{generation}.2",
    ]
    assert json.loads(messages[-1]["Body"])["labels"] == ["card", "wants_person"]


def test_rows_without_the_output_gain_it_and_erased_ones_never_do(changing: Models, bad: Path) -> None:
    silent = changing.harness.having(label_changes=None)
    silent.handle(inline("a", LOST), inline("gone", LOST))
    table = changing.harness.service.table
    gone = row_of(changing, "gone")
    assert table.replace(gone, gone.erased("2026-01-31T12:00:00.000+00:00", "t"))
    promote_bad(changing, bad)
    assert again(changing, "a", "gone") == []
    assert [each["id"] for each in changes(changing)] == ["a"]


def test_an_item_that_could_not_be_tagged_before_has_no_labels_to_change(changing: Models) -> None:
    changing.harness.handle(inline("a", LOST, heads=["no_such_head"]))
    assert row_of(changing).revision.quarantine is not None
    changing.harness.handle(inline("a", LOST))
    assert row_of(changing).revision.labels
    assert received(changing) == []


def test_a_probe_sends_no_change(changing: Models) -> None:
    changing.harness.handle(inline("a", LOST))
    row = row_of(changing)
    outputs = changing.harness.service.label_changes
    assert outputs is not None
    probe: Any = type("Outcome", (), {"probe": True})()
    assert outputs.revised(replace(row, probe=True), probe) == {}
