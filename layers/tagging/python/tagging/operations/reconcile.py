"""Finds object versions without a row and tickets that were not sent, and sends them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tagging.aws import CONNECTIONS
from tagging.intake import StoredObject
from tagging.operations.deployment import Deployment
from tagging.operations.errors import InvalidArgument
from tagging.operations.intake_queue import Pointer
from tagging.operations.object_versions import Position, SkippedVersions, versions_since
from tagging.operations.reprocessing import Reprocessing
from tagging.operations.run_progress import RunProgress, delete_progress, read_progress, write_progress
from tagging.store import LabelTable, Row, RowLists, TicketQueue, row_time

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_OBJECTS = ("versions", "gaps", "sent", "not_scanned_clean")
_CLEAN = {"Key": "GuardDutyMalwareScanStatus", "Value": "NO_THREATS_FOUND"}


@dataclass
class Totals:
    """What was found so far: object versions, those without a row, and tickets that were not sent."""

    versions: int = 0
    gaps: int = 0
    sent: int = 0
    not_scanned_clean: int = 0
    """Gaps that were not sent, because no scan found them clean."""
    tickets: int = 0
    tickets_sent: int = 0
    skipped: SkippedVersions = field(default_factory=SkippedVersions)
    refused: Counter[str] = field(default_factory=Counter)
    """Tickets that SQS refused, by error code; their rows stay pending, and the next run sends them."""

    def counts(self) -> dict[str, int]:
        """The counts of objects, by name."""
        return {name: getattr(self, name) for name in _OBJECTS} | vars(self.skipped)

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Totals:
        """The inverse of `counts`."""
        skipped = SkippedVersions(**{name: count for name, count in counts.items() if name not in _OBJECTS})
        versions, gaps, sent, held = (counts[name] for name in _OBJECTS)
        return cls(versions, gaps, sent, held, skipped=skipped)

    @property
    def complete(self) -> bool:
        """Whether everything that was found was sent."""
        return self.gaps == self.sent and self.tickets == self.tickets_sent


def reconcile_objects(
    deployment: Deployment,
    bucket: str,
    since: datetime,
    totals: Totals,
    *,
    reprocessing: Reprocessing | None = None,
    start: Position | None = None,
) -> Iterator[list[StoredObject]]:
    """The object versions of a bucket, written from `since` on, that have no row: page by page from `start`.

    With `reprocessing` each page is sent after it was yielded, but for versions behind the malware gate that no scan
    found clean; then the position is kept, so that an interrupted run sends at most one page again. Raises
    InvalidArgument and QueueRefused.
    """
    route, s3, dynamodb = deployment.route_from(bucket), deployment.clients.s3, deployment.clients.dynamodb
    lists = RowLists(dynamodb, deployment.table)
    for page in versions_since(s3, bucket, since, totals.skipped, start=start, probes=deployment.probes):
        totals.versions += len(page.versions)
        with_row = lists.with_row(version.item_id for version in page.versions)
        gaps = [version for version in page.versions if version.item_id not in with_row]
        totals.gaps += len(gaps)
        yield gaps
        if reprocessing is not None:
            allowed = [gap for gap in gaps if not route.gated or is_scanned_clean(s3, gap)]
            reprocessing.send([Pointer(route.kind, gap) for gap in allowed])
            totals.sent += len(allowed)
            totals.not_scanned_clean += len(gaps) - len(allowed)
            if page.last:
                delete_progress(dynamodb, deployment.table, bucket)
            else:
                progress = RunProgress(since.isoformat(), page.next, totals.counts())
                write_progress(dynamodb, deployment.table, bucket, progress)


def unfinished_run(deployment: Deployment, bucket: str) -> tuple[datetime, Position, Totals]:
    """Start, position and totals of the bucket's run that was interrupted; InvalidArgument where there is none."""
    progress = read_progress(deployment.clients.dynamodb, deployment.table, deployment.route_from(bucket).bucket)
    if progress is None:
        raise InvalidArgument(f"no run over {bucket} was interrupted: leave --resume out")
    return datetime.fromisoformat(progress.since), progress.position, Totals.of(progress.counts)


def reconcile_tickets(
    deployment: Deployment, since: datetime, before: datetime, totals: Totals, *, send: bool
) -> Iterator[list[Row]]:
    """Rows tagged between two times, of any bucket or message, whose ticket is pending: some at a time.

    With `send` their tickets are sent after they were yielded, as the rows hold them.
    """
    table = LabelTable(deployment.clients.dynamodb, deployment.table)
    queue = TicketQueue(deployment.clients.sqs, deployment.ticket_queue_url)
    lists = RowLists(deployment.clients.dynamodb, deployment.table)
    for rows in lists.pending(row_time(since), row_time(before)):
        totals.tickets += len(rows)
        yield rows
        if send:
            refused = send_pending_tickets(queue, table, rows)
            totals.tickets_sent += len(rows) - len(refused)
            totals.refused.update(refused.values())


def send_pending_tickets(queue: TicketQueue, table: LabelTable, rows: Sequence[Row]) -> dict[str, str]:
    """Send each row's stored ticket under its item's id and mark the row, as a redelivery of its message would.

    Those that SQS refused (item id → error code) stay pending. To send one again does no harm: a copy has the same
    bytes and the same id.
    """
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        refused = queue.send({row.id: str(row.ticket_body) for row in rows}, threads)
        list(threads.map(table.mark_sent, [row for row in rows if row.id not in refused]))
    return refused


def is_scanned_clean(s3: S3Client, stored: StoredObject) -> bool:
    """By GuardDuty's tag on the object version: False where a scan found a threat, gave no result, or never ran."""
    tags = s3.get_object_tagging(Bucket=stored.bucket, Key=stored.key, VersionId=str(stored.version))["TagSet"]
    return _CLEAN in tags
