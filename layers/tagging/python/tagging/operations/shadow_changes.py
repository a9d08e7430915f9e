"""Changes of the shadows: planned, shown, and written as changes of who serves are."""

from __future__ import annotations

from tagging.operations.models import SHORTEST_ID, Models, VersionRefused
from tagging.operations.pointer_changes import NOBODY, PointerPlan, readable_difference, refusals, usable_version
from tagging.operations.pointer_history import read_state
from tagging.serving import LAYER, Pointer, shadowed, unshadowed


def plan_shadow(models: Models, version: str) -> PointerPlan:
    """Let a version predict every item without deciding anything; its labels may be others than the champion's.

    `version`: as `Models.resolve` takes it. Raises PointerRefused.
    """
    state = read_state(models)
    with refusals(state):
        seen = state.stored
        before = seen.pointer if seen else None
        version = usable_version(models, version)
        after = shadowed(before, models.kind, version, NOBODY)
        _check_other_name(models, after, version)
        if version != LAYER:
            models.check(version)
        change = readable_difference(models, after.champion, version)
    return PointerPlan(models, seen, after, version, change)


def plan_end_of_shadow(models: Models, version: str) -> PointerPlan:
    """End a shadow, also one whose version is missing or damaged. Raises PointerRefused.

    `version`: as `Models.resolve` takes it.
    """
    state = read_state(models)
    with refusals(state):
        seen = state.stored
        before = seen.pointer if seen else None
        named = [each for each in (before.shadows if before else ()) if each.startswith(version)]
        version = named[0] if len(named) == 1 and len(version) >= SHORTEST_ID else models.resolve(version)
        after = unshadowed(before, version, NOBODY)
        change = readable_difference(models, after.champion, version)
    return PointerPlan(models, seen, after, version, change)


def _check_other_name(models: Models, after: Pointer, version: str) -> None:
    """Refuse the bundle of the layer where it has a role by its other name: `layer` or its id."""
    names = {LAYER, models.layer.version}
    others = {*after.serving, *after.shadows} - {version}
    if version in names and names & others:
        raise VersionRefused(f"{models.layer.version} is the layer's bundle, which has a role already")
