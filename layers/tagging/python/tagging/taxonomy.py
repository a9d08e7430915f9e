"""The versioned list of heads and labels: what can be said of an item, and where an item of which this is said goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
HeadKind = Literal["multilabel", "multiclass", "binary"]


class Cost(BaseModel):
    """What a wrong yes (`fp`) and a wrong no (`fn`) cost, in any unit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fp: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    fn: Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Floor(BaseModel):
    """A goal with a number: exactly one of a precision floor, a recall floor, or costs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_precision: Annotated[float, Field(gt=0, lt=1)] | None = None
    min_recall: Annotated[float, Field(gt=0, lt=1)] | None = None
    cost: Cost | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if sum(value is not None for value in (self.min_precision, self.min_recall, self.cost)) != 1:
            raise ValueError("write exactly one of min_precision, min_recall, cost")
        return self


class Label(BaseModel):
    """A statement that holds for an item or not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    description: Annotated[str, Field(min_length=1)]
    parent: Name | None = None
    critical: bool = False
    owner: str | None = None
    route: Name | None = None
    """Where an item with this label is sent; without one, the label alone opens no ticket."""
    index: bool = False
    """Rows with this label can be listed by it."""
    goal: Literal["max_f1"] | Floor = "max_f1"
    """What the label's threshold must reach."""


class Head(BaseModel):
    """Labels decided together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    kind: HeadKind
    labels: Annotated[tuple[Label, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _as_many_labels_as_its_kind_has(self) -> Self:
        if self.kind == "binary" and len(self.labels) != 1:
            raise ValueError(f"head {self.id}: a binary head has exactly one label")
        if self.kind == "multiclass" and len(self.labels) < 2:
            raise ValueError(f"head {self.id}: a multiclass head has at least two labels")
        return self


class Taxonomy(BaseModel):
    """All heads and labels; label ids are unique over all heads."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Annotated[int, Field(ge=1)]
    heads: Annotated[tuple[Head, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [label.id for head in self.heads for label in head.labels]
        twice = [name for name, times in Counter([*ids, *(f"head {h.id}" for h in self.heads)]).items() if times > 1]
        if twice:
            raise ValueError(f"used more than once: {', '.join(twice)}")
        lost = [label.id for label in self.labels.values() if label.parent and label.parent not in ids]
        if lost:
            raise ValueError(f"labels whose parent does not exist: {', '.join(lost)}")
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

    def routes(self, label_ids: Iterable[str]) -> tuple[str, ...]:
        """Where an item with these labels goes: sorted, each once; empty where no label has a route."""
        found = (self.labels[label_id].route for label_id in label_ids)
        return tuple(sorted({route for route in found if route}))
