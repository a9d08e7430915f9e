"""The label map: converts rows of outside data sets, with labels of their own, to our labels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tagging.learning.data.open_sets.source_row import SourceRow
from tagging.learning.data.rows import Example
from tagging.taxonomy import Head, Taxonomy

State = Literal["yes", "no", "unknown"]
Names = tuple[str, ...]


class LabelMapError(Exception):
    """The map is not usable, or lacks a row's label; the message names the file and the correction."""


class OurLabel(BaseModel):
    """Rules for one of our labels in every source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: Names = ()
    """Regular expressions, from a word's beginning, any case: a text with one of them may well hold the label."""
    one_source: bool = False
    """Positives come from one source only, on purpose."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """One expression for all words; raises re.error. Without words it never matches."""
        return re.compile(rf"(?<![^\W\d_])(?:{'|'.join(self.words)})" if self.words else r"(?!)", re.IGNORECASE)


class Unsure(BaseModel):
    """Source labels that together make labels of ours unknown, whatever each implies alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    any_of: Names
    with_any_of: Names
    labels: Names
    why: Annotated[str, Field(min_length=1)]

    def applies(self, found: frozenset[str]) -> bool:
        return not found.isdisjoint(self.any_of) and not found.isdisjoint(self.with_any_of)


class Source(BaseModel):
    """The rules for one data set. Every source label must appear in one of the fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    read: Annotated[int, Field(ge=1)]
    """How many random rows of each source label were read."""
    rows: Mapping[str, int] = {}
    """Source labels of which fewer rows exist."""
    unlabelled: Literal["keep", "drop"] = "drop"
    """Rows without any label: nothing was found (keep), or nobody found out (drop)."""
    silent: bool = False
    """Of an exclusive head, a label that says nothing leaves the word to the row's others, and so do its words."""
    annotated: Mapping[str, Names] = {}
    """Domain -> our labels that its rows were asked about one by one."""
    says_yes: Mapping[str, Mapping[str, int]] = {}
    """Source label -> our label -> how many of the rows read really fit."""
    says_no: Mapping[str, Names] = {}
    leaves_open: Mapping[str, Names] = {}
    unsure: tuple[Unsure, ...] = ()
    others: Names = ()
    """Source labels that say nothing of ours."""

    @cached_property
    def labels(self) -> frozenset[str]:
        return frozenset({*self.says_yes, *self.says_no, *self.leaves_open, *self.others})


class LabelMap(BaseModel):
    """The whole map."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Annotated[int, Field(ge=1)]
    labels: Mapping[str, OurLabel]
    sources: Mapping[str, Source]
    file: str = "the label map"
    """Where it was read from, for messages."""

    def map_row(self, row: SourceRow, taxonomy: Taxonomy) -> Example | None:
        """The row in our labels; None for one that the source left without labels, if it drops those.

        Raises LabelMapError where the map does not know the source or one of the row's labels.
        """
        source = self._source_of(row)
        if not row.labels and source.unlabelled == "drop":
            return None
        states: dict[str, State] = {}
        for head in taxonomy.heads:
            states |= (self._exclusive if head.rules.exclusive else self._independent)(source, row, head)
        return Example(
            id=row.id,
            text=row.text,
            labels=frozenset(label for label, state in states.items() if state == "yes"),
            unknown=frozenset(label for label, state in states.items() if state == "unknown"),
            group=row.group or None,
            split=row.split or None,
            source=row.source,
            extra={"domain": row.domain} if row.domain else {},
        )

    def map_rows(self, rows: Iterable[SourceRow], taxonomy: Taxonomy) -> list[Example]:
        """All rows but those that are dropped. Raises LabelMapError."""
        return [mapped for row in rows if (mapped := self.map_row(row, taxonomy)) is not None]

    def _source_of(self, row: SourceRow) -> Source:
        source = self.sources.get(row.source)
        if source is None:
            raise LabelMapError(f"{self.file} has no source {row.source!r}")
        lost = set(row.labels) - source.labels
        if lost:
            names = ", ".join(map(repr, sorted(lost)))
            raise LabelMapError(f"{self.file}, source {row.source}: the map has no rule for {names} (row {row.id})")
        return source

    def _independent(self, source: Source, row: SourceRow, head: Head) -> dict[str, State]:
        labels, domain = frozenset(row.labels), frozenset(source.annotated.get(row.domain, ()))
        return {
            label.id: _state(source, labels, label.id) or self._default(row, label.id, label.id in domain)
            for label in head.labels
        }

    def _default(self, row: SourceRow, ours: str, annotated: bool) -> State:
        if annotated and row.labels:
            return "no"
        return "unknown" if self.labels[ours].pattern.search(row.text) else "no"

    def _exclusive(self, source: Source, row: SourceRow, head: Head) -> dict[str, State]:
        """The first positive label in the taxonomy's order; none, where all are negative and the text has no word of
        theirs; else the whole head is unknown."""
        ours, labels = [label.id for label in head.labels], frozenset(row.labels)
        states = [_state(source, labels, label) for label in ours]
        if all(state == "no" for state in states):
            hinted = any(self.labels[label].pattern.search(row.text) for label in ours)
            return dict.fromkeys(ours, "unknown" if hinted else "no")
        mute = [label for label in labels if source.says_yes.get(label, {}).keys().isdisjoint(ours)]
        strongest = states.index("yes") if "yes" in states else len(ours)
        stronger, last = ours[:strongest], strongest == len(ours) - 1
        hinted = not source.silent and any(self.labels[label].pattern.search(row.text) for label in stronger)
        needs_all = last or (strongest > 0 and not source.silent)
        if strongest == len(ours) or "unknown" in states[:strongest] or hinted or (mute and needs_all):
            return dict.fromkeys(ours, "unknown")
        return {label: "yes" if index == strongest else "no" for index, label in enumerate(ours)}


def _state(source: Source, labels: frozenset[str], ours: str) -> State | None:
    """One of our labels by the row's source labels, the first rule that applies; None where none does."""
    if any(ours in rule.labels and rule.applies(labels) for rule in source.unsure):
        return "unknown"
    if any(ours in source.says_yes.get(label, ()) for label in labels):
        return "yes"
    if any(ours in source.leaves_open.get(label, ()) for label in labels):
        return "unknown"
    return "no" if labels and all(ours in source.says_no.get(label, ()) for label in labels) else None


def coverage(rows: Iterable[Example], taxonomy: Taxonomy) -> dict[str, dict[str, Counter[State]]]:
    """Our label -> source -> how many rows say yes, no, unknown."""
    counts: dict[str, dict[str, Counter[State]]] = {label: {} for label in taxonomy.labels}
    for row in rows:
        for label, by_source in counts.items():
            state: State = "yes" if label in row.labels else "unknown" if label in row.unknown else "no"
            by_source.setdefault(row.source or "", Counter())[state] += 1
    return counts
