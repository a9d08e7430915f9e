"""Moves what lies in a dead-letter queue back to the queue it came from, and loses nothing on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_HELD_S = 60
"""Time for one call's ten messages to be sent and deleted; then they would be received again."""


def waiting(sqs: SQSClient, url: str) -> int:
    """About how many messages a queue holds, those in somebody's hands included (SQS counts with a delay)."""
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(counts[name]) for name in names)


class CameBack(Exception):
    """A message that was moved is a dead letter again: what made it one is not mended."""


def move(sqs: SQSClient, dead_letters: str, queue: str) -> Iterator[None]:
    """Move dead letters one by one, until none is left; each step is one message moved. CameBack ends it.

    A message is sent before it is deleted. What stops between the two moves it twice, and a message that comes twice
    does nothing twice. SQS's own move tasks would do it unseen, and have no answer to a message that comes back.
    """
    moved: set[str] = set()
    while messages := _receive(sqs, dead_letters):
        for message in messages:
            if message["MessageId"] in moved:
                raise CameBack
            moved.add(_send(sqs, queue, message))
            sqs.delete_message(QueueUrl=dead_letters, ReceiptHandle=message["ReceiptHandle"])
            yield


def _receive(sqs: SQSClient, url: str) -> list[Any]:
    answer = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        VisibilityTimeout=_HELD_S,
        WaitTimeSeconds=1,  # without waiting SQS asks some of its servers only
        AttributeNames=["All"],
        MessageAttributeNames=["All"],
    )
    return list(answer.get("Messages", []))


def _send(sqs: SQSClient, url: str, message: Any) -> str:
    """Send the message as it was; its new message id.

    For a FIFO queue in the group that it had, under a deduplication id of this dead letter's own: within five minutes
    of its first sending SQS would take it under the old one and drop it, and it would be deleted here.
    """
    ids: Any = {}
    if url.endswith(".fifo"):
        ids["MessageGroupId"] = message["Attributes"]["MessageGroupId"]
        ids["MessageDeduplicationId"] = f"redriven-{message['MessageId']}"
    if attributes := message.get("MessageAttributes"):
        ids["MessageAttributes"] = attributes
    return sqs.send_message(QueueUrl=url, MessageBody=message["Body"], **ids)["MessageId"]
