"""The messages of one invocation, and the response that AWS expects."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Message(Struct, frozen=True):
    """The unparsed content of one SQS record or of a direct invocation."""

    id: str | None
    """The messageId for a partial batch response; None where there is none."""
    body: object
    sent_at: float | None = None
    """Time at which it was put on the queue, in seconds since 1970."""


class Batch(Struct, frozen=True):
    """The messages of an event, and whether a queue reads the response."""

    messages: tuple[Message, ...]
    from_queue: bool


class RetryLater(Exception):
    """A retryable fault in an invocation without a queue; the text counts the messages."""


def read_batch(event: object) -> Batch:
    """The messages of an SQS event; any other event is a single message. Never raises."""
    records = event.get("Records") if isinstance(event, dict) else None
    if event in ({}, None) or records == []:
        return Batch((), from_queue=True)
    if isinstance(records, list) and any(_is_sqs(record) for record in records):
        return Batch(tuple(_message(record) for record in records), from_queue=True)
    return Batch((Message(None, event),), from_queue=False)


def batch_response(batch: Batch, failed: Iterable[Message]) -> dict[str, list[dict[str, str]]]:
    """`batchItemFailures` for a queue; without a queue, raises RetryLater if a message failed."""
    failures = list(failed)
    if failures and not batch.from_queue:
        raise RetryLater(f"{len(failures)} of {len(batch.messages)} messages met a fault that a retry can fix")
    return {"batchItemFailures": [{"itemIdentifier": message.id} for message in failures if message.id is not None]}


def _is_sqs(record: object) -> bool:
    return isinstance(record, dict) and record.get("eventSource") == "aws:sqs"


def _message(record: object) -> Message:
    if not _is_sqs(record) or not isinstance(record, dict):
        return Message(None, record)
    message_id, attributes = record.get("messageId"), record.get("attributes")
    sent = attributes.get("SentTimestamp") if isinstance(attributes, dict) else None
    return Message(
        id=message_id if isinstance(message_id, str) else None,
        body=record.get("body"),
        sent_at=int(sent) / 1000 if isinstance(sent, str) and sent.isdecimal() and len(sent) < 16 else None,
    )
