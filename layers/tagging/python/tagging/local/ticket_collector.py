"""Receives tickets from their queue, and marks duplicates within an SQS FIFO queue's deduplication window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tagging.local.clock import Clock

DEDUPLICATION_SECONDS = 300.0
"""SQS's deduplication window. It includes deleted messages, which moto forgets."""


@dataclass(frozen=True)
class SentTicket:
    """One message sent to the ticket queue; `at` in the clock's seconds."""

    id: str
    """The deduplication id."""
    group: str
    body: str
    at: float
    duplicate: bool
    """SQS would have dropped it: no consumer receives it."""


class TicketCollector:
    """The consumer of one ticket queue."""

    def __init__(self, queue_url: str, sqs: Any, clock: Clock) -> None:
        self._url = queue_url
        self._sqs = sqs
        self._clock = clock
        self._accepted: dict[str, float] = {}
        self.sent: list[SentTicket] = []

    def collect(self) -> None:
        """Receive all waiting messages."""
        while messages := self._receive():
            for message in messages:
                self._record(message)
            self._sqs.delete_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                    for index, message in enumerate(messages)
                ],
            )

    def _receive(self) -> list[dict[str, Any]]:
        response = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10, AttributeNames=["All"])
        return list(response.get("Messages", []))

    def _record(self, message: dict[str, Any]) -> None:
        now = self._clock.now()
        id = message["Attributes"]["MessageDeduplicationId"]
        before = self._accepted.get(id)
        duplicate = before is not None and now - before < DEDUPLICATION_SECONDS
        if not duplicate:
            self._accepted[id] = now
        group = message["Attributes"]["MessageGroupId"]
        self.sent.append(SentTicket(id, group, message["Body"], now, duplicate))
