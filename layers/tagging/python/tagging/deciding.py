"""Decides items: new ones by what was scored, and those that have a row again, by the feature log or their object."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import cast

from msgspec import Struct

from tagging.feature_log import FeatureLog, LogError, LoggedItem, Scored
from tagging.intake import Delivery, Fetched, Inline, RawMail, RawMessage, RowId, StoredObject, content_hash
from tagging.item import Facts, Item, facts_of
from tagging.kinds import KINDS, Kind
from tagging.model import Features, Tagger, has_texts
from tagging.quarantine import Quarantine, Quarantined
from tagging.serving import Generation
from tagging.store import LabelTable, Outcome, Row, Tagged, source_fields, stored_object

Read = Callable[[Kind, bytes | Inline, int], Item]
"""Reads an item from its kind, its content and the size of that. Raises Quarantined."""


class GenerationBehind(Exception):
    """An item is to be decided by a later generation than this environment knows: its message goes back."""


class Recorded(Struct, frozen=True):
    """An item by its row, and what the feature log keeps of it."""

    row: Row
    logged: LoggedItem | None


def find_recorded(
    table: LabelTable, log: FeatureLog | None, kind: Kind, item: RowId, generation: Generation
) -> Recorded | None:
    """The item of a row that can be decided again; None where there is no row, or nothing to decide.

    That is so for forgotten items, for probes, for those of other kinds, and for quarantined ones but those with an
    unknown head, which another version may have. Raises GenerationBehind, and botocore's errors.
    """
    if generation.number < item.generation:
        raise GenerationBehind
    row = table.get(item.id)
    if row is None or row.probe or row.kind not in KINDS[kind].names:
        return None
    if row.revision.quarantine is not None and row.revision.quarantine.reason != "unknown_head":
        return None
    return Recorded(row, None if log is None else _find_logged(log, row))


def decide_new(
    delivery: Delivery, fetch: Future[Fetched] | None, generation: Generation, at: str, kind: Kind, read: Read
) -> tuple[Outcome, Scored | None]:
    """The tagged or quarantined item of a delivery, and what it was scored by, if it was.

    `fetch`: its object, where it has one. `kind`: of an item whose delivery names none. Any exception is a fault that
    a retry can fix.
    """
    source, kind, input_hash = delivery.source, delivery.kind or kind, None
    result: Tagged | Quarantine
    scored: Scored | None = None
    tagger = generation.champion
    try:
        if delivery.quarantine is not None:
            raise Quarantined(delivery.quarantine.reason, delivery.quarantine.detail)
        content: bytes | Inline
        if isinstance(source, Inline | RawMail):
            content, size, input_hash = source.content()
        elif fetch is not None:
            fetched = fetch.result()
            source, input_hash = fetched.source, content_hash(fetched.data)
            content, size = fetched.data, len(fetched.data)
        item = read(kind, content, size)
        tagger = generation.tagger_for(source.item_id)
        facts, features = facts_of(item), generation.encode(item)
        scored = Scored(facts, features, generation.predict(features, tagger))
        result = decide_scored(tagger, scored, delivery.heads)
    except Quarantined as error:
        result = Quarantine(error.reason, error.detail)
    outcome = Outcome(
        item_id=source.item_id,
        kind="message" if isinstance(source, RawMessage) else kind,
        source=source_fields(source),
        at=at,
        bundle=tagger.bundle.version,
        taxonomy=tagger.bundle.taxonomy,
        generation=generation.number,
        result=result,
        heads=delivery.heads,
        input_hash=input_hash,
        stored=source if isinstance(source, StoredObject) else None,
    )
    return outcome, scored


def decide_scored(tagger: Tagger, scored: Scored, heads: tuple[str, ...] | None) -> Tagged | Quarantine:
    """What a version decides of an item; quarantined if it has not all of the requested heads."""
    try:
        return Tagged(scored.facts, tagger.decide(scored.features, scored.decisive, heads))
    except Quarantined as error:
        return Quarantine(error.reason, error.detail)


def decide_again(
    recorded: Recorded,
    generation: Generation,
    at: str,
    fetch: Callable[[StoredObject], Fetched],
    read: Read,
) -> tuple[Outcome, Scored] | None:
    """What the champion decides of an item; None if neither log nor object has it any more."""
    row, tagger = recorded.row, generation.champion
    found = _facts_and_features(recorded, generation, tagger, fetch, read)
    if found is None:
        return None
    facts, features = found
    scored = Scored(facts, features, generation.predict(features, tagger))
    outcome = Outcome(
        item_id=row.id,
        kind=row.kind,
        source=row.source,
        at=at,
        bundle=tagger.bundle.version,
        taxonomy=tagger.bundle.taxonomy,
        generation=generation.number,
        result=decide_scored(tagger, scored, row.revision.heads),
        heads=row.revision.heads,
        input_hash=row.input_hash,
        row=row,
    )
    return outcome, scored


def _facts_and_features(
    recorded: Recorded,
    generation: Generation,
    tagger: Tagger,
    fetch: Callable[[StoredObject], Fetched],
    read: Read,
) -> tuple[Facts, Features] | None:
    logged = recorded.logged
    if logged is not None and has_texts(logged.features, tagger.bundle):
        return logged.facts, logged.features
    stored = stored_object(recorded.row.source)
    if stored is None:
        return None
    try:
        data = fetch(stored).data
        item = read(cast("Kind", recorded.row.kind), data, len(data))
        return facts_of(item), generation.encode(item)
    except Quarantined:  # the object is gone, or can no longer be read
        return None


def _find_logged(log: FeatureLog, row: Row) -> LoggedItem | None:
    """What any revision was decided from: the item is the same. An object that is damaged counts as missing."""
    for revision in (row.revision, *reversed(row.earlier)):
        if revision.log is None or revision.bundle.encoder != log.encoder:
            continue
        try:
            found = log.store.find_item(revision.log, log.kind, log.encoder, row.id)
        except LogError:
            continue
        if found is not None:
            return found
    return None
