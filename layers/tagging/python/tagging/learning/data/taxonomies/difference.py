"""Effects of a new version of a taxonomy: on data, on thresholds, and on stored rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from tagging.taxonomy import Change, Head, Label, Taxonomy

UNCHANGED = "as before"
AGAIN = "train again: tuned anew"


@dataclass(frozen=True)
class Effect:
    """One difference and its effects; `breaks` where older rows could not be read or would be misread."""

    subject: str
    what: str
    data: str = UNCHANGED
    thresholds: str = UNCHANGED
    stored: str = UNCHANGED
    breaks: bool = False


def differences(old: Taxonomy, new: Taxonomy) -> tuple[Effect, ...]:
    """The differences of `new` from `old`, by its `changes` since then."""
    since = [change for change in new.changes if change.since > old.version]
    renamed: dict[str | None, str | None] = {change.rename: change.to for change in since if change.rename}
    effects = [_of_change(change) for change in since]
    effects += _gone_and_added(old, new, since)
    for label_id, label in old.labels.items():
        now = new.labels.get(renamed.get(label_id) or label_id)
        if now is not None:
            parent = renamed.get(label.parent or "") or label.parent
            earlier = msgspec.structs.replace(label, parent=parent)
            effects += _of_label(earlier, now, old.head_of(label_id), new.head_of(now.id))
    effects += _of_heads(old, new, renamed)
    if effects and new.version <= old.version:
        text = f"is {new.version}, was {old.version}: write version: {old.version + 1}"
        effects.append(Effect("version", text, breaks=True))
    return tuple(effects)


def _of_change(change: Change) -> Effect:
    old, new = " and ".join(change.old), " and ".join(change.new)
    if change.kind == "rename":
        text = f"its answers become those of {new}"
        return Effect(old, f"renamed {new}", text, "train again: same answers", f"{old} in them means {new}")
    if change.kind == "split":
        text = (
            f"a positive becomes unknown for {new}, a negative becomes negative for each: label the positive rows anew"
        )
        return Effect(old, f"split into {new}", text, AGAIN, f"{old} in them keeps its wider meaning")
    if change.kind == "merge":
        text = f"positive for {new} where one is positive; unknown where none is positive and one is unknown"
        return Effect(old, f"merged into {new}", text, AGAIN, f"each of them means {new}")
    return Effect(old, "deprecated", "kept, no longer learned from", "removed", f"{old} in them keeps its meaning")


def _gone_and_added(old: Taxonomy, new: Taxonomy, since: list[Change]) -> Iterator[Effect]:
    """Labels that were added or removed without a change that explains it."""
    explained = {name for change in since for name in (*change.old, *change.new)}
    earlier = {name for change in old.changes for name in change.old} - set(old.labels)
    for name in old.labels:
        if name not in new.labels and name not in explained:
            text = "removed without a change: rename, split, merge or deprecate it"
            yield Effect(name, text, "rows that name it are left out", "removed", "its meaning is lost", True)
    for name in new.labels:
        if name in earlier:
            text = "an id of an earlier version is used again: give the label another id"
            yield Effect(name, text, "older rows are misread", AGAIN, "older rows mean something else", True)
        elif name not in old.labels and name not in explained:
            text = "negative in older rows: write it into their unknown until somebody has looked"
            yield Effect(name, "added", text, "train: tuned for the first time", "rows from before do not have it")


def _of_label(old: Label, new: Label, old_head: str, new_head: str) -> Iterator[Effect]:
    if old.description != new.description or old.examples != new.examples:
        text = "still right if the meaning is the same; for another meaning, split or rename"
        yield Effect(new.id, "description or examples", text, AGAIN)
    if old_head != new_head:
        yield Effect(new.id, f"moved from head {old_head} to {new_head}", thresholds=AGAIN, stored="name the old head")
    if old.parent != new.parent and new.parent:
        yield Effect(
            new.id, f"its parent is {new.parent}", f"a positive makes {new.parent} positive", f"{AGAIN} for both"
        )
    elif old.parent != new.parent:
        yield Effect(new.id, f"{old.parent} is no longer its parent", f"older rows hold {old.parent} as well", AGAIN)
    if old.objective != new.objective:
        yield Effect(new.id, "goal", thresholds=AGAIN)
    if old.deprecated and not new.deprecated:
        text = "negative in rows since then: write it into their unknown"
        yield Effect(new.id, "in use again", text, AGAIN)
    tickets = [name for name in ("route", "critical", "owner", "index") if getattr(old, name) != getattr(new, name)]
    if tickets:
        yield Effect(new.id, ", ".join(tickets), stored="from the next deployment on")


def _of_heads(old: Taxonomy, new: Taxonomy, renamed: Mapping[str | None, str | None]) -> Iterator[Effect]:
    before: dict[str, Head] = {head.id: head for head in old.heads}
    for head in new.heads:
        earlier = before.get(head.id)
        if earlier is None:
            continue
        if earlier.kind != head.kind:
            text = "rows with two of its labels are left out" if head.rules.exclusive else UNCHANGED
            yield Effect(f"head {head.id}", f"{earlier.kind}, now {head.kind}", text, f"{AGAIN}, all its labels")
        if earlier.policy != head.policy:
            yield Effect(f"head {head.id}", "policy", stored="from the next deployment on")
        if renamed.get(earlier.when, earlier.when) != head.when:
            text = f"runs only where {head.when} is assigned" if head.when else "runs for every item"
            yield Effect(f"head {head.id}", text, thresholds=AGAIN, stored="older rows keep the old condition")
