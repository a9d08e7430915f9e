"""Decides items again that earlier versions decided: which of them differ, and the messages that have them decided."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from tagging import feature_log
from tagging.aws import CONNECTIONS
from tagging.kinds import KINDS, Kind
from tagging.operations.errors import InvalidArgument, StageNotReadable
from tagging.operations.intake_queue import Again
from tagging.operations.log_replay import Compared, LogReplay, Progress, compare_hours
from tagging.operations.logged_decisions import as_decided
from tagging.operations.pointer_history import read_state
from tagging.operations.what_if import Change, count_changes

if TYPE_CHECKING:
    from tagging.feature_log import Hour, LogStore
    from tagging.model import Bundle
    from tagging.operations.deployment import Deployment, IntakeRoute
    from tagging.operations.models import Models

EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Before all items."""
_PAGE: Final = 500


@dataclass(frozen=True)
class Generations:
    """A range of generations, both ends in it."""

    first: int
    last: int

    def __contains__(self, generation: int) -> bool:
        return self.first <= generation <= self.last


@dataclass
class Backfill:
    """What a backfill finds, over the items that it looks at."""

    items: int = 0
    differ: int = 0
    """Items whose row has another decision than the champion's, or scores of other heads."""
    labels: dict[str, Change] = field(default_factory=dict)
    routes: dict[str, Change] = field(default_factory=dict)
    tickets: Change = field(default_factory=Change)
    undecided: int = 0
    """Items that the log cannot decide: it lacks texts that the champion pools."""
    other_encoder: int = 0
    """Items that another encoder made features of: the champion cannot decide them."""
    sent: int = 0

    def count(self, compared: Compared, version: Bundle) -> bool:
        """Count one item; whether it is to be decided again."""
        before, after, item_id = as_decided(compared.row, version.taxonomy), compared.champion, compared.row.id
        self.items += 1
        differs = compared.row_differs or compared.rescored
        self.differ += differs
        count_changes(self.labels, item_id, before.labels, after.labels)
        count_changes(self.routes, item_id, before.routes, after.routes)
        self.tickets.count(item_id, before=before.ticket, after=after.ticket)
        return differs


def route_of_kind(deployment: Deployment, kind: Kind) -> IntakeRoute:
    """The queues of a kind. Raises StageNotReadable where the stage has none."""
    route = deployment.route_of(kind)
    if route is None:
        raise StageNotReadable(f"stage {deployment.stage} has no queue for {KINDS[kind].plural}: deploy it again")
    return route


def check_generations(models: Models, generations: Generations) -> None:
    """Raise InvalidArgument for generations that never were."""
    newest = _generation(models)
    if not 0 <= generations.first <= generations.last <= newest:
        raise InvalidArgument(
            f"there are no generations {generations.first}..{generations.last}: {models.kind} of stage {models.stage} "
            f"is at generation {newest}"
        )


def _generation(models: Models) -> int:
    pointer = read_state(models).last_good
    return 0 if pointer is None else pointer.generation


def find_differing(
    log: LogStore,
    models: Models,
    champion: tuple[str, Bundle],
    since: datetime,
    generations: Generations | None,
    totals: Backfill,
    progress: Progress = lambda *_: None,
) -> Iterator[list[Again]]:
    """The messages for the items whose rows the champion, with its id, would have written otherwise: some at a time.

    An item that is decided again is found in the log by that decision: a run that was interrupted is repeated, and
    goes on where it was. Raises OperationError where the log cannot be read, and botocore's errors.
    """

    def select(hour: Hour, rows: list[int]) -> list[int]:
        return [row for row in rows if generations is None or hour.decided[row].generation in generations]

    totals.other_encoder = _count_of_other_encoders(log, models, since, generations)
    page: list[Again] = []
    generation = _generation(models)
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        replay = LogReplay(models, *champion, champion[1], threads)
        for compared in compare_hours(log, replay, since, progress, select):
            if totals.count(compared, champion[1]):
                page.append(Again(models.kind, compared.row.id, generation))
            totals.undecided = replay.read.undecided
            if len(page) == _PAGE:
                yield page
                page = []
        totals.undecided = replay.read.undecided
    yield page


def _count_of_other_encoders(log: LogStore, models: Models, since: datetime, generations: Generations | None) -> int:
    found: set[str] = set()
    earliest = since.isoformat(timespec="milliseconds")
    for encoder in log.encoders(models.kind):
        if encoder == models.layer.encoder:
            continue
        with ThreadPoolExecutor(CONNECTIONS) as threads:
            for key in feature_log.logged_hours(log, models.kind, encoder, since):
                opened = feature_log.open_hour(log, key, threads)
                decided = opened.hour.decided if opened is not None else ()
                found |= {
                    each.id
                    for each in decided
                    if each.tagged_at >= earliest and (generations is None or each.generation in generations)
                }
    return len(found)
