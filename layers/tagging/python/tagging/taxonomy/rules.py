"""Consistency rules of a taxonomy, checked on plain data: a file with other mistakes is checked too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from msgspec import Struct

from tagging.taxonomy.head_kinds import HEAD_KINDS, HeadRules

Place = tuple[str | int, ...]
"""Keys and list places from the top: ("heads", 0, "labels", 2, "parent")."""
Content = Mapping[str, Any]


class Mistake(Struct, frozen=True):
    """A mistake, its place, and what to write instead."""

    place: Place
    message: str


class _LabelAt(Struct, frozen=True):
    """A label with its place and the number of its head."""

    place: Place
    head: int
    content: Content

    @property
    def id(self) -> str:
        return str(self.content.get("id"))


def mistakes_in(taxonomy: Content) -> list[Mistake]:
    """All inconsistencies of `{version, heads, changes}`; anything of a wrong type is passed over."""
    heads = _contents(taxonomy.get("heads"))
    labels = [
        _LabelAt(("heads", number, "labels", place), number, label)
        for number, head in heads
        for place, label in _contents(head.get("labels"))
    ]
    found = [mistake for number, head in heads for mistake in _head_mistakes(number, head)]
    found += _duplicates([(("heads", number, "id"), head.get("id")) for number, head in heads], "head id")
    found += _duplicates([((*label.place, "id"), label.content.get("id")) for label in labels], "label id")
    found += _parent_mistakes(labels, dict(heads))
    found += _condition_mistakes(heads, labels)
    found += _change_mistakes(taxonomy, labels)
    return found


def nearest(name: object, known: list[str]) -> str:
    """`: did you mean …?` for a name that is nearly one of the known ones; "" where none is near."""
    close = get_close_matches(str(name), known, 1)
    return f": did you mean {close[0]}?" if close else ""


def _head_mistakes(number: int, head: Content) -> Iterator[Mistake]:
    place: Place = ("heads", number)
    labels = head.get("labels")
    in_use = [label for _, label in _contents(labels) if label.get("deprecated") is not True]
    if not isinstance(labels, list | tuple):
        return
    name, kind, policy = head.get("id"), head.get("kind"), head.get("policy", "thresholds")
    rules = _rules_of(head)
    if rules is None:
        if isinstance(kind, str):
            known = nearest(kind, [*HEAD_KINDS]) or f"; known kinds: {', '.join(HEAD_KINDS)}"
            yield Mistake((*place, "kind"), f"head {name}: head kind {kind!r} is unknown{known}")
        return
    if not rules.fits(len(labels)):
        yield Mistake(place, f"head {name}: a {kind} head {rules.misfit}")
    elif 0 < len(in_use) < rules.fewest_labels:
        yield Mistake(place, f"head {name}: only one label is not deprecated; write deprecated: true for it as well")
    if rules.assigns_one and policy != "thresholds":
        yield Mistake(
            (*place, "policy"),
            f"head {name}: a {kind} head gives one label or none; leave policy out, or write kind: multilabel",
        )
    if head.get("ranked") is True and not rules.exclusive:
        kinds = " or ".join(kind for kind, rules in HEAD_KINDS.items() if rules.exclusive)
        why = f"head {name}: only a {kinds} head is ranked; leave ranked out, or write kind: {kinds}"
        yield Mistake((*place, "ranked"), why)
    top = policy.get("top") if isinstance(policy, Mapping) else None
    if isinstance(top, int) and top > len(in_use):
        yield Mistake((*place, "policy"), f"head {name}: top: {top} of {len(in_use)} labels; write at most that many")


def _condition_mistakes(heads: list[tuple[int, Content]], labels: list[_LabelAt]) -> Iterator[Mistake]:
    """What is wrong with `when`: the label must have been decided before, alone, and still be given."""
    by_id = {label.id: label for label in labels}
    assigns_one = {number: rules.assigns_one for number, head in heads if (rules := _rules_of(head))}
    deciding = [label.id for label in labels if assigns_one.get(label.head)]
    for number, head in heads:
        name = head.get("when")
        if not isinstance(name, str):
            continue
        found = by_id.get(name)
        if found is None:
            hint = nearest(name, deciding) or "; write a label of an earlier head, or leave when out"
            why = f"its condition is no label: {name}{hint}"
        elif found.head == number:
            why = f"it waits for its own label {name}; write a label of an earlier head, or leave when out"
        elif found.head > number:
            why = f"it waits for {name} of a later head; put that head first"
        elif assigns_one.get(found.head) is False:
            kinds = " or ".join(kind for kind, rules in HEAD_KINDS.items() if rules.assigns_one)
            why = f"it waits for {name} of a {dict(heads)[found.head]['kind']} head; write a label of a {kinds} head"
        elif found.content.get("deprecated") is True:
            why = f"it waits for {name}, which is deprecated and never given; leave when out"
        else:
            continue
        yield Mistake(("heads", number, "when"), f"head {head.get('id')}: {why}")


def _duplicates(named: list[tuple[Place, object]], what: str) -> Iterator[Mistake]:
    seen: set[object] = set()
    for place, name in named:
        if isinstance(name, str):
            if name in seen:
                yield Mistake(place, f"{what} used more than once: {name}; give this one another id")
            seen.add(name)


def _parent_mistakes(labels: list[_LabelAt], heads: dict[int, Content]) -> Iterator[Mistake]:
    by_id = {label.id: label for label in labels}
    for label in labels:
        parent = label.content.get("parent")
        if not (isinstance(parent, str) and isinstance(label.content.get("id"), str)):
            continue
        above = by_id.get(parent)
        if above is None:
            siblings = [other.id for other in labels if other.head == label.head and other is not label]
            hint = nearest(parent, siblings) or "; write another label of this head, or leave parent out"
            why = f"label {label.id}: its parent does not exist: {parent}{hint}"
        elif above.head != label.head:
            why = f"label {label.id}: its parent {parent} is in another head; put both into one, or leave parent out"
        elif (rules := _rules_of(heads[label.head])) and rules.exclusive:
            kind = heads[label.head]["kind"]
            why = f"label {label.id}: a {kind} head gives one label, never a parent as well; leave parent out"
        elif above.content.get("deprecated") is True and label.content.get("deprecated") is not True:
            why = f"label {label.id}: its parent {parent} is deprecated; leave parent out"
        elif circle := _circle(label, by_id):
            why = f"labels that are their own parents: {' → '.join(circle)}; leave one of these parents out"
        else:
            continue
        yield Mistake((*label.place, "parent"), why)


def _circle(label: _LabelAt, by_id: dict[str, _LabelAt]) -> list[str]:
    """The path from a label up to itself; empty without one, and for all but one label of a circle."""
    path = [label.id]
    while isinstance(parent := by_id[path[-1]].content.get("parent"), str) and parent in by_id:
        path.append(parent)
        if parent == label.id:
            return path if label.id == min(path) else []
        if parent in path[:-1]:
            return []
    return []


def _change_mistakes(taxonomy: Content, labels: list[_LabelAt]) -> Iterator[Mistake]:
    current = {label.id: label.content for label in labels}
    changes = _contents(taxonomy.get("changes"))
    later: set[str] = set(current)
    for number, change in reversed(changes):
        place: Place = ("changes", number)
        yield from (Mistake(place, why) for why in _mistakes_of_change(change, current, later))
        later |= set(_names(change, "rename", "split", "merge"))
    version, before = taxonomy.get("version"), 0
    for number, change in changes:
        since = change.get("since")
        if isinstance(since, int) and isinstance(version, int) and since > version:
            why = f"since: {since} is later than the taxonomy's version {version}; write version: {since} at the top"
            yield Mistake(("changes", number, "since"), why)
        if isinstance(since, int) and since < before:
            yield Mistake(("changes", number, "since"), f"since: {since} after since: {before}; write the oldest first")
        before = since if isinstance(since, int) else before


def _mistakes_of_change(change: Content, current: Mapping[str, Content], later: set[str]) -> Iterator[str]:
    """What is wrong with one change, `later` being the labels that are there after it."""
    for name in _names(change, "rename", "split", "merge"):
        if name in current:
            yield f"{name} was renamed, split or merged, but is still among the labels; take it out, or name another"
    for name in _names(change, "to", "into"):
        if name not in later:
            yield f"{name} is not among the labels{nearest(name, sorted(current)) or '; add it'}"
    for name in _names(change, "deprecate"):
        if name not in current:
            hint = nearest(name, sorted(current)) or "; keep it, with deprecated: true"
            yield f"{name} is not among the labels{hint}"
        elif current[name].get("deprecated") is not True:
            yield f"label {name} is not marked; write deprecated: true in it"


def _names(change: Content, *keys: str) -> list[str]:
    found: list[str] = []
    for key in keys:
        value = change.get(key)
        listed = value if isinstance(value, list | tuple) else [value]
        found += [one for one in listed if isinstance(one, str)]
    return found


def _contents(value: object) -> list[tuple[int, Content]]:
    """The mappings of a list with their places; none where it is no list."""
    listed = value if isinstance(value, list | tuple) else ()
    return [(place, one) for place, one in enumerate(listed) if isinstance(one, Mapping)]


def _rules_of(head: Content) -> HeadRules | None:
    """What the head's kind allows; None where there is no such kind."""
    kind = head.get("kind")
    return HEAD_KINDS.get(kind) if isinstance(kind, str) else None
