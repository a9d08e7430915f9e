"""A shadow beside the champion on the same live items: what would change, from the feature log."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tagging.aws import CONNECTIONS
from tagging.operations.errors import OperationError
from tagging.operations.log_replay import LogReplay, Progress, compare_hours
from tagging.operations.pointer_history import PointerState
from tagging.operations.what_if import WhatIf
from tagging.serving import LAYER

if TYPE_CHECKING:
    from tagging.feature_log import Hour, LogStore
    from tagging.model import Bundle
    from tagging.operations.models import Models


@dataclass(frozen=True)
class Shadow:
    """A shadow of the pointer."""

    version: str
    """As the pointer names it: an id, or `layer`."""
    since: int
    """Generation of the pointer from which on it was a shadow, so far as the records reach."""


@dataclass
class LiveComparison:
    """What a shadow would change beside the champion, of the items that it scored."""

    shadow: str
    """Id of the version, as the log has it."""
    since: int
    """See `Shadow.since`."""
    what_if: WhatIf = field(default_factory=WhatIf)
    unscored: int = 0
    """Items that it did not score although it was a shadow."""
    unscored_ids: list[str] = field(default_factory=list)
    earlier: int = 0
    """Items that were decided before it was a shadow."""

    def select(self, hour: Hour, rows: Sequence[int]) -> list[int]:
        """Those of these positions in `Hour.decided` that the shadow scored; the others are counted."""
        scored = {row for block in hour.blocks if block.version == self.shadow for row in block.rows}
        for row in rows:
            decided = hour.decided[row]
            if row in scored:
                continue
            if decided.generation < self.since:
                self.earlier += 1
            else:
                self.unscored += 1
                self.unscored_ids.append(decided.id)
        return [row for row in rows if row in scored]


def find_shadow(models: Models, state: PointerState, version: str | None) -> Shadow:
    """The shadow that is meant; without `version` the only one. Raises OperationError."""
    pointer = state.last_good
    shadows = () if pointer is None else pointer.shadows
    if not shadows:
        raise OperationError("there is no shadow: tagging promote VERSION --shadow begins one")
    if version is None:
        if len(shadows) > 1:
            raise OperationError(f"the shadows are {' and '.join(shadows)}: name one of them")
        return _found(state, shadows[0])
    named = models.resolve(version)
    if named not in shadows:
        raise OperationError(f"{named} is no shadow, as {' and '.join(shadows)}: tagging what-if {named} compares it")
    return _found(state, named)


def compare_live(
    log: LogStore,
    models: Models,
    champion: tuple[str, Bundle],
    shadow: Shadow,
    since: datetime,
    progress: Progress = lambda *_: None,
) -> LiveComparison:
    """What a shadow of the pointer would change, of the items since then that it scored; exact, as what-if is.

    Raises OperationError where it scored none, or the log cannot be read, and botocore's errors.
    """
    version = models.layer.version if shadow.version == LAYER else shadow.version
    result = LiveComparison(version, shadow.since)
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        replay = LogReplay(models, *champion, models.scoring(shadow.version), threads)
        result.what_if.read = replay.read
        for compared in compare_hours(log, replay, since, progress, result.select):
            result.what_if.count(compared)
    if not result.what_if.items and not replay.read.undecided:
        others = result.earlier + result.unscored
        beside = f"; it has {others:,} that it did not score" if others else ": the setting `features` keeps them"
        raise OperationError(
            f"the feature log of stage {models.stage} has no {models.kind} since {since:%Y-%m-%d %H:%M} UTC that "
            f"{version} scored{beside}"
        )
    return result


def _found(state: PointerState, version: str) -> Shadow:
    since = 0
    for record in state.records:
        if record.pointer is not None:
            if version not in record.pointer.shadows:
                break
            since = record.pointer.generation
    return Shadow(version, since)
