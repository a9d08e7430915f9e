"""A stage whose hours are written as its functions write them: rows, batches of the feature log, a pointer."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from tagging.aws import Clients
from tagging.corrections import ReviewTable
from tagging.feature_log import Attempt, FeatureLog, LogStore, Scored
from tagging.item import Facts
from tagging.kinds import Kind
from tagging.model import Features, Tagger, predict_many
from tagging.serving import Change, ModelStore, files_of, promoted, rolled_back, version_id
from tagging.store import LabelTable, Outcome, Output, Row, Tagged, row_time, stored_object

ROWS_A_CALL = 25
"""Items of one BatchWriteItem."""
BY = "simulation"
NO_FACTS = Facts()


@dataclass(frozen=True)
class Arrived:
    """One item that a function is to tag."""

    id: str
    at: datetime
    features: Features
    source: Mapping[str, str]
    facts: Facts = NO_FACTS
    kind: str = "mail"


@dataclass
class SimulatedStage:
    """Buckets and tables of one kind of item."""

    kind: Kind
    clients: Clients
    log: FeatureLog
    store: ModelStore
    rows: LabelTable
    reviews: ReviewTable
    threads: Executor
    champion: Tagger
    """Serves until the first promotion without a pointer: the bundle of the layer."""
    generation: int = 0
    _known: dict[str, Tagger] = field(default_factory=dict)

    @property
    def learning(self) -> LogStore:
        """The bucket of feature log, summaries and reports."""
        return self.log.store

    @property
    def version(self) -> str:
        """Id of the champion."""
        return version_id(self.champion.bundle)

    def push(self, tagger: Tagger) -> str:
        """Write a version to the bucket of models; its id."""
        version = version_id(tagger.bundle)
        self.store.write_version(version, files_of(tagger.bundle.folder, tagger.bundle))
        self._known[version] = tagger
        return version

    def promote(self, version: str, at: datetime, why: str) -> None:
        """Make a pushed version the champion."""
        seen = self.store.read_pointer()
        pointer = promoted(seen.pointer if seen else None, self.kind, version, Change(BY, row_time(at), why))
        self.store.write_pointer(pointer, seen)
        self.champion, self.generation = self._known[version], pointer.generation

    def roll_back(self, at: datetime, why: str) -> None:
        """Let the champion before this one serve again."""
        seen = self.store.read_pointer()
        assert seen is not None
        pointer = rolled_back(seen.pointer, Change(BY, row_time(at), why))
        self.store.write_pointer(pointer, seen)
        self.champion, self.generation = self._known[pointer.champion], pointer.generation

    def tag(self, items: Sequence[Arrived]) -> list[tuple[str, ...]]:
        """Tag items of one hour as one batch; the labels of each.

        Rows and the batch's object are written, tickets count as sent.
        """
        if not items:
            return []
        attempt = _attempt(items[0])
        predictions = predict_many([each.features for each in items], self.champion.bundle)
        outcomes, given = [], []
        for item, prediction in zip(items, predictions, strict=True):
            scored = Scored(item.facts, item.features, {self.version: (self.champion.bundle, prediction)})
            label_set = self.champion.decide(item.features, prediction)
            given.append(tuple(label.id for label in label_set.labels))
            outcomes.append((self._outcome(item, Tagged(item.facts, label_set), attempt), scored))
        self._write_rows([self._row(outcome, attempt) for outcome, _ in outcomes])
        self.log.write(attempt, outcomes)
        return given

    def _outcome(self, item: Arrived, result: Tagged, attempt: Attempt) -> Outcome:
        bundle = self.champion.bundle
        return Outcome(
            item_id=item.id,
            kind=item.kind,
            source=item.source,
            at=row_time(item.at),
            bundle=bundle.version,
            taxonomy=bundle.taxonomy,
            generation=self.generation,
            result=result,
            log=attempt.reference,
        )

    def _row(self, outcome: Outcome, attempt: Attempt) -> Row:
        ticket = outcome.ticket()
        row = outcome.to_row(attempt.token, {})
        return replace(row, outputs={"ticket": Output("sent", ticket.to_body())}) if ticket else row

    def _write_rows(self, rows: Sequence[Row]) -> None:
        """Write new rows; without conditions, because no item arrives twice here."""
        indexed = {id for id, label in self.champion.bundle.taxonomy.labels.items() if label.index}
        entries = [row.to_attributes() for row in rows]
        entries += [
            self.rows.index_entry(label, row) for row in rows for label in indexed.intersection(row.revision.labels)
        ]
        sources = ((stored_object(row.source), row) for row in rows)
        entries += [self.rows.latest_entry(source, row) for source, row in sources if source and source.sequencer]

        def write(start: int) -> None:
            requests: list[Any] = [{"PutRequest": {"Item": each}} for each in entries[start : start + ROWS_A_CALL]]
            self.clients.dynamodb.batch_write_item(RequestItems={self.rows.name: requests})

        list(self.threads.map(write, range(0, len(entries), ROWS_A_CALL)))


def _attempt(first: Arrived) -> Attempt:
    """The attempt of a batch, named after its first item: the same simulation writes the same keys."""
    token = hashlib.sha256(first.id.encode()).hexdigest()[:16]
    return replace(Attempt.begun(first.at), token=token)
