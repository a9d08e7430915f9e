"""What another version would change: labels, routes, tickets and reviews of the items that the feature log keeps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from tagging import feature_log
from tagging.aws import CONNECTIONS
from tagging.operations.errors import OperationError, StageNotReadable
from tagging.operations.log_replay import Compared, LogReplay, current_rows

if TYPE_CHECKING:
    from tagging.feature_log import HourKey, LogStore, OpenHour
    from tagging.model import Bundle
    from tagging.operations.deployment import Deployment
    from tagging.operations.models import Models

EXAMPLES: Final = 5
"""Item ids that are kept of each change of a label or a route."""

Progress = Callable[[str, int, int | None], None]
"""Called with what is done, how much of it, and of how much."""


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
    undecided: int = 0
    """Items of which the log lacks texts that a version pools."""
    rows_differ: int = 0
    """Items whose row has another decision than the champion's, because an earlier version decided them."""
    hours: int = 0
    not_compacted: int = 0
    """Hours that were read from their batches."""

    def count(self, compared: Compared) -> None:
        """Count one item."""
        before, after, item_id = compared.champion, compared.candidate, compared.row.id
        self.items += 1
        self.changed += before != after
        self.rows_differ += compared.row_differs
        _count(self.labels, item_id, before.labels, after.labels)
        _count(self.routes, item_id, before.routes, after.routes)
        _count(self.reasons, item_id, before.review_reasons, after.review_reasons)
        self.tickets.count(item_id, before=before.ticket, after=after.ticket, most_ids=self.items)
        self.review.count(item_id, before=bool(before.review_reasons), after=bool(after.review_reasons))
        self.quarantined.count(item_id, before=before.quarantine is not None, after=after.quarantine is not None)


def find_log(deployment: Deployment) -> LogStore:
    """The feature log of a stage. Raises StageNotReadable where it has none."""
    if not deployment.learning_bucket:
        raise StageNotReadable(f"stage {deployment.stage} has no feature log: deploy it again")
    return feature_log.LogStore(deployment.clients.s3, deployment.learning_bucket)


def what_if(
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
    result = WhatIf()
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        replay = LogReplay(models, *champion, candidate, threads)
        for compared in _compared(log, models, replay, since, result, progress):
            result.count(compared)
    if not result.items and not result.undecided:
        raise OperationError(
            f"the feature log of stage {models.stage} has no {models.kind} since {since:%Y-%m-%d %H:%M} UTC by encoder "
            f"{models.layer.encoder}: the setting `features` keeps them"
        )
    return result


def _compared(
    log: LogStore, models: Models, replay: LogReplay, since: datetime, result: WhatIf, progress: Progress
) -> Iterator[Compared]:
    keys = feature_log.logged_hours(log, models.kind, models.layer.encoder, since)

    def opened(what: str) -> Iterator[OpenHour]:
        for done, key in enumerate(keys):
            progress(what, done, len(keys))
            hour = _open(log, key, replay)
            if hour is not None:
                yield hour

    current, earliest = current_rows(opened("reading hours")), since.isoformat(timespec="milliseconds")
    for hour in opened("deciding again"):
        rows = [
            position
            for position, row in enumerate(hour.hour.decided)
            if row.tagged_at >= earliest and current.get(row.id) == row.rank
        ]
        result.hours += 1
        result.not_compacted += not hour.is_compacted
        compared = 0
        for each in _readable(replay.compare(hour, rows)):
            compared += 1
            yield each
        result.undecided += len(rows) - compared


def _open(log: LogStore, key: HourKey, replay: LogReplay) -> OpenHour | None:
    try:
        return feature_log.open_hour(log, key, replay.threads)
    except feature_log.LogError as error:
        raise OperationError(f"hour {key.hour}: {error}") from None


def _readable(compared: Iterable[Compared]) -> Iterator[Compared]:
    try:
        yield from compared
    except feature_log.LogError as error:
        raise OperationError(str(error)) from None


def _count(changes: dict[str, Change], item_id: str, before: Collection[str], after: Collection[str]) -> None:
    for name in {*before, *after}:
        changes.setdefault(name, Change()).count(item_id, before=name in before, after=name in after)
