"""Replays the feature log: what the champion decides of each logged item, and what another version would."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from tagging import feature_log, model
from tagging.operations.errors import OperationError
from tagging.operations.logged_decisions import Verdict, as_decided, decide_all
from tagging.operations.models import Models, VersionRefused
from tagging.serving import LAYER

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tagging.feature_log import Block, Decided, Hour, LogStore, OpenHour
    from tagging.model import Bundle


Progress = Callable[[str, int, int | None], None]
"""Called with what is done, how much of it, and of how much."""


class Compared(Struct, frozen=True):
    """One item, as its row has it, and as two versions decide it."""

    row: Decided
    champion: Verdict
    candidate: Verdict
    rescored: bool = False
    """The row's scores are of other heads than the champion's."""

    @property
    def row_differs(self) -> bool:
        """The row has another decision than the champion's: an earlier version made it."""
        row, now = self.row, self.champion
        return (row.labels, row.review_reasons, row.ticket, row.quarantine) != (
            now.labels,
            now.review_reasons,
            now.ticket,
            now.quarantine,
        )


@dataclass
class ReadHours:
    """What was read of the log."""

    hours: int = 0
    not_compacted: int = 0
    """Hours that were read from their batches."""
    undecided: int = 0
    """Items of which the log lacks texts that a version pools."""


@dataclass(frozen=True)
class LogReplay:
    """Compares a candidate with the champion, item by item, exactly as `decide` does; nothing is encoded."""

    models: Models
    champion_id: str
    champion: Bundle
    candidate: Bundle
    threads: Executor
    read: ReadHours = field(default_factory=ReadHours)
    _deciders: dict[str, Bundle | None] = field(default_factory=dict)
    """Earlier versions that differ from the champion in thresholds alone, by id; None for all others."""

    def compare(self, opened: OpenHour, rows: Iterable[int]) -> Iterator[Compared]:
        """Both decisions on the items at these positions of the hour, without those that lack texts that one pools.

        Raises LogError, and botocore's errors.
        """
        wanted = set(rows)
        for block in opened.hour.blocks:
            if block.peak_bytes:  # else it is of a shadow, which decided nothing
                places = [place for place, row in enumerate(block.rows) if row in wanted]
                yield from self._compare(opened, block, places)

    def _compare(self, opened: OpenHour, block: Block, places: list[int]) -> Iterator[Compared]:
        """The items at these places of a block."""
        by_champion = self._undecided(block, self._decider(block.version), self.champion)[places]
        may_change = by_champion | self._undecided(block, self._scorer(block), self.candidate)[places]
        chosen = [place for place, needed in zip(places, may_change, strict=True) if needed]
        positions = [block.rows[place] for place in chosen]
        items = dict(zip(chosen, opened.items(positions, self.threads), strict=True)) if chosen else {}
        before = decide_all([items[place] for place in chosen], self.champion)
        after = decide_all([items[place] for place in chosen], self.candidate)
        decided = dict(zip(chosen, zip(before, after, strict=True), strict=True))
        rescored = block.by.scorer != self.champion.scorer
        for place in places:
            row = opened.hour.decided[block.rows[place]]
            if place not in decided:
                same = as_decided(row, self.champion.taxonomy)
                yield Compared(row, same, same, rescored)
                continue
            champion, candidate = decided[place]
            if champion is not None and candidate is not None:
                scored = not items[place].features.wordless and champion.quarantine is None
                yield Compared(row, champion, candidate, rescored and scored)

    def _undecided(self, block: Block, known: Bundle | None, version: Bundle) -> NDArray[np.bool_]:
        """Whether `version` may decide differently than `known` did: bools [items]."""
        import numpy as np

        if known is version:
            return np.zeros(len(block.rows), dtype=bool)
        if known is None or block.peaks is None or not model.differ_in_thresholds_alone(known, version):
            return np.ones(len(block.rows), dtype=bool)
        return model.could_differ(block.logits.astype(np.float64), block.peaks.astype(np.float64), known, version)

    def _scorer(self, block: Block) -> Bundle | None:
        """The champion, if the block's logits are its own."""
        return self.champion if block.by.scorer == self.champion.scorer else None

    def _decider(self, version: str) -> Bundle | None:
        """The version that decided a block, if it differs from the champion in thresholds at most."""
        if version == self.champion_id:
            return self.champion
        if version not in self._deciders:
            try:
                found = self.models.scoring(LAYER if version == self.models.layer.version else version)
                alike = model.differ_in_thresholds_alone(found, self.champion)
                self._deciders[version] = found if alike else None
            except VersionRefused:  # it was removed: what it decided says nothing about the champion
                self._deciders[version] = None
        return self._deciders[version]


def compare_hours(
    log: LogStore,
    replay: LogReplay,
    since: datetime,
    progress: Progress = lambda *_: None,
    select: Callable[[Hour, list[int]], list[int]] = lambda _, rows: rows,
) -> Iterator[Compared]:
    """Every logged item that was decided since then, once, by its current revision.

    `select`: of these positions in an hour's `decided` those that are compared.
    Raises OperationError where an hour cannot be read, and botocore's errors.
    """
    models = replay.models
    keys = feature_log.logged_hours(log, models.kind, models.layer.encoder, since)

    def opened(what: str) -> Iterator[OpenHour]:
        for done, hour in enumerate(feature_log.open_all(log, keys, replay.threads), start=1):
            progress(what, done, len(keys))
            if hour is not None:
                yield hour

    try:
        current, earliest = _current_revisions(opened("reading hours")), since.isoformat(timespec="milliseconds")
        for hour in opened("deciding again"):
            decided = enumerate(hour.hour.decided)
            rows = [row for row, each in decided if each.tagged_at >= earliest and current.get(each.id) == each.rank]
            rows = select(hour.hour, rows)
            replay.read.hours += 1
            replay.read.not_compacted += not hour.is_compacted
            replay.read.undecided += len(rows)
            for compared in replay.compare(hour, rows):
                replay.read.undecided -= 1
                yield compared
    except feature_log.LogError as error:
        raise OperationError(f"the feature log of stage {models.stage}: {error}") from None


def _current_revisions(opened: Iterable[OpenHour]) -> dict[str, tuple[int, str]]:
    """The rank of each item's current revision: an item may have been decided in several hours."""
    current: dict[str, tuple[int, str]] = {}
    for hour in opened:
        for decided in hour.hour.decided:
            if decided.id not in current or current[decided.id] < decided.rank:
                current[decided.id] = decided.rank
    return current
