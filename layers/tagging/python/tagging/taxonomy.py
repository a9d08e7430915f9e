"""The versioned list of heads and labels: what can be said of an item, and where an item of which this is said goes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tagging.taxonomy_changes import Change, Name
from tagging.taxonomy_rules import mistakes_in

HeadKind = Literal["multilabel", "multiclass", "binary"]
_STRICT = ConfigDict(frozen=True, extra="forbid")


class Cost(BaseModel):
    """What a wrong yes (`fp`) and a wrong no (`fn`) cost, in any unit."""

    model_config = _STRICT

    fp: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    fn: Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Floor(BaseModel):
    """A goal with a number: exactly one of a precision floor, a recall floor, or costs."""

    model_config = _STRICT

    min_precision: Annotated[float, Field(gt=0, lt=1)] | None = None
    min_recall: Annotated[float, Field(gt=0, lt=1)] | None = None
    cost: Cost | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if sum(value is not None for value in (self.min_precision, self.min_recall, self.cost)) != 1:
            raise ValueError("write exactly one of min_precision, min_recall, cost")
        return self


class Policy(BaseModel):
    """How a multilabel head decides where not by thresholds: exactly one of `top` and `sum`."""

    model_config = _STRICT

    top: Annotated[int, Field(ge=1)] | None = None
    """The labels with the so many highest scores."""
    sum: Annotated[float, Field(gt=0, le=1)] | None = None
    """The labels with the highest scores, as many as it takes until their scores add up to this."""

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.top is None) == (self.sum is None):
            raise ValueError("write exactly one of top, sum")
        return self


class Label(BaseModel):
    """A statement that holds for an item or not."""

    model_config = _STRICT

    id: Name
    description: Annotated[str, Field(min_length=1)]
    examples: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """Texts of which the label holds; like the description, they teach."""
    parent: Name | None = None
    """A label of the same head that holds wherever this one does."""
    critical: bool = False
    deprecated: bool = False
    """No longer learned or given; stored rows and data may name it."""
    owner: str | None = None
    route: Name | None = None
    """Where an item with this label is sent; without one, the label alone opens no ticket."""
    index: bool = False
    """Rows with this label can be listed by it."""
    goal: Literal["max_f1"] | Floor = "max_f1"
    """What the label's threshold must reach."""


class Head(BaseModel):
    """Labels decided together."""

    model_config = _STRICT

    id: Name
    kind: HeadKind
    policy: Literal["thresholds"] | Policy = "thresholds"
    when: Name | None = None
    """A label of an earlier multiclass or binary head: this head runs only where that label was given. Of other items
    its labels are not asked: they get no score, which is not a no."""
    ranked: bool = False
    """Of a multiclass head: an item that does several of these has the label that stands first."""
    labels: Annotated[tuple[Label, ...], Field(min_length=1)]


class Taxonomy(BaseModel):
    """All heads and labels; label ids are unique over all heads."""

    model_config = _STRICT

    version: Annotated[int, Field(ge=1)]
    heads: Annotated[tuple[Head, ...], Field(min_length=1)]
    changes: tuple[Change, ...] = ()
    """What became of labels of earlier versions, oldest first."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        found = [mistake.message for mistake in mistakes_in(self.model_dump(exclude_none=True))]
        if found:
            raise ValueError("; ".join(found))
        return self

    @cached_property
    def labels(self) -> dict[str, Label]:
        """Label id -> label, in the order of the file: head by head."""
        return {label.id: label for head in self.heads for label in head.labels}

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
            above: str | None = label_id
            while above is not None and above not in implied:
                implied.add(above)
                above = self.labels[above].parent
        return tuple(label_id for label_id in self.labels if label_id in implied)

    def in_use(self) -> Taxonomy:
        """What heads are trained for: without deprecated labels, heads of nothing else, and then without changes.

        Data sets are read against the whole taxonomy: their rows may name what is no longer in use.
        """
        if not any(label.deprecated for label in self.labels.values()):
            return self
        kept = (
            head.model_copy(update={"labels": tuple(label for label in head.labels if not label.deprecated)})
            for head in self.heads
        )
        return Taxonomy(version=self.version, heads=tuple(head for head in kept if head.labels))
