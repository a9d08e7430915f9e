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
    """The map cannot be used, or has no rule for a row's label; the message names the file and the correction."""


class OurLabel(BaseModel):
    """Rules for one of our labels in every source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: Names = ()
    """Regular expressions, matched from the beginning of a word, any case: a text that matches may hold the label."""
    one_source: bool = False
    """Whether it is intended that all positives come from one source."""

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
    """How many random rows of each source label were read to check these rules."""
    rows: Mapping[str, int] = {}
    """Source label -> rows read, where fewer than `read` exist."""
    unlabelled: Literal["keep", "drop"] = "drop"
    """Rows without any label: the annotators found no label (keep), or the rows were not annotated (drop)."""
    silent: bool = False
    """For exclusive heads: labels of this source are complete, and words do not count. Without it, a head is unknown
    too if the text has words of a label before the positive one, or a source label makes none of its labels positive.
    (The latter always applies if the positive label is the head's last.)"""
    annotated: Mapping[str, Names] = {}
    """Domain -> our labels that were annotated in all its rows: absent means negative."""
    says_yes: Mapping[str, Mapping[str, int]] = {}
    """Source label -> our label -> how many of the rows read really hold it."""
    says_no: Mapping[str, Names] = {}
    leaves_open: Mapping[str, Names] = {}
    unsure: tuple[Unsure, ...] = ()
    others: Names = ()
    """Source labels that are no evidence for or against any of ours."""

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
        """The row with our labels; None if it has no source label and its source drops such rows.

        Raises LabelMapError where the map has no rule for the source or for one of the row's labels.
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
        """The head's states: its first positive label (in taxonomy order) is positive and the others are negative.

        If every label is negative and the text has no word of theirs, all stay negative. In all uncertain cases the
        whole head is unknown.
        """
        ours, labels = [label.id for label in head.labels], frozenset(row.labels)
        states = [_state(source, labels, label) for label in ours]
        if all(state == "no" for state in states):
            hinted = any(self.labels[label].pattern.search(row.text) for label in ours)
            return dict.fromkeys(ours, "unknown" if hinted else "no")
        # Source labels that make no label of this head positive: one of them may stand for a label that the map omits.
        mute = [label for label in labels if source.says_yes.get(label, {}).keys().isdisjoint(ours)]
        strongest = states.index("yes") if "yes" in states else len(ours)
        stronger, last = ours[:strongest], strongest == len(ours) - 1
        hinted = not source.silent and any(self.labels[label].pattern.search(row.text) for label in stronger)
        needs_all = last or (strongest > 0 and not source.silent)
        if strongest == len(ours) or "unknown" in states[:strongest] or hinted or (mute and needs_all):
            return dict.fromkeys(ours, "unknown")
        return {label: "yes" if index == strongest else "no" for index, label in enumerate(ours)}


def _state(source: Source, labels: frozenset[str], ours: str) -> State | None:
    """The state of one of our labels by the first rule for the row's source labels that applies; None without one."""
    if any(ours in rule.labels and rule.applies(labels) for rule in source.unsure):
        return "unknown"
    if any(ours in source.says_yes.get(label, ()) for label in labels):
        return "yes"
    if any(ours in source.leaves_open.get(label, ()) for label in labels):
        return "unknown"
    return "no" if labels and all(ours in source.says_no.get(label, ()) for label in labels) else None


def coverage(rows: Iterable[Example], taxonomy: Taxonomy) -> dict[str, dict[str, Counter[State]]]:
    """Our label -> source -> number of rows with yes, no and unknown."""
    counts: dict[str, dict[str, Counter[State]]] = {label: {} for label in taxonomy.labels}
    for row in rows:
        for label, by_source in counts.items():
            state: State = "yes" if label in row.labels else "unknown" if label in row.unknown else "no"
            by_source.setdefault(row.source or "", Counter())[state] += 1
    return counts
