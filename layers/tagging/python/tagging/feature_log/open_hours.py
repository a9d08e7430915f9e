"""Hours of the log, opened to decide their items again: as they were compacted, or made of their batches in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from tagging.feature_log.compaction import compact
from tagging.feature_log.errors import LogError
from tagging.feature_log.hour import Decided, Hour
from tagging.feature_log.keys import Attempt, HourKey
from tagging.feature_log.logged_item import LoggedItem, unpack_items
from tagging.feature_log.storage import LogStore, StoredHour
from tagging.kinds import Kind

_LONGEST_BATCH: Final = timedelta(minutes=15)
"""An item of a batch is decided at most so long after the batch's hour began its attempt."""
_AHEAD: Final = 3
"""Hours that are read while one is used; each needs one thread of the executor, and more for its batches."""
_PART: Final = 256
_MOST_PARTS: Final = 0.2
"""Share of an hour's items from which they are read at once, not one by one."""


class OpenHour(Struct, frozen=True):
    """The decisions of one hour, and where its items are."""

    hour: Hour
    _store: LogStore
    _stored: StoredHour | None
    """None for an hour that was made in memory."""
    _items: bytes = b""

    @property
    def is_compacted(self) -> bool:
        """Whether it was read as it was compacted."""
        return self._stored is not None

    def items(self, rows: Sequence[int], executor: Executor) -> list[LoggedItem]:
        """The items at these positions of `hour.decided`. Raises LogError, and botocore's errors."""
        decided = [self.hour.decided[row] for row in rows]
        stored = self._stored
        if stored is not None and len(rows) < _MOST_PARTS * len(self.hour.decided):
            return unpack_items(list(executor.map(lambda each: self._store.read_items(stored, each), decided)))
        return _unpacked(self._content(), decided)

    def parts(self, rows: Sequence[int]) -> Iterator[list[LoggedItem]]:
        """The same items, a few hundred at a time, so that few are in memory. Raises as `items` does."""
        content = self._content() if rows else b""
        for start in range(0, len(rows), _PART):
            yield _unpacked(content, [self.hour.decided[row] for row in rows[start : start + _PART]])

    def _content(self) -> bytes:
        return self._items if self._stored is None else self._store.read_items(self._stored)


def _unpacked(content: bytes, decided: Sequence[Decided]) -> list[LoggedItem]:
    items = unpack_items([content[each.start : each.end] for each in decided])
    if any(item.id != each.id for item, each in zip(items, decided, strict=True)):
        raise LogError("the hour's items are not those of its decisions")
    return items


def logged_hours(store: LogStore, kind: Kind, encoder: str, since: datetime) -> list[HourKey]:
    """The hours whose items may have been decided since then, in order, compacted or not."""
    hours = {*store.compacted(kind, encoder), *store.hours_with_batches(kind, encoder)}
    return sorted(hour for hour in hours if hour.start + timedelta(hours=1) + _LONGEST_BATCH > since)


def open_hour(store: LogStore, key: HourKey, executor: Executor) -> OpenHour | None:
    """An hour; None where all its items were erased or have expired. Raises LogError, and botocore's errors."""
    stored = store.read_hour(key)
    if stored is not None:
        return OpenHour(stored.hour, store, stored)
    names = list(store.batches(key))
    batches = {
        Attempt(key.hour, name.removeprefix(key.batches)).reference: batch
        for name, batch in zip(names, executor.map(store.read_batch, names), strict=True)
        if batch is not None
    }
    if not batches:
        return None
    compacted = compact(batches, "")
    return OpenHour(compacted.hour, store, None, compacted.items)


def open_all(store: LogStore, keys: Sequence[HourKey], executor: Executor) -> Iterator[OpenHour | None]:
    """What `open_hour` makes of each key, in order; a few hours ahead are read meanwhile. Raises as it does."""
    waiting: deque[Future[OpenHour | None]] = deque()
    for key in keys:
        waiting.append(executor.submit(open_hour, store, key, executor))
        if len(waiting) > _AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
