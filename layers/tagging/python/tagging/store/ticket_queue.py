"""Sends tickets to the FIFO queue in full batches; SQS deduplicates their ids for five minutes."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from typing import TYPE_CHECKING

from tagging.aws import error_code
from tagging.store.output import PROBE_TICKET, TICKET

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from tagging.store.outcome import Outcome

BATCH_ENTRIES = 10
BATCH_BYTES = 256 * 1024
"""Limits of SendMessageBatch (SQS allows more by now; a ticket has about 1 KB)."""


class TicketQueue:
    """The queue that the ticketing system reads; with `probes`, the queue of the tickets of probes."""

    def __init__(self, sqs: SQSClient, url: str, *, probes: bool = False) -> None:
        self._sqs = sqs
        self._probes = probes
        self.url = url
        self.name = PROBE_TICKET if probes else TICKET

    def content(self, outcome: Outcome) -> str | None:
        """The body of the ticket, if one is due."""
        ticket = outcome.ticket() if outcome.probe == self._probes else None
        return None if ticket is None else ticket.to_body()

    def send(self, contents: Mapping[str, str], threads: Executor) -> dict[str, str]:
        """Send each item's ticket (item id → body); returns the refused ones (item id → error code)."""
        batches = list(_batches(list(contents.items())))
        refused: dict[str, str] = {}
        for errors in threads.map(self._send_batch, batches):
            refused |= errors
        return refused

    def _send_batch(self, batch: list[tuple[str, str]]) -> dict[str, str]:
        try:
            response = self._sqs.send_message_batch(
                QueueUrl=self.url,
                Entries=[
                    {
                        "Id": str(number),
                        "MessageBody": body,
                        "MessageGroupId": item_id,
                        "MessageDeduplicationId": item_id,
                    }
                    for number, (item_id, body) in enumerate(batch)
                ],
            )
        except Exception as error:  # any fault: these tickets stay pending and their messages go back
            return {item_id: error_code(error) for item_id, _ in batch}
        return {batch[int(entry["Id"])][0]: entry.get("Code", "") for entry in response.get("Failed", [])}


def _batches(tickets: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Split tickets, in order, into as few batches as the limits of a call allow."""
    batches: list[list[tuple[str, str]]] = []
    room = 0
    for item_id, body in tickets:
        size = len(body.encode())
        if not batches or len(batches[-1]) == BATCH_ENTRIES or size > room:
            batches.append([])
            room = BATCH_BYTES
        batches[-1].append((item_id, body))
        room -= size
    return batches
