"""Erases what people answered about an item, and what is kept of it for the sake of such answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

from tagging import feature_log, quality  # their names are loaded where they are used: they load numpy
from tagging.corrections import ReviewTable
from tagging.kinds import KINDS, find_kind
from tagging.operations.deployment import Deployment

_BATCH: Final = timedelta(minutes=15)
"""Time between the begin of a batch, by which its hour is named, and the decision of its last item, at most."""


def erase_reviews(deployment: Deployment, item: str, decided_at: Iterable[str] = ()) -> int:
    """Erase an item's review, answers and refused messages, and its scores in summaries; the number of records.

    `decided_at`: when its revisions were decided (ISO 8601). The records go last, since they say what else is kept: an
    interrupted run can be repeated. 0 in a stack without a review table. Raises Busy.
    """
    if not deployment.review_table:
        return 0
    reviews = ReviewTable(deployment.clients.dynamodb, deployment.review_table)
    entry = reviews.entry(item)
    times = [*decided_at, *([entry.decided_at] if entry is not None else [])]
    if deployment.learning_bucket:
        log = feature_log.LogStore(deployment.clients.s3, deployment.learning_bucket)
        for kind in KINDS.values() if entry is None else (find_kind(entry.kind),):
            quality.forget_asked(log, kind.name, item, _days(times))
            quality.forget_drifted(log, kind.name, item)
    return reviews.erase(item)


def _days(times: Collection[str]) -> frozenset[str]:
    """The days (`2026-01-31`) whose summaries may hold an item that was decided at these times."""
    decided = [datetime.fromisoformat(each) for each in times]
    return frozenset(f"{at:%Y-%m-%d}" for each in decided for at in (each, each - _BATCH))
