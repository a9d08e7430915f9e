"""A service on the cloud's table and ticket queue, whose workers die before their tickets go out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from tagging.local.cloud import LocalCloud
from tagging.operations.reconcile import send_pending_tickets
from tagging.store.label_table import LabelTable
from tagging.store.queries import row_time
from tagging.store.row import Row
from tests.operate.on_cloud import take
from tests.service_harness import ServiceHarness

TEXT = "I lost my credit card yesterday. Please send me a new one."


@dataclass(frozen=True)
class PendingTickets:
    """A service on the cloud's table and ticket queue, whose tickets do not go out at first."""

    harness: ServiceHarness
    cloud: LocalCloud

    @property
    def table(self) -> LabelTable:
        return self.harness.service.table

    def left_pending(self, body: str, *, ago: timedelta = timedelta(hours=2)) -> Row:
        """The row of a message whose worker died before its ticket went out, so long ago."""
        known = {row.id for row in self.harness.rows()}
        with self.harness.failing("sqs.SendMessageBatch"):
            assert self.harness.handle(body) == ["0"]
        (seen,) = [row for row in self.harness.rows() if row.id not in known]
        return self.aged(seen, ago)

    def aged(self, seen: Row, ago: timedelta) -> Row:
        """The row as if it had been tagged so long ago."""
        row = replace(seen, revision=replace(seen.revision, tagged_at=row_time(datetime.now(UTC) - ago)))
        assert self.table.replace(seen, row)
        return row

    def send(self, *rows: Row) -> dict[str, str]:
        (queue,) = self.harness.service.outputs
        return send_pending_tickets(queue, self.table, rows)

    def tickets(self) -> list[dict[str, Any]]:
        """What the ticket queue holds, taken off it."""
        return take(self.cloud, self.harness.tickets_url)
