"""The versioned taxonomy: heads, their labels, and the routes of items with these labels."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct, field

from tagging.taxonomy.changes import Change, Name
from tagging.taxonomy.head_kinds import HEAD_KINDS, HeadRules
from tagging.taxonomy.rules import mistakes_in

Text = Annotated[str, Meta(min_length=1)]
Amount = Annotated[float, Meta(gt=0, le=sys.float_info.max)]


class Cost(Struct, frozen=True, forbid_unknown_fields=True):
    """The costs of a false positive and of a false negative, in any unit."""

    fp: Amount
    fn: Amount
    tuned: bool = True
    """Whether the threshold is tuned on held-out rows. Else it is fp / (fp + fn), which calibrated scores call for: the
    better choice where items will be unlike the rows."""


class NumericObjective(Struct, frozen=True, forbid_unknown_fields=True):
    """An objective with a number: exactly one of a precision floor, a recall floor, or costs."""

    min_precision: Annotated[float, Meta(gt=0, lt=1)] | None = None
    min_recall: Annotated[float, Meta(gt=0, lt=1)] | None = None
    cost: Cost | None = None

    def __post_init__(self) -> None:
        if sum(value is not None for value in (self.min_precision, self.min_recall, self.cost)) != 1:
            raise ValueError("write exactly one of min_precision, min_recall, cost")


class Policy(Struct, frozen=True, forbid_unknown_fields=True):
    """How a multilabel head decides if not by thresholds: exactly one of `top` and `sum`."""

    top: Annotated[int, Meta(ge=1)] | None = None
    """The labels with the so many highest scores."""
    sum: Annotated[float, Meta(gt=0, le=1)] | None = None
    """The labels with the highest scores, as many as it takes until their scores add up to this."""

    def __post_init__(self) -> None:
        if (self.top is None) == (self.sum is None):
            raise ValueError("write exactly one of top, sum")


class Label(Struct, frozen=True, forbid_unknown_fields=True):
    """A statement that holds for an item or not."""

    id: Name
    description: Text
    examples: tuple[Text, ...] = ()
    """Texts for which the label holds; heads learn from them and from the description."""
    parent: Name | None = None
    """A label of the same head that holds wherever this one does."""
    critical: bool = False
    deprecated: bool = False
    """No longer learned or assigned; stored rows and data may name it."""
    owner: str | None = None
    route: Name | None = None
    """The route of an item with this label; without one, the label alone opens no ticket."""
    index: bool = False
    """Rows with this label can be listed by it."""
    objective: Literal["max_f1"] | NumericObjective = field(default="max_f1", name="goal")
    """What the label's threshold is tuned for."""

    @property
    def has_floor(self) -> bool:
        """Whether its objective is a floor, which has to be proven; the highest F1 and costs are aims."""
        return isinstance(self.objective, NumericObjective) and self.objective.cost is None


