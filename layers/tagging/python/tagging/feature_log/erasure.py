"""Erases an item from the log: from the batch that an attempt wrote, then from the hour that was made of it."""

from __future__ import annotations

from concurrent.futures import Executor

from msgspec.structs import replace

from tagging.feature_log.batch import pack_batch, unpack_batch
from tagging.feature_log.compaction import without
from tagging.feature_log.compactor import Busy, renew_hour
from tagging.feature_log.keys import Attempt, HourKey
from tagging.feature_log.storage import LogStore
from tagging.kinds import Kind

_TRIES = 5


def erase_logged(store: LogStore, attempt: Attempt, kind: Kind, encoder: str, item_id: str, executor: Executor) -> None:
    """Erase an item from an attempt's batch and its hour; nothing happens where it is in neither.

    An interrupted call can be repeated. Raises LogError for objects that cannot be read, and Busy.
    """
    _erase_from_batch(store, attempt.key(kind, encoder), item_id)
    hour = attempt.hour_key(kind, encoder)
    if store.read_hour(hour) is not None:  # else compaction has not written it: then it compares its batches again
        renew_hour(store, hour, executor)
        _erase_from_hour(store, hour, item_id)  # it still has the item where some of its batches have expired


def _erase_from_batch(store: LogStore, key: str, item_id: str) -> None:
    """The batch stays, even without an item: see `renew_hour`."""
    for _ in range(_TRIES):
        stored = store.read_object(key)
        if stored is None:
            return
        batch = unpack_batch(stored.content)
        kept = tuple(entry for entry in batch.entries if entry.id != item_id)
        if len(kept) == len(batch.entries):
            return
        if store.replace_object(key, pack_batch(replace(batch, entries=kept)), stored.etag):
            return
    raise Busy(key)


def _erase_from_hour(store: LogStore, key: HourKey, item_id: str) -> None:
    """Overwrite the item's bytes by zeros, then remove its decision, so that an interruption can be repeated."""
    for _ in range(_TRIES):
        stored = store.read_hour(key)
        decided = None if stored is None else next((each for each in stored.hour.decided if each.id == item_id), None)
        if stored is None or decided is None:
            return
        items_key = key.items(stored.hour.inputs)
        items = store.read_object(items_key)
        if items is not None:
            zeros = bytes(decided.end - decided.start)
            content = items.content[: decided.start] + zeros + items.content[decided.end :]
            if not store.replace_object(items_key, content, items.etag):
                continue
        if store.replace_decisions(stored, without(stored.hour, {item_id})):
            return
    raise Busy(key.hour)
