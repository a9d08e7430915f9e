"""The form by which a person answers: one row of three states for each label, with its key."""

from __future__ import annotations

import string
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from tagging.console.source import ServedLabels
    from tagging.taxonomy import Label

KEYS: Final = "123456789" + "".join(letter for letter in string.ascii_lowercase if letter not in "csu")
"""Keys of labels, in the order of the taxonomy; others are found by typing. C, S and U are actions."""
Mode = Literal["queue", "correct"]
FIELD: Final = "label:"
"""Prefix of the fields of labels."""
STATES: Final = ("yes", "no", "unseen")


@dataclass(frozen=True)
class Choice:
    """One label of the form."""

    id: str
    description: str
    critical: bool
    key: str
    state: str
    wanted: bool
    """The label because of which the item is asked about."""


@dataclass(frozen=True)
class ReviewForm:
    """A form for one item."""

    item: str
    kind: str
    version: str
    mode: Mode
    heads: list[tuple[str, list[Choice]]]
    undo: bool
    note: str = ""
    blind: bool = False
    unreadable: bool = False
    """Nobody can read the item: that is all that can be answered."""

    @property
    def labels(self) -> int:
        """How many labels are asked about."""
        return sum(len(choices) for _, choices in self.heads)


def make_form(
    served: ServedLabels,
    item: str,
    kind: str,
    mode: Mode,
    *,
    ticked: Collection[str] = (),
    answer: Mapping[str, str] | None = None,
    wanted: Collection[str] = (),
    heads: Collection[str] | None = None,
    undo: bool = False,
    note: str = "",
    blind: bool = False,
    unreadable: bool = False,
) -> ReviewForm:
    """A form for an item, by the labels that serve, or by those of the requested `heads`.

    `ticked`: labels that begin as yes. `answer`: the states of an answer that was undone, instead. Labels that are
    `wanted` come first.
    """
    asked = {
        head.id: [label for label in head.labels if not label.deprecated]
        for head in served.taxonomy.heads
        if heads is None or head.id in heads
    }
    keys = _keys(served, [label.id for labels in asked.values() for label in labels])

    def choice(label: Label) -> Choice:
        state = (answer or {}).get(label.id, "") or ("yes" if label.id in ticked else "no")
        return Choice(label.id, label.description, label.critical, keys.get(label.id, ""), state, label.id in wanted)

    first = [label for labels in asked.values() for label in labels if label.id in wanted]
    groups = [("asked first", first)] if first else []
    groups += [
        (head.replace("_", " "), [label for label in labels if label.id not in wanted])
        for head, labels in asked.items()
    ]
    shown = [(head, [choice(label) for label in labels]) for head, labels in groups if labels]
    return ReviewForm(item, kind, served.version, mode, shown, undo, note, blind, unreadable)


def _keys(served: ServedLabels, asked: Collection[str]) -> dict[str, str]:
    """The key of each label: the same on every item, so that hands learn it; labels without one get what is left."""
    keys = dict(zip((id for id, label in served.taxonomy.labels.items() if not label.deprecated), KEYS, strict=False))
    left = [key for id, key in keys.items() if id not in asked] + [*KEYS[len(keys) :]]
    return keys | dict(zip((id for id in asked if id not in keys), left, strict=False))


def answered_states(form: Mapping[str, str], served: ServedLabels) -> dict[str, str]:
    """The states of a sent form by label, of labels that serve."""
    labels = served.taxonomy.labels
    return {
        name.removeprefix(FIELD): state
        for name, state in form.items()
        if name.startswith(FIELD) and name.removeprefix(FIELD) in labels and state in STATES
    }
