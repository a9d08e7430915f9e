"""The review queue of a stage: what waits, what was done lately, and rows that people answer without a console."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tagging.operations.correction_queue import find_reviews
from tagging.operations.learning_documents import read_review_plan
from tagging.operations.review_file import ReviewLine
from tagging.store import RowLists, stored_object

if TYPE_CHECKING:
    from tagging.corrections import ReviewEntry
    from tagging.kinds import Kind
    from tagging.operations.correcting import ServedTaxonomy
    from tagging.operations.deployment import Deployment


@dataclass(frozen=True)
class ReviewQueue:
    """The queue of one kind."""

    kind: Kind
    waiting: Sequence[ReviewEntry]
    """Open reviews: first those that measure, the latest first."""
    capacity: float | None
    """Reviews a week; None before there is a plan."""
    drawn: int
    """Reviews that were put into the queue in the last seven days."""
    done: int
    """Those of them that are done."""

    @property
    def due(self) -> int:
        """Open reviews that fit into what people can do in the seven days from the first drawn."""
        return len(self.waiting) if self.capacity is None else min(len(self.waiting), round(self.capacity))


def read_queue(deployment: Deployment, kind: Kind, now: datetime) -> ReviewQueue:
    """The queue of a kind. Raises StageNotReadable, OperationError, and botocore's errors."""
    reviews, plan = find_reviews(deployment), read_review_plan(deployment, kind)
    waiting = [*reviews.open_entries(kind, "measure"), *reviews.open_entries(kind, "teach")]
    week_ago = (now.astimezone(UTC) - timedelta(days=7)).isoformat(timespec="milliseconds")
    lately = [
        each
        for each in reviews.entries(kind, week_ago[:10], now.astimezone(UTC).date().isoformat())
        if each.drawn_at >= week_ago
    ]
    done = sum(each.state == "done" for each in lately)
    return ReviewQueue(kind, waiting, None if plan is None else plan.capacity, len(lately), done)


def review_lines(
    deployment: Deployment, entries: Sequence[ReviewEntry], served: ServedTaxonomy
) -> Iterator[ReviewLine]:
    """A line to fill in for each review, about the labels that serve; forgotten items are left out."""
    rows = RowLists(deployment.clients.dynamodb, deployment.table).rows(each.item for each in entries)
    for entry in entries:
        row = rows.get(entry.item)
        stored = None if row is None or row.forgotten else stored_object(row.source)
        if row is not None and stored is not None:
            version = f"?versionId={stored.version}" if stored.version else ""
            link = f"s3://{stored.bucket}/{stored.key}{version}"
            yield ReviewLine(entry.item, served.asked(entry.heads), link=link, kind=row.kind, purpose=entry.purpose)
