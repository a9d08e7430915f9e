"""Makes and renews the hours of the log; idempotent, so that any run may be repeated or run beside another."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import Executor
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from tagging.feature_log.batch import Batch
from tagging.feature_log.compaction import compact
from tagging.feature_log.errors import LogError, NewerFormat
from tagging.feature_log.keys import Attempt, HourKey
from tagging.feature_log.storage import LogStore
from tagging.kinds import Kind

SETTLED: Final = timedelta(minutes=15)
"""How long after its end an hour may still gain a batch: a function runs no longer."""
RENEWED: Final = timedelta(hours=3)
"""How long an hour is compared with its batches after it was written: that run may have ended before it did so."""
_LATELY: Final = timedelta(days=1)
_TRIES: Final = 5


class Busy(Exception):
    """Others kept changing the same hour; the text names it."""


class Renewal(Struct, frozen=True):
    """What `renew_hour` did."""

    written: bool
    unreadable: tuple[str, ...] = ()
    """Keys of batches that cannot be read; the hour was made of the others."""


def inputs_of(batches: Mapping[str, str]) -> str:
    """16 hexadecimal digits that name these batches, by keys and ETags."""
    lines = "".join(f"{key} {etag}\n" for key, etag in sorted(batches.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def due_hours(store: LogStore, kind: Kind, now: datetime) -> Iterator[HourKey]:
    """The hours that have ended and were not compacted, or were lately, oldest first for each encoder.

    Of the last days only, each of which costs a request; in the first hour of a day of all days, for what is left of an
    outage.
    """
    since = (now - _LATELY).date() if now.hour else None
    for encoder in store.encoders(kind):
        hours = store.hours_with_batches(kind, encoder, since=since)
        written = store.compacted(kind, encoder, since=hours[0]) if hours else {}
        for hour in hours:
            ended = hour.start + timedelta(hours=1)
            if ended + SETTLED <= now and (hour not in written or now - written[hour] < RENEWED):
                yield hour


def renew_hour(store: LogStore, key: HourKey, executor: Executor) -> Renewal:
    """Make an hour's objects of its batches, unless they are made of the same ones.

    An hour stays as it is once one of its batches is missing: they expire before it does. Batches are compared again
    after the hour is written, so that what is erased from a batch meanwhile is not in the hour. Raises Busy, and
    LogError where the hour's object cannot be read or a batch is in a newer format.
    """
    written = False
    for _ in range(_TRIES):
        listed, seen = store.batches(key), store.read_hour(key)
        if not listed or (seen is not None and seen.hour.inputs == inputs_of(listed)):
            return Renewal(written)
        read = _read(store, listed, executor)
        unreadable = tuple(name for name, batch in read.items() if isinstance(batch, LogError))
        batches = {name: batch for name, batch in read.items() if isinstance(batch, Batch)}
        inputs = inputs_of({name: listed[name] for name in batches})
        contents = {Attempt(key.hour, name.removeprefix(key.batches)).reference: batches[name] for name in batches}
        if seen is not None and (
            seen.hour.inputs == inputs or any(each.attempt not in contents for each in seen.hour.decided)
        ):
            return Renewal(written, unreadable)
        if store.write_hour(key, compact(contents, inputs), seen):
            store.delete_other_items(key, inputs)
            written = True
    raise Busy(f"others kept changing the hour {key.hour}")


def _read(store: LogStore, keys: Collection[str], executor: Executor) -> dict[str, Batch | LogError | None]:
    """Each batch by its key; its error where it cannot be read, None where it is gone. Raises NewerFormat."""

    def read(key: str) -> Batch | LogError | None:
        try:
            return store.read_batch(key)
        except NewerFormat:
            raise
        except LogError as error:
            return error

    return dict(zip(keys, executor.map(read, keys), strict=True))
