"""Changes of who serves: each is planned, shown to a person, and written only if nobody changed the pointer since."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from msgspec.structs import replace

from tagging.operations.errors import OperationError
from tagging.operations.models import Models, VersionRefused
from tagging.operations.pointer_history import PointerState, read_state
from tagging.operations.retirement import is_retired
from tagging.operations.version_difference import (
    VersionDifference,
    check_taxonomy,
    check_watched,
    difference,
    unwatched,
)
from tagging.serving import (
    LAYER,
    Change,
    MovedMeanwhile,
    Pointer,
    PointerError,
    StoredPointer,
    challenged,
    promoted,
    rolled_back,
)

NO_REASON = "no reason given"
NOBODY = Change("", "planned", "")
"""Stands in a plan until it is written."""


class PointerRefused(OperationError):
    """A change of who serves that is refused: why, what stands now, and that nothing was changed, in one line."""

    def __init__(self, why: str, state: PointerState) -> None:
        super().__init__(f"{why}; now: {state}; nothing was changed")


@dataclass(frozen=True)
class Accepted:
    """What a person accepts of a promotion although it is refused otherwise."""

    replace_taxonomy: bool = False
    unwatched: bool = False


@dataclass(frozen=True)
class PointerPlan:
    """A change that may be written."""

    models: Models
    seen: StoredPointer | None
    """What the change was planned on."""
    after: Pointer
    version: str
    """The version whose role the change is about."""
    change: VersionDifference | None
    """What it changes for the items that it moves; None where the other version cannot be read."""
    unwatched: tuple[str, ...] = ()
    """Critical labels that no alarm of the deployment watches."""

    @property
    def before(self) -> Pointer | None:
        """The pointer that stands."""
        return None if self.seen is None else self.seen.pointer


def plan_promotion(
    models: Models, version: str, *, share: float | None = None, accepted: Accepted | None = None
) -> PointerPlan:
    """Make a version the champion, or with `share` let it serve that share of the items.

    `version`: as `Models.resolve` takes it. Raises PointerRefused.
    """
    accepted = accepted or Accepted()
    state = read_state(models)
    with refusals(state):
        seen = state.stored
        before = seen.pointer if seen else None
        version = usable_version(models, version)
        if share is None:
            after = promoted(before, models.kind, version, NOBODY)
        else:
            after = challenged(before, models.kind, version, share, NOBODY)
        change, alarmless = _checked(models, before.champion if before else LAYER, version, accepted)
    return PointerPlan(models, seen, after, version, change, alarmless)


def plan_rollback(models: Models) -> PointerPlan:
    """End the canary, or else return to the champion before. Raises PointerRefused.

    Labels may vanish by a rollback; a version that must not be served is refused as in a promotion.
    """
    state = read_state(models)
    with refusals(state):
        seen = state.stored
        before = seen.pointer if seen else None
        after = rolled_back(before, NOBODY)
        version = after.champion
        leaving = before.champion if before else LAYER
        if version == leaving:  # a canary ends
            ended = before.challenger.version if before and before.challenger else LAYER
            return PointerPlan(models, seen, after, version, readable_difference(models, ended, version))
        if version != LAYER:
            _check_way_back(models, version)
        change = readable_difference(models, leaving, version)
    return PointerPlan(models, seen, after, version, change)


def plan_restoration(models: Models) -> PointerPlan:
    """Write the last good pointer again, above whatever stands in its place. Raises PointerRefused."""
    state = read_state(models)
    if not state.fault:
        raise PointerRefused("the pointer is valid", state)
    good, seen = state.last_good, state.replaceable
    if good is None:
        raise PointerRefused("no valid pointer was ever written", state)
    after = replace(good, generation=state.highest + 1)
    return PointerPlan(models, seen, after, good.champion, None)


def write_plan(plan: PointerPlan, by: str, why: str = "") -> Pointer:
    """Write a planned change, with who and why. Raises PointerRefused if somebody else changed the pointer since."""
    at = datetime.now(UTC).isoformat(timespec="microseconds")
    after = replace(plan.after, by=by, at=at, why=why or NO_REASON)
    try:
        plan.models.store.write_pointer(after, plan.seen)
    except MovedMeanwhile:
        state = read_state(plan.models)
        newest = state.records[0].pointer if state.records else None
        if newest == after:  # it was ours: the first answer was lost, and the repeated call found it written
            return after
        raise PointerRefused("somebody else changed the pointer meanwhile", state) from None
    return after


def usable_version(models: Models, version: str) -> str:
    """The id of a version that may get a role. Raises VersionRefused."""
    version = models.resolve(version)
    if version != LAYER and is_retired(models, version):
        raise VersionRefused(f"{version} was retired: push it again to use it")
    return version


def _checked(
    models: Models, champion: str, version: str, accepted: Accepted
) -> tuple[VersionDifference | None, tuple[str, ...]]:
    """What the version changes; raises VersionRefused where a person must accept that and did not."""
    if version == LAYER:
        return readable_difference(models, champion, version), ()
    new = models.check(version)
    try:
        change = difference(models, models.check(champion), new)
    except VersionRefused as error:
        if not accepted.replace_taxonomy:
            why = f"whether labels vanish cannot be told: {error}"
            raise VersionRefused(f"{why}; push it, or give --replace-taxonomy") from None
        change = None
    if change is not None:
        check_taxonomy(change, replace_taxonomy=accepted.replace_taxonomy)
    alarmless = unwatched(models, new)
    check_watched(alarmless, accepted=accepted.unwatched)
    return change, alarmless


def readable_difference(models: Models, old: str, new: str) -> VersionDifference | None:
    """What changes; None where one of the two cannot be read."""
    try:
        return difference(models, models.check(old), models.check(new))
    except VersionRefused:
        return None


def _check_way_back(models: Models, version: str) -> None:
    try:
        models.check(version)
    except VersionRefused as error:
        raise VersionRefused(f"{error}; promote another version, or layer, the deployed bundle") from None


@contextmanager
def refusals(state: PointerState) -> Iterator[None]:
    """Raise PointerRefused where the body raises PointerError or VersionRefused."""
    try:
        yield
    except (PointerError, VersionRefused) as error:
        why = f"{error} (tagging pointer restore writes the last good one again)" if state.fault else str(error)
        raise PointerRefused(why, state) from None
