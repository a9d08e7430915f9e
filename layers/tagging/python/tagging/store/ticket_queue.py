"""Sends tickets and other outputs to FIFO queues in full batches; SQS deduplicates them for five minutes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
        return send_to_fifo(self._sqs, self.url, contents, threads, lambda item_id, _: item_id)


def send_to_fifo(
    sqs: SQSClient,
    url: str,
    contents: Mapping[str, str],
    threads: Executor,
    deduplication_id: Callable[[str, str], str],
) -> dict[str, str]:
    """Send contents (item id → body), grouped by item; returns the refused ones (item id → error code).

    `deduplication_id`: of an item id and a body. Copies with the same one are dropped by SQS for five minutes.
    """

    def send_batch(batch: list[tuple[str, str]]) -> dict[str, str]:
        try:
            response = sqs.send_message_batch(
                QueueUrl=url,
                Entries=[
                    {
                        "Id": str(number),
                        "MessageBody": body,
                        "MessageGroupId": item_id,
                        "MessageDeduplicationId": deduplication_id(item_id, body),
                    }
                    for number, (item_id, body) in enumerate(batch)
                ],
            )
        except Exception as error:  # any fault: these contents stay pending and their messages go back
            return {item_id: error_code(error) for item_id, _ in batch}
        return {batch[int(entry["Id"])][0]: entry.get("Code", "") for entry in response.get("Failed", [])}

    refused: dict[str, str] = {}
    for errors in threads.map(send_batch, _batches(list(contents.items()))):
        refused |= errors
    return refused


def _batches(contents: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Split contents, in order, into as few batches as the limits of a call allow."""
    batches: list[list[tuple[str, str]]] = []
    room = 0
    for item_id, body in contents:
        size = len(body.encode())
        if not batches or len(batches[-1]) == BATCH_ENTRIES or size > room:
            batches.append([])
            room = BATCH_BYTES
        batches[-1].append((item_id, body))
        room -= size
    return batches
