"""Moves dead letters back to the queue that they came from, and loses none on the way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from tagging.operations.deployment import Deployment
from tagging.operations.errors import DeadLetterReturned

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

CORRECT = "correct"
"""The function that records corrections."""
_INVISIBLE_S = 60
"""Time to send and delete the ten messages of one call; after that they would be received again."""


class DeadLetterRoute(NamedTuple):
    """A dead-letter queue, and the queue whose messages it holds."""

    name: str
    """The function that the queue feeds, or `tickets`."""
    dead_letter_url: str
    queue_url: str


def dead_letter_route(deployment: Deployment, function: str | None) -> DeadLetterRoute:
    """That of a function's queue, or of the tickets where `function` is None; InvalidArgument for an unknown one."""
    if function is None:
        return DeadLetterRoute("tickets", deployment.ticket_dead_letter_url, deployment.ticket_queue_url)
    if function == CORRECT and deployment.correction_queue_url:
        return DeadLetterRoute(CORRECT, deployment.correction_dead_letter_url, deployment.correction_queue_url)
    route = deployment.route_to(function)
    return DeadLetterRoute(function, route.dead_letter_url, route.queue_url)


def count_messages(sqs: SQSClient, url: str) -> int:
    """About how many messages a queue holds, those in flight included (SQS counts with a delay)."""
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(counts[name]) for name in names)


def redrive_messages(sqs: SQSClient, route: DeadLetterRoute, per_second: int) -> Iterator[int]:
    """Move dead letters, at most so many a second, until none is left; the count of moved ones after each.

    DeadLetterReturned ends it.
    """
    start = time.monotonic()
    for moved, _ in enumerate(move_messages(sqs, route.dead_letter_url, route.queue_url), 1):
        yield moved
        time.sleep(max(0.0, start + moved / per_second - time.monotonic()))


def move_messages(sqs: SQSClient, dead_letter_url: str, queue_url: str) -> Iterator[None]:
    """Move dead letters one by one, until none is left; each step is one message. DeadLetterReturned ends it.

    A message is sent before it is deleted. An interruption between the two moves it twice, and a message that is
    delivered twice has one effect. SQS's own move tasks do not report progress, nor messages that return.
    """
    moved: set[str] = set()
    while messages := _receive(sqs, dead_letter_url):
        for message in messages:
            if message["MessageId"] in moved:
                raise DeadLetterReturned("a message that was moved is a dead letter again")
            moved.add(_send(sqs, queue_url, message))
            sqs.delete_message(QueueUrl=dead_letter_url, ReceiptHandle=message["ReceiptHandle"])
            yield


def _receive(sqs: SQSClient, url: str) -> list[Any]:
    response = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        VisibilityTimeout=_INVISIBLE_S,
        WaitTimeSeconds=1,  # without waiting, SQS queries only some of its servers
        AttributeNames=["All"],
        MessageAttributeNames=["All"],
    )
    return list(response.get("Messages", []))


def _send(sqs: SQSClient, url: str, message: Any) -> str:
    """Send a copy of the message; its new message id.

    On a FIFO queue it keeps its group and gets a new deduplication id: within five minutes of the first sending, SQS
    would accept a copy under the old id and drop it, and then it would be deleted here.
    """
    ids: Any = {}
    if url.endswith(".fifo"):
        ids["MessageGroupId"] = message["Attributes"]["MessageGroupId"]
        ids["MessageDeduplicationId"] = f"redriven-{message['MessageId']}"
    if attributes := message.get("MessageAttributes"):
        ids["MessageAttributes"] = attributes
    return sqs.send_message(QueueUrl=url, MessageBody=message["Body"], **ids)["MessageId"]
