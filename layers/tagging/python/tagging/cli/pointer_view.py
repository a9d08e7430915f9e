"""How commands print who serves, what a change of it does, and how to go back; within 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import to_builtins
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tagging.kinds import KINDS
from tagging.operations import PointerPlan, PointerRecord, PointerState, VersionDifference, short_name
from tagging.serving import LAYER, Pointer

WIDTH = 80
SHOWN = 10
"""Changes that are listed; --json has more."""
NAMED = 6
"""Labels that are named in a line; --json has all."""


def make_console() -> Console:
    """A console of at most 80 columns."""
    console = Console(highlight=False)
    console.width = min(console.width, WIDTH)
    return console


def print_plan(plan: PointerPlan, console: Console) -> None:
    """What a change would do."""
    before, after = plan.before, plan.after
    generation = before.generation if before is not None else 0
    plural = KINDS[plan.models.kind].plural
    console.print(f"stage {plan.models.stage}, {plural}: generation {generation} → {after.generation}", markup=False)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, (old, new) in _roles(before, after).items():
        if old != new:
            table.add_row(name, Text(f"{old} → {new}"))
    for name, text in _effects(plan):
        table.add_row(name, Text(text))
    console.print(table)


def print_written(plan: PointerPlan, pointer: Pointer, console: Console) -> None:
    """What stands after a change, and how to go back."""
    share = f", {pointer.challenger.version} {_share(pointer)} of the items" if pointer.challenger else ""
    shadows = f", shadowed by {' and '.join(pointer.shadows)}" if pointer.shadows else ""
    console.print(f"done: {_name(pointer.champion)} serves{share}{shadows}", style="green", markup=False)
    console.print(f"  generation {pointer.generation}, by {short_name(pointer.by)}: {pointer.why}", markup=False)
    console.print("  functions follow with their next batches; to go back:")
    console.print(f"  {_way_back(plan, pointer)}", markup=False, soft_wrap=True)


def print_state(state: PointerState, layer: str, console: Console) -> None:
    """Who serves, since when and by whom, and the last changes."""
    pointer = state.last_good
    plural = KINDS[state.kind].plural
    if state.fault:
        console.print(f"{plural}: {state.fault}; {state}", style="red", markup=False)
        console.print("  tagging pointer restore writes the last good one again", markup=False)
    if pointer is None:
        console.print(f"{plural}: {state if not state.fault else ''} ({layer})", markup=False)
        return
    console.print(f"{plural}: generation {pointer.generation}", markup=False)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    since = state.serves_since(pointer.champion)
    text = _name(pointer.champion)
    if since is not None and since.pointer is not None:
        text += f" since {_time(since.pointer.at)}, by {short_name(since.pointer.by)}"
    table.add_row("champion", Text(text))
    if pointer.challenger is not None:
        table.add_row("challenger", Text(f"{pointer.challenger.version}, {_share(pointer)} of the items"))
    for shadow in pointer.shadows:
        table.add_row("shadow", shadow)
    if pointer.previous is not None:
        table.add_row("previous", Text(f"{_name(pointer.previous)}, to which a rollback returns"))
    console.print(table)
    console.print(_history(state.records))


def plan_document(plan: PointerPlan, pointer: Pointer) -> dict[str, Any]:
    """A written change as --json prints it."""
    return {
        "stage": plan.models.stage,
        "kind": plan.models.kind,
        "pointer": to_builtins(pointer),
        "before": to_builtins(plan.before),
        "labels": difference_document(plan.change),
        "unwatched": list(plan.unwatched),
        "back": _way_back(plan, pointer),
    }


def _way_back(plan: PointerPlan, pointer: Pointer) -> str:
    """The command that undoes a change: no rollback where that would end another canary, or where one was ended."""
    before, what = plan.before, "rollback"
    ended = [each for each in (before.shadows if before else ()) if each not in pointer.shadows]
    if plan.version in pointer.shadows:
        what = f"rollback --shadow {plan.version}"
    elif ended == [plan.version] and plan.version not in pointer.serving:
        what = f"promote {plan.version} --shadow"
    elif before is not None and before.champion != pointer.champion and pointer.challenger is not None:
        what = f"promote {before.champion}"
    elif before is not None and before.champion == pointer.champion and before.challenger and not pointer.challenger:
        what = f"promote {before.challenger.version} --canary {before.challenger.share:g}"
    return f"tagging {what} --kind {pointer.kind} --stage {plan.models.stage}"


def difference_document(change: VersionDifference | None) -> dict[str, Any] | None:
    """What a version changes, as --json prints it; None where that is not known."""
    if change is None:
        return None
    return {
        "kept": list(change.kept),
        "added": list(change.added),
        "gone": list(change.gone),
        "renamed": dict(change.renamed),
        "thresholds": {label: list(pair) for label, pair in change.thresholds.items()},
        "incompatible": list(change.incompatible),
    }


def difference_lines(change: VersionDifference) -> Iterator[tuple[str, str]]:
    """What a version changes, in lines with their names."""
    parts = [f"{len(change.kept)} kept"]
    parts += [f"{old} renamed {new}" for old, new in change.renamed.items()]
    parts += [f"{len(names)} {word}: {_names(names)}" for word, names in _changed(change).items() if names]
    yield "labels", "; ".join(parts)
    moved = [f"{label} {old:.2f} → {new:.2f}" for label, (old, new) in change.thresholds.items()]
    if moved:
        yield "thresholds", f"{len(moved)} moved: {_names(moved)}"


def _changed(change: VersionDifference) -> Mapping[str, Sequence[str]]:
    return {"new": change.added, "gone": change.gone}


def _roles(before: Pointer | None, after: Pointer) -> dict[str, tuple[str, str]]:
    """Role → its version before and after."""
    old = {"champion": LAYER} if before is None else _named_roles(before)
    new = _named_roles(after)
    return {name: (old.get(name, "none"), new.get(name, "none")) for name in {**old, **new}}


def _named_roles(pointer: Pointer) -> dict[str, str]:
    roles = {"champion": pointer.champion}
    if pointer.challenger is not None:
        roles["challenger"] = f"{pointer.challenger.version}, {_share(pointer)} of the items"
    if pointer.shadows:
        roles["shadows"] = ", ".join(pointer.shadows)
    return roles | ({"previous": pointer.previous} if pointer.previous else {})


def _effects(plan: PointerPlan) -> Iterator[tuple[str, str]]:
    if plan.version in plan.after.shadows:
        yield "effect", "none on items: it predicts them and decides nothing; beside the champion:"
    if plan.change is not None:
        yield from difference_lines(plan.change)
    else:
        yield "labels", "what changes is not known: one of the two versions cannot be read here"
    if plan.unwatched:
        yield "no alarm", f"watches the critical labels {_names(plan.unwatched)}"


def _history(records: Sequence[PointerRecord]) -> Table:
    """The last changes; the version after `+` is a challenger; shadows stand where they begin or end."""
    table = Table(box=None, header_style="dim", padding=(0, 1, 0, 1))
    for name in ("", "when", "serves", "by", "why"):
        table.add_column(name, overflow="fold", no_wrap=name in ("", "when", "serves"))
    for record, older in zip(records[:SHOWN], [*records[1:], None], strict=False):
        pointer = record.pointer
        if pointer is None:
            table.add_row("", _time(record.written.isoformat()), Text(record.fault, style="red"))
            continue
        share = f" + {pointer.challenger.version} {_share(pointer)}" if pointer.challenger else ""
        earlier = older.pointer.shadows if older is not None and older.pointer is not None else ()
        begun = "".join(f"\nshadow {each}" for each in pointer.shadows if each not in earlier)
        over = "".join(f"\nno shadow {each}" for each in earlier if each not in pointer.shadows)
        cells = (str(pointer.generation), _time(pointer.at), pointer.champion + share + begun + over)
        table.add_row(*map(Text, (*cells, short_name(pointer.by), pointer.why)))
    return table


def _time(text: str) -> str:
    return text[:16].replace("T", " ")


def _name(version: str) -> str:
    return "layer (the deployed bundle)" if version == LAYER else version


def _share(pointer: Pointer) -> str:
    return f"{pointer.challenger.share:.4%}".rstrip("0%").rstrip(".") + " %" if pointer.challenger else ""


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
