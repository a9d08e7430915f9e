"""Compaction in S3: idempotent, catches up, and makes hours again where their batches change."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest

from tagging.feature_log.batch import Entry, pack_batch
from tagging.feature_log.compactor import RENEWED, SETTLED, Renewal, due_hours, renew_hour
from tagging.feature_log.errors import NewerFormat
from tagging.feature_log.keys import Attempt, HourKey
from tagging.feature_log.storage import LogStore
from tests.feature_log.test_compaction import ENDED, HOUR, batch, entry


@pytest.fixture
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as executor:
        yield executor


def put(store: LogStore, number: int, *entries: Entry) -> str:
    """Write a batch of the hour; returns its key."""
    key = f"{HOUR.batches}{number:016x}"
    store.put_batch(key, pack_batch(batch(*entries)))
    return key


def items_in(store: LogStore) -> list[str]:
    """What the hour holds, read through its decisions."""
    stored = store.read_hour(HOUR)
    assert stored is not None
    items = store.read_items(stored)
    for each in stored.hour.decided:
        assert store.read_items(stored, each) == items[each.start : each.end]
    return [items[each.start : each.end].decode() for each in stored.hour.decided]


def test_an_hour_is_made_once_and_again_where_a_batch_comes_late(store: LogStore, threads: Executor) -> None:
    put(store, 1, entry("b"), entry("a"))
    assert renew_hour(store, HOUR, threads).written
    assert items_in(store) == ["a/1/0;", "b/1/0;"]
    assert not renew_hour(store, HOUR, threads).written
    put(store, 2, entry("a", generation=2))
    assert renew_hour(store, HOUR, threads).written
    assert items_in(store) == ["a/2/0;", "b/1/0;"]
    assert len([key for key in store._etags("hours/") if key.endswith(".items")]) == 1


def test_an_hour_whose_decisions_are_missing_is_made_and_one_without_batches_stays(
    store: LogStore, threads: Executor
) -> None:
    key = put(store, 1, entry("a"))
    with (
        mock.patch.object(LogStore, "_put_if", side_effect=ConnectionError("injected")),
        pytest.raises(ConnectionError),
    ):
        renew_hour(store, HOUR, threads)
    assert store.read_hour(HOUR) is None
    assert renew_hour(store, HOUR, threads).written
    store._s3.delete_object(Bucket=store.bucket, Key=key)
    assert not renew_hour(store, HOUR, threads).written
    assert items_in(store) == ["a/1/0;"]


def test_two_compactions_beside_each_other_make_one_hour_that_fits(store: LogStore, threads: Executor) -> None:
    """While one has read its batches, another batch arrives and another compaction finishes first."""
    put(store, 1, entry("a"))
    write, others = LogStore.write_hour, []

    def late(log: LogStore, *given: object) -> bool:
        if not others:
            others.append("begun")
            put(store, 2, entry("b"))
            assert renew_hour(store, HOUR, threads).written
        return write(log, *given)  # as they were given

    with mock.patch.object(LogStore, "write_hour", late):
        assert not renew_hour(store, HOUR, threads).written
    assert items_in(store) == ["a/1/0;", "b/1/0;"]
    assert not renew_hour(store, HOUR, threads).written


def test_an_hour_is_due_a_quarter_of_an_hour_after_its_end_until_it_is_made(store: LogStore) -> None:
    put(store, 1, entry("a"))
    assert list(due_hours(store, "mail", ENDED + SETTLED - timedelta(seconds=1))) == []
    assert list(due_hours(store, "mail", ENDED + SETTLED)) == [HOUR]
    assert list(due_hours(store, "mail", ENDED + timedelta(hours=23))) == [HOUR]
    assert list(due_hours(store, "mail", ENDED + timedelta(hours=25))) == []
    assert list(due_hours(store, "mail", ENDED + timedelta(days=9))) == [HOUR], "in the first hour of each day"
    assert list(due_hours(store, "image", ENDED + SETTLED)) == []


def test_an_hour_that_was_written_lately_is_due_again(store: LogStore, threads: Executor) -> None:
    now = datetime.now(UTC)
    hour = Attempt.begun(now - timedelta(hours=2)).hour_key("mail", "e" * 12)
    store.put_batch(f"{hour.batches}{1:016x}", pack_batch(batch(entry("a"))))
    renew_hour(store, hour, threads)
    assert list(due_hours(store, "mail", now)) == [hour]
    assert list(due_hours(store, "mail", now + RENEWED + timedelta(minutes=1))) == []


def test_compacted_hours_are_listed_from_the_first_that_is_asked_for(store: LogStore, threads: Executor) -> None:
    later = HourKey(HOUR.kind, HOUR.encoder, "2026-02-01/00")
    for hour in (HOUR, later):
        store.put_batch(f"{hour.batches}{1:016x}", pack_batch(batch(entry("a"))))
        assert renew_hour(store, hour, threads).written
    assert list(store.compacted(HOUR.kind, HOUR.encoder)) == [HOUR, later]
    assert list(store.compacted(HOUR.kind, HOUR.encoder, since=HOUR)) == [HOUR, later]
    assert list(store.compacted(HOUR.kind, HOUR.encoder, since=later)) == [later]
    assert store.encoders(HOUR.kind) == [HOUR.encoder]


def test_an_hour_is_made_of_the_batches_that_can_be_read_and_the_others_are_named(
    store: LogStore, threads: Executor
) -> None:
    put(store, 1, entry("a"))
    damaged = put(store, 2)
    store.put_batch(damaged, pack_batch(batch(entry("b")))[:-4])
    assert renew_hour(store, HOUR, threads) == Renewal(written=True, unreadable=(damaged,))
    assert items_in(store) == ["a/1/0;"]
    assert renew_hour(store, HOUR, threads) == Renewal(written=False, unreadable=(damaged,))
    store.put_batch(damaged, pack_batch(batch(entry("b"))))
    assert renew_hour(store, HOUR, threads) == Renewal(written=True)
    assert items_in(store) == ["a/1/0;", "b/1/0;"]


def test_an_hour_that_was_made_of_a_batch_keeps_its_items_when_the_batch_is_damaged_or_gone(
    store: LogStore, threads: Executor
) -> None:
    put(store, 1, entry("a"))
    lost = put(store, 2, entry("b"))
    renew_hour(store, HOUR, threads)
    store.put_batch(lost, b"tagging.batch/1")
    assert renew_hour(store, HOUR, threads) == Renewal(written=False, unreadable=(lost,))
    store._s3.delete_object(Bucket=store.bucket, Key=lost)
    assert renew_hour(store, HOUR, threads) == Renewal(written=False)
    assert items_in(store) == ["a/1/0;", "b/1/0;"]


def test_an_hour_with_a_batch_in_a_newer_format_waits_for_an_update(store: LogStore, threads: Executor) -> None:
    put(store, 1, entry("a"))
    store.put_batch(put(store, 2), b"tagging.batch/2\x92")
    with pytest.raises(NewerFormat, match="update tagging"):
        renew_hour(store, HOUR, threads)
    assert store.read_hour(HOUR) is None


def test_more_batches_than_a_page_of_a_listing_are_all_read(store: LogStore) -> None:
    for number in range(1, 4):
        put(store, number, entry(str(number)))
    listing = store._s3.list_objects_v2

    with mock.patch.object(store._s3, "list_objects_v2", lambda **words: listing(MaxKeys=1, **words)):
        assert len(store.batches(HOUR)) == 3
