"""What another version would change: labels, routes, tickets and reviews of the items that the feature log keeps."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from tagging import feature_log
from tagging.aws import CONNECTIONS
from tagging.operations.errors import OperationError, StageNotReadable
from tagging.operations.log_replay import Compared, LogReplay, Progress, ReadHours, compare_hours

if TYPE_CHECKING:
    from tagging.feature_log import LogStore
    from tagging.model import Bundle
    from tagging.operations.deployment import Deployment
    from tagging.operations.models import Models

EXAMPLES: Final = 5
"""Item ids that are kept of each change of a label or a route."""


@dataclass
class Change:
    """How many items have something now, and how many would gain or lose it."""

    now: int = 0
    added: int = 0
    removed: int = 0
    added_ids: list[str] = field(default_factory=list)
    """Of the first items; all of them for tickets."""
    removed_ids: list[str] = field(default_factory=list)

    def count(self, item_id: str, *, before: bool, after: bool, most_ids: int = EXAMPLES) -> None:
        """Count one item."""
        self.now += before
        if after and not before:
            self.added += 1
            if self.added <= most_ids:
                self.added_ids.append(item_id)
        elif before and not after:
            self.removed += 1
            if self.removed <= most_ids:
                self.removed_ids.append(item_id)


@dataclass
class WhatIf:
    """What a candidate would change beside the champion, over the items that were counted."""

    labels: dict[str, Change] = field(default_factory=dict)
    routes: dict[str, Change] = field(default_factory=dict)
    tickets: Change = field(default_factory=Change)
    review: Change = field(default_factory=Change)
    reasons: dict[str, Change] = field(default_factory=dict)
    quarantined: Change = field(default_factory=Change)
    items: int = 0
    """Items that both versions decided."""
    changed: int = 0
    """Items with any change."""
    rows_differ: int = 0
    """Items whose row has another decision than the champion's, because an earlier version decided them."""
    read: ReadHours = field(default_factory=ReadHours)

    def count(self, compared: Compared) -> None:
        """Count one item."""
        before, after, item_id = compared.champion, compared.candidate, compared.row.id
        self.items += 1
        self.changed += before != after
        self.rows_differ += compared.row_differs
        count_changes(self.labels, item_id, before.labels, after.labels)
        count_changes(self.routes, item_id, before.routes, after.routes)
        count_changes(self.reasons, item_id, before.review_reasons, after.review_reasons)
        self.tickets.count(item_id, before=before.ticket, after=after.ticket, most_ids=self.items)
        self.review.count(item_id, before=bool(before.review_reasons), after=bool(after.review_reasons))
        self.quarantined.count(item_id, before=before.quarantine is not None, after=after.quarantine is not None)


def find_log(deployment: Deployment) -> LogStore:
    """The feature log of a stage. Raises StageNotReadable where it has none."""
    if not deployment.learning_bucket:
        raise StageNotReadable(f"stage {deployment.stage} has no feature log: deploy it again")
    return feature_log.LogStore(deployment.clients.s3, deployment.learning_bucket)


def compare_from_log(
    log: LogStore,
    models: Models,
    champion: tuple[str, Bundle],
    candidate: Bundle,
    since: datetime,
    progress: Progress = lambda *_: None,
) -> WhatIf:
    """What the candidate would change of the items that were decided since then, beside the champion and its id.

    Both are replayed from the log, whatever version decided an item: only so do the figures show the candidate alone.
    Raises OperationError where the log has no such item or cannot be read, and botocore's errors.
    """
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        replay = LogReplay(models, *champion, candidate, threads)
        result = WhatIf(read=replay.read)
        for compared in compare_hours(log, replay, since, progress):
            result.count(compared)
    if not result.items and not result.read.undecided:
        raise OperationError(
            f"the feature log of stage {models.stage} has no {models.kind} since {since:%Y-%m-%d %H:%M} UTC by encoder "
            f"{models.layer.encoder}: the setting `features` keeps them"
        )
    return result


def count_changes(changes: dict[str, Change], item_id: str, before: Collection[str], after: Collection[str]) -> None:
    """Count one item in the changes of each name (label, route or reason) that it has before or after."""
    for name in {*before, *after}:
        changes.setdefault(name, Change()).count(item_id, before=name in before, after=name in after)
