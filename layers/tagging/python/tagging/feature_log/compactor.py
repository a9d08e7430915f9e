"""Makes and renews the hours of the log; idempotent, so that any run may be repeated or run beside another."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from datetime import datetime, timedelta
from typing import Final

from tagging.feature_log.compaction import compact
from tagging.feature_log.keys import Attempt, HourKey
from tagging.feature_log.storage import LogStore
from tagging.kinds import Kind

SETTLED: Final = timedelta(minutes=15)
"""How long after its end an hour may still gain a batch: a function runs no longer."""
RENEWED: Final = timedelta(days=3)
"""How far back hours are compared with their batches: those may have come late, or an item was forgotten."""
_TRIES: Final = 5


class Busy(Exception):
    """Others kept changing the same hour; the text names it."""


def inputs_of(batches: Mapping[str, str]) -> str:
    """16 hexadecimal digits that name these batches, by keys and ETags."""
    lines = "".join(f"{key} {etag}\n" for key, etag in sorted(batches.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def due_hours(store: LogStore, kind: Kind, now: datetime) -> Iterator[HourKey]:
    """The hours that have ended and were not compacted, or could have changed since, oldest first."""
    for encoder in store.encoders(kind):
        done = set(store.compacted(kind, encoder))
        for hour in store.hours_with_batches(kind, encoder):
            ended = hour.start + timedelta(hours=1)
            if ended + SETTLED <= now and (hour not in done or now - ended < RENEWED):
                yield hour


def renew_hour(store: LogStore, key: HourKey, executor: Executor) -> bool:
    """Make an hour's objects of its batches, unless they are made of the same ones; whether they were written.

    An hour without batches stays as it is: they expire before it does. Raises LogError for a batch that cannot be
    read, and Busy.
    """
    for _ in range(_TRIES):
        batches, seen = store.batches(key), store.read_hour(key)
        inputs = inputs_of(batches)
        if not batches or (seen is not None and seen.hour.inputs == inputs):
            return False
        read = executor.map(store.read_batch, batches)
        contents = {
            Attempt(key.hour, name.removeprefix(key.batches)).reference: batch
            for name, batch in zip(batches, read, strict=True)
            if batch is not None  # it was erased since it was listed: the next hour's run finds other inputs
        }
        if store.write_hour(key, compact(contents, inputs), seen):
            store.delete_other_items(key, inputs)
            return True
    raise Busy(key.hour)
