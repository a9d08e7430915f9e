"""Lists of rows with a pending ticket: each row once, whatever is written meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from tagging.store.queries import RowLists, row_time
from tests.messages import inline
from tests.operate.pending_tickets import TEXT, PendingTickets
from tests.service_harness import with_ticket


def test_a_row_revised_during_the_listing_is_left_out(pending_mail_tickets: PendingTickets) -> None:
    seen = pending_mail_tickets.left_pending(inline("crm-1", TEXT))
    events = pending_mail_tickets.harness.clients.dynamodb.meta.events
    lists = RowLists(pending_mail_tickets.harness.clients.dynamodb, pending_mail_tickets.table.name)

    def revise(**_: Any) -> None:
        events.unregister("before-call.dynamodb.BatchGetItem", revise)
        pending_mail_tickets.aged(seen, timedelta(0))

    events.register("before-call.dynamodb.BatchGetItem", revise)
    day, hour = (row_time(datetime.now(UTC) - timedelta(hours=hours)) for hours in (24, 1))
    assert list(lists.pending(day, hour)) == []


def test_many_rows_of_many_days_are_each_found_once_by_queries_and_by_scan(
    pending_mail_tickets: PendingTickets,
) -> None:
    """Rows of five days, a third of them pending; just before and just after the time asked for lies another."""
    some = pending_mail_tickets.left_pending(inline("crm-1", TEXT))
    pending_mail_tickets.table.mark_sent(some)
    rows = [
        with_ticket(replace(some, id=f"i{n}", revision=replace(some.revision, tagged_at=at)), state)
        for n, (state, at) in enumerate(
            [(("pending", "sent", "none")[n % 3], f"2026-02-0{1 + n % 5}T10:00:00.000+00:00") for n in range(450)]
            + [("pending", "2026-02-06T00:00:00.000+00:00"), ("pending", "2026-02-06T00:00:00.001+00:00")]
        )
    ]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(pending_mail_tickets.table.put, rows))
    lists = RowLists(pending_mail_tickets.harness.clients.dynamodb, pending_mail_tickets.table.name)
    pending = sorted(r.id for r in rows[:-1] if r.ticket == "pending")
    for since in ("2026-01-30", "2000-01-01", "0001-01-01"):
        batches = list(lists.pending(f"{since}T00:00:00.000+00:00", "2026-02-06T00:00:00.000+00:00"))
        assert sorted(row.id for batch in batches for row in batch) == pending, since
        assert max(map(len, batches)) <= 100
    assert list(lists.pending("2999-01-01", "2026-02-06T00:00:00.000+00:00")) == []
