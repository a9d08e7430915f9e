"""Tickets that nobody will deliver again, sent from what their rows hold."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tagging.aws import CONNECTIONS
from tagging.store import LabelTable, Row, TicketQueue


def send_pending(tickets: TicketQueue, table: LabelTable, rows: Sequence[Row]) -> dict[str, str]:
    """Send each row's stored ticket under its item's id and mark the row, as a redelivery of its message would.

    Those that SQS did not take (item id → error code) stay pending. To send one again does no harm: a copy has the
    same bytes and the same id.
    """
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        refused = tickets.send({row.id: str(row.ticket_body) for row in rows}, threads)
        list(threads.map(table.mark_sent, [row for row in rows if row.id not in refused]))
    return refused
