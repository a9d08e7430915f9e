"""`tagging redrive`: dead letters return to their queue, and none is lost whatever fails."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tagging.aws import ClientError, client_at
from tagging.local.cloud import LocalCloud
from tagging.local.s3_events import REGION
from tagging.operations.errors import DeadLetterReturned
from tagging.operations.redrive import _send, count_messages, move_messages
from tests.operate.on_cloud import Run, dead_letter_url, intake_url, take
from tests.service_harness import MAIL

FAST = ("--per-second", "1000")


@dataclass(frozen=True)
class Pair:
    """A queue of the test's own, and where its dead letters go."""

    sqs: Any
    queue: str
    dead_letters: str

    def held(self) -> tuple[int, int]:
        """Messages in the dead-letter queue and in the queue."""
        return count_messages(self.sqs, self.dead_letters), count_messages(self.sqs, self.queue)


@pytest.fixture
def pair(moto: str) -> Pair:
    sqs, name = client_at(moto, REGION, "sqs"), uuid.uuid4().hex
    dead_letters = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead_letters, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})
    queue = sqs.create_queue(QueueName=name, Attributes={"RedrivePolicy": policy})["QueueUrl"]
    for body in ("poison", "other"):
        sqs.send_message(QueueUrl=dead_letters, MessageBody=body)
    return Pair(sqs, queue, dead_letters)


def dead(cloud: LocalCloud, *bodies: str) -> None:
    for body in bodies:
        cloud.client("sqs").send_message(
            QueueUrl=dead_letter_url(cloud),
            MessageBody=body,
            MessageAttributes={"from": {"DataType": "String", "StringValue": "crm"}},
        )


def test_every_dead_letter_is_moved_back_unchanged(cloud: LocalCloud, run: Run) -> None:
    dead(cloud, *map(str, range(23)))
    done = run("redrive", "--json", *FAST)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {
        "queue": "tag_mail",
        "dead_letters": 23,
        "moved": 23,
        "left": 0,
        "came_back": False,
    }
    moved = take(cloud, intake_url(cloud))
    assert sorted(int(message["Body"]) for message in moved) == list(range(23))
    assert {message["MessageAttributes"]["from"]["StringValue"] for message in moved} == {"crm"}
    assert take(cloud, dead_letter_url(cloud)) == []


def test_a_dry_run_only_counts(cloud: LocalCloud, run: Run) -> None:
    dead(cloud, "a", "b")
    done = run("redrive", "--dry-run")
    assert done.exit_code == 0
    assert done.stdout.strip() == "tag_mail: about 2 dead letters"
    assert len(take(cloud, dead_letter_url(cloud))) == 2
    assert take(cloud, intake_url(cloud)) == []


def test_a_mail_whose_message_was_a_dead_letter_is_tagged(cloud: LocalCloud, run: Run) -> None:
    cloud.put("tag_mail", "a.eml", MAIL)
    (message,) = take(cloud, intake_url(cloud))
    dead(cloud, message["Body"])
    assert run("redrive", *FAST).exit_code == 0
    cloud.deliver_until_idle()
    (row,) = cloud.rows()
    assert (row.source["key"], row.ticket) == ("a.eml", "sent")


def test_a_ticket_is_moved_back_within_five_minutes_of_its_first_sending(cloud: LocalCloud, run: Run) -> None:
    """Under the deduplication id that it had, SQS would take it and drop it, and nothing would be left of it."""
    (queue,) = cloud.stack.ticket_queues
    (url,) = [each.url for each in cloud.stack.queues if each.arn == queue.dead_letter_arn]
    sqs, ids = cloud.client("sqs"), {"MessageGroupId": "item", "MessageDeduplicationId": "item"}
    sqs.send_message(QueueUrl=queue.url, MessageBody="ticket", **ids)  # still on its queue: moto remembers its id
    sqs.send_message(QueueUrl=url, MessageBody="ticket", **ids)
    assert run("redrive", "--tickets", *FAST).exit_code == 0
    tickets = take(cloud, queue.url)
    assert [(each["Body"], each["Attributes"]["MessageGroupId"]) for each in tickets] == [("ticket", "item")] * 2


def test_a_ticket_moved_twice_by_a_crash_arrives_once(cloud: LocalCloud) -> None:
    """It was sent and not deleted, and is moved again within five minutes."""
    (queue,) = cloud.stack.ticket_queues
    (url,) = [each.url for each in cloud.stack.queues if each.arn == queue.dead_letter_arn]
    sqs, ids = cloud.client("sqs"), {"MessageGroupId": "item", "MessageDeduplicationId": "item"}
    sqs.send_message(QueueUrl=url, MessageBody="ticket", **ids)
    (message,) = sqs.receive_message(QueueUrl=url, VisibilityTimeout=0, AttributeNames=["All"])["Messages"]
    for _ in range(2):
        _send(sqs, queue.url, message)
    assert len(take(cloud, queue.url)) == 1


@pytest.mark.parametrize(
    ("operation", "lost_reply", "held"),
    [
        ("SendMessage", False, (2, 0)),
        ("SendMessage", True, (2, 1)),
        ("DeleteMessage", False, (2, 1)),
        ("DeleteMessage", True, (1, 1)),
    ],
)
def test_a_call_that_fails_loses_no_dead_letter(
    pair: Pair, operation: str, lost_reply: bool, held: tuple[int, int]
) -> None:
    def fail(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "Injected"}}, operation)

    pair.sqs.meta.events.register(f"{'after' if lost_reply else 'before'}-call.sqs.{operation}", fail)
    with pytest.raises(ClientError):
        list(move_messages(pair.sqs, pair.dead_letters, pair.queue))
    assert pair.held() == held


def test_a_returned_dead_letter_ends_the_redrive_and_stays_a_dead_letter(pair: Pair) -> None:
    moving = move_messages(pair.sqs, pair.dead_letters, pair.queue)
    next(moving)
    for _ in range(6):  # its function fails five times: SQS moves it
        pair.sqs.receive_message(QueueUrl=pair.queue, VisibilityTimeout=0)
    with pytest.raises(DeadLetterReturned):
        list(moving)
    assert pair.held() == (1, 1)


def test_the_command_exits_1_where_a_dead_letter_returns(
    cloud: LocalCloud, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def poisoned(sqs: Any, dead_letters: str, queue: str) -> Iterator[None]:
        for _ in move_messages(sqs, dead_letters, queue):
            for _ in range(6):
                sqs.receive_message(QueueUrl=queue, VisibilityTimeout=0)
            yield

    monkeypatch.setattr("tagging.operations.redrive.move_messages", poisoned)
    dead(cloud, "poison")
    done = run("redrive", *FAST)
    assert done.exit_code == 1
    assert "1 moved back to their queue" in done.stdout
    assert "mend its fault first" in done.stdout


@pytest.mark.parametrize(("words", "code"), [(("--function", "tag_nothing"), 2), (("--stage", "nowhere"), 1)])
def test_an_unknown_function_exits_2_and_an_unknown_stage_1(run: Run, words: tuple[str, ...], code: int) -> None:
    assert run("redrive", *words).exit_code == code