class Head(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Labels decided together."""

    id: Name
    kind: str
    """One of `HEAD_KINDS`."""
    policy: Literal["thresholds"] | Policy = "thresholds"
    when: Name | None = None
    """A label of an earlier multiclass or binary head: this head runs only where that label is assigned. On other
    items its labels have no score: they are unknown, not negative."""
    ranked: bool = False
    """For a multiclass head: if several labels could hold, the first one does."""
    pack: bool = False
    """Runs only where it is turned on: labels of one industry. All other heads are always on."""
    labels: Annotated[tuple[Label, ...], Meta(min_length=1)]

    @property
    def rules(self) -> HeadRules:
        """What its kind allows."""
        return HEAD_KINDS[self.kind]


ALL_PACKS = "all"
"""Stands for every pack of a taxonomy."""


class UnknownPack(ValueError):
    """A pack that a taxonomy does not have; the message names those that it has."""


class Taxonomy(Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """All heads and labels; label ids are unique over all heads."""

    version: Annotated[int, Meta(ge=1)]
    heads: Annotated[tuple[Head, ...], Meta(min_length=1)]
    changes: tuple[Change, ...] = ()
    """The changes of labels since earlier versions, oldest first."""
    review_share: Annotated[float, Meta(ge=0, lt=1)] = 0.15
    """The share of items that may be reviewed because their labels are uncertain: those most likely to be wrong."""

    def __post_init__(self) -> None:
        found = [mistake.message for mistake in mistakes_in(msgspec.to_builtins(self))]
        if found:
            raise ValueError("; ".join(found))

    @cached_property
    def labels(self) -> dict[str, Label]:
        """Label id -> label, in the order of the file: head by head."""
        return {label.id: label for head in self.heads for label in head.labels}

    @property
    def critical_labels(self) -> tuple[str, ...]:
        """Ids of the critical labels, in taxonomy order."""
        return tuple(id for id, label in self.labels.items() if label.critical)

    @cached_property
    def asks_yes_or_no(self) -> bool:
        """Whether every head has one label: then no label is an answer to all of them."""
        return all(head.rules.most_labels == 1 for head in self.heads)

    @cached_property
    def _heads_by_label(self) -> dict[str, str]:
        return {label.id: head.id for head in self.heads for label in head.labels}

    def head_of(self, label_id: str) -> str:
        """Id of the head that decides this label; KeyError where there is no such label."""
        return self._heads_by_label[label_id]

    def needed(self, head_ids: Collection[str]) -> tuple[Head, ...]:
        """The heads that must run to answer these, in order: themselves, and those whose labels they wait for."""
        found: list[Head] = []
        waiting = set(head_ids)
        for head in reversed(self.heads):
            if head.id in waiting:
                found.append(head)
                waiting |= {self.head_of(head.when)} if head.when else set()
        return tuple(reversed(found))

    def routes(self, label_ids: Iterable[str]) -> tuple[str, ...]:
        """Where an item with these labels goes: sorted, each once; empty where no label has a route."""
        found = (self.labels[label_id].route for label_id in label_ids)
        return tuple(sorted({route for route in found if route}))

    def closed(self, label_ids: Iterable[str]) -> tuple[str, ...]:
        """These labels and all that they imply, parent by parent, in taxonomy order; KeyError for an unknown label."""
        implied: set[str] = set()
        for label_id in label_ids:
            current: str | None = label_id
            while current is not None and current not in implied:
                implied.add(current)
                current = self.labels[current].parent
        return tuple(label_id for label_id in self.labels if label_id in implied)

    @property
    def packs(self) -> tuple[str, ...]:
        """Ids of the heads that run only where they are turned on."""
        return tuple(head.id for head in self.heads if head.pack)

    def find_packs(self, names: Collection[str]) -> tuple[str, ...]:
        """These packs, or every pack for ALL_PACKS, in the order of the file. Raises UnknownPack."""
        existing = f"packs are {', '.join(self.packs)}" if self.packs else "this taxonomy has no packs"
        for name in names:
            if name not in (*self.packs, ALL_PACKS):
                always_on = any(head.id == name for head in self.heads)
                why = f"head {name} is always on" if always_on else f"there is no pack {name}"
                raise UnknownPack(f"{why}: {existing}")
        return tuple(pack for pack in self.packs if pack in names or ALL_PACKS in names)

    def with_packs(self, names: Collection[str]) -> Taxonomy:
        """The heads that are always on and these packs, without heads that wait for a label of a pack that is off.

        Raises UnknownPack.
        """
        packs = self.find_packs(names)
        kept: list[Head] = []
        for head in self.heads:
            labels = {label.id for each in kept for label in each.labels}
            if (not head.pack or head.id in packs) and (head.when is None or head.when in labels):
                kept.append(head)
        if len(kept) == len(self.heads):
            return self
        if not kept:
            raise UnknownPack(f"every head is a pack: turn on one of {', '.join(self.packs)}")
        return Taxonomy(version=self.version, heads=tuple(kept))

    def in_use(self) -> Taxonomy:
        """The taxonomy that heads are trained for: without deprecated labels, without heads that have no others.

        Data sets are read with the full taxonomy: their rows may name labels that are no longer in use.
        """
        if not any(label.deprecated for label in self.labels.values()):
            return self
        kept = (
            msgspec.structs.replace(head, labels=tuple(label for label in head.labels if not label.deprecated))
            for head in self.heads
        )
        in_use = tuple(head for head in kept if head.labels)
        return Taxonomy(version=self.version, heads=in_use, review_share=self.review_share)
