"""The messages of one invocation, and the answer that AWS expects to them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class Message(Struct, frozen=True):
    """What one SQS record (or a direct invocation) holds, not yet understood."""

    id: str | None
    """The messageId that a partial failure names; None where there is none to name."""
    body: object
    sent_at: float | None = None
    """When it was put on the queue, in seconds since 1970."""


class Batch(Struct, frozen=True):
    """An event read: its messages, and whether the queue reads the answer."""

    messages: tuple[Message, ...]
    from_queue: bool


class RetryLater(Exception):
    """An invocation that no queue stands behind met a fault that a retry can mend; the text counts the items."""


def read_batch(event: object) -> Batch:
    """The messages of an SQS event; any other event is one message of its own. Never raises."""
    records = event.get("Records") if isinstance(event, dict) else None
    if event in ({}, None) or records == []:
        return Batch((), from_queue=True)
    if isinstance(records, list) and any(_is_sqs(record) for record in records):
        return Batch(tuple(_message(record) for record in records), from_queue=True)
    return Batch((Message(None, event),), from_queue=False)


def answer(batch: Batch, failed: Iterable[Message]) -> dict[str, list[dict[str, str]]]:
    """`batchItemFailures` for the queue; for anything else RetryLater where something failed."""
    failures = list(failed)
    if failures and not batch.from_queue:
        raise RetryLater(f"{len(failures)} of {len(batch.messages)} messages met a fault that a retry can mend")
    return {"batchItemFailures": [{"itemIdentifier": each.id} for each in failures if each.id is not None]}


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
