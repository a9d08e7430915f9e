"""Takes tickets off their queue as they come, and drops duplicates for as long as an SQS FIFO queue would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tagging.local.clock import Clock

DEDUPLICATION_SECONDS = 300.0
"""How long SQS remembers a deduplication id, deleted messages included; moto forgets those."""


@dataclass(frozen=True)
class SentTicket:
    """One message that the ticket queue was sent; `at` in the clock's seconds."""

    id: str
    """The deduplication id."""
    group: str
    body: str
    at: float
    duplicate: bool
    """SQS would have taken it for one that it already had: no consumer sees it."""


class TicketCollector:
    """The consumer of one ticket queue."""

    def __init__(self, queue_url: str, sqs: Any, clock: Clock) -> None:
        self._url = queue_url
        self._sqs = sqs
        self._clock = clock
        self._accepted: dict[str, float] = {}
        self.sent: list[SentTicket] = []

    def collect(self) -> None:
        """Take everything that waits."""
        while messages := self._receive():
            for message in messages:
                self._take(message)
            self._sqs.delete_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                    for index, message in enumerate(messages)
                ],
            )

    def _receive(self) -> list[dict[str, Any]]:
        answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10, AttributeNames=["All"])
        return list(answer.get("Messages", []))

    def _take(self, message: dict[str, Any]) -> None:
        now = self._clock.now()
        id = message["Attributes"]["MessageDeduplicationId"]
        before = self._accepted.get(id)
        duplicate = before is not None and now - before < DEDUPLICATION_SECONDS
        if not duplicate:
            self._accepted[id] = now
        group = message["Attributes"]["MessageGroupId"]
        self.sent.append(SentTicket(id, group, message["Body"], now, duplicate))
