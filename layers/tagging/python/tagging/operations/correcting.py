"""Checks what people answer about items, before it is sent: items, labels by today's taxonomy, contradictions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from tagging.corrections import CORRECTION_SCHEMA, Correction, Refused, check_correction, parse_correction
from tagging.kinds import KINDS, Kind, find_kind
from tagging.operations.deployment import Deployment
from tagging.operations.models import Models
from tagging.operations.pointer_history import PointerState, read_state
from tagging.serving import LAYER
from tagging.store import Row, RowLists
from tagging.taxonomy import Change, Taxonomy, nearest

_ROWS = 100
"""Rows that are read at once."""


@dataclass(frozen=True)
class Answer:
    """What one person says of one item, with names of labels as they were written."""

    item: str
    author: str
    answered_at: str
    source: str
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    complete: bool = False
    cannot_tell: bool = False
    blind: bool = False
    note: str = ""


@dataclass(frozen=True)
class ServedTaxonomy:
    """The taxonomy of the champion of one kind, and which versions served before."""

    taxonomy: Taxonomy
    pointers: PointerState

    def version_of(self, row: Row) -> str | None:
        """The version that decided the row's current revision; None where the pointer's history no longer tells."""
        generation = row.revision.generation
        if generation == 0:
            return LAYER
        records = (record.pointer for record in self.pointers.records if record.pointer is not None)
        return next((each.version_of(row.id) for each in records if each.generation == generation), None)

    def asked(self, heads: Sequence[str] | None) -> tuple[str, ...]:
        """The labels in use of the requested heads; None: of all."""
        labels = (head.labels for head in self.taxonomy.in_use().heads if heads is None or head.id in heads)
        return tuple(label.id for of_head in labels for label in of_head)

    def current(self, name: str, *, yes: bool | None) -> str:
        """The label that this name stands for today. Raises Refused (unknown_label) with a sentence."""
        if name in self.taxonomy.labels:
            if self.taxonomy.labels[name].deprecated and yes is not None:
                raise Refused("unknown_label", f"{name} is no longer used")
            return name
        for change in self.taxonomy.changes:
            if name in change.old:
                return self._after(change, name, yes=yes)
        raise Refused(
            "unknown_label", f"{name}{nearest(name, list(self.taxonomy.labels))}" if name else "+ or - without one"
        )

    def _after(self, change: Change, name: str, *, yes: bool | None) -> str:
        parts = " and ".join(change.new)
        if change.kind == "split":
            raise Refused("unknown_label", f"{name} was split into {parts}: answer about these")
        if change.kind == "merge" and not yes:
            raise Refused("unknown_label", f"{name} was merged into {parts}: answer about that")
        return self.current(change.new[0], yes=yes)


def read_served_taxonomy(models: Models) -> ServedTaxonomy:
    """The taxonomy of who serves. Raises VersionRefused where its files are nowhere."""
    state = read_state(models)
    champion = state.last_good.champion if state.last_good is not None else LAYER
    return ServedTaxonomy(models.taxonomy(models.check(champion)), state)


def check_answers(
    deployment: Deployment, answers: Sequence[Answer], served: Callable[[Kind], ServedTaxonomy], now: datetime
) -> Iterator[Correction | Refused]:
    """The correction of each answer, in order, or why it cannot be recorded. `served` is called once for each kind."""
    rows = RowLists(deployment.clients.dynamodb, deployment.table)
    taxonomies: dict[Kind, ServedTaxonomy] = {}
    remaining = iter(answers)
    while batch := list(islice(remaining, _ROWS)):
        by_id = rows.rows(each.item for each in batch)
        for answer in batch:
            try:
                yield _checked(answer, by_id, taxonomies, served, now)
            except Refused as refused:
                yield refused


def _checked(
    answer: Answer,
    rows: Mapping[str, Row],
    taxonomies: dict[Kind, ServedTaxonomy],
    served: Callable[[Kind], ServedTaxonomy],
    now: datetime,
) -> Correction:
    row = rows.get(answer.item)
    if row is None or row.probe:
        raise Refused("unknown_item", answer.item)
    if row.forgotten:
        raise Refused("forgotten_item", answer.item)
    kind = KINDS[find_kind(row.kind).name].name
    if kind not in taxonomies:
        taxonomies[kind] = served(kind)
    taxonomy = taxonomies[kind]
    fields = {
        "item": row.id,
        "author": answer.author,
        "answered_at": answer.answered_at,
        "source": answer.source,
        "version": taxonomy.version_of(row),
        "yes": [taxonomy.current(name, yes=True) for name in answer.yes],
        "no": [taxonomy.current(name, yes=False) for name in answer.no],
        "unseen": [taxonomy.current(name, yes=None) for name in answer.unseen],
        "asked": taxonomy.asked(row.revision.heads) if answer.complete else (),
        "complete": answer.complete,
        "cannot_tell": answer.cannot_tell,
        "blind": answer.blind,
        "note": answer.note,
    }
    correction = parse_correction(json.dumps({"schema": CORRECTION_SCHEMA, **fields}))
    check_correction(correction, now)
    return correction
