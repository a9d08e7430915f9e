"""Compaction in S3: idempotent, catches up, and makes hours again where their batches change."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import timedelta
from unittest import mock

import pytest

from tagging.aws import Clients, client_at
from tagging.feature_log.batch import Entry, pack_batch
from tagging.feature_log.compactor import RENEWED, SETTLED, due_hours, renew_hour
from tagging.feature_log.storage import LogStore
from tagging.local.s3_events import REGION
from tests.feature_log.test_compaction import ENDED, HOUR, batch, entry


@pytest.fixture
def threads() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as executor:
        yield executor


@pytest.fixture
def store(moto: str, request: pytest.FixtureRequest) -> LogStore:
    clients = Clients(**{name: client_at(moto, REGION, name) for name in ("s3", "sqs", "dynamodb")})
    bucket = f"log-{abs(hash(request.node.nodeid)):x}"
    clients.s3.create_bucket(Bucket=bucket)
    return LogStore(clients.s3, bucket)


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
    assert renew_hour(store, HOUR, threads)
    assert items_in(store) == ["a/1/0;", "b/1/0;"]
    assert not renew_hour(store, HOUR, threads)
    put(store, 2, entry("a", generation=2))
    assert renew_hour(store, HOUR, threads)
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
    assert renew_hour(store, HOUR, threads)
    store._s3.delete_object(Bucket=store.bucket, Key=key)
    assert not renew_hour(store, HOUR, threads)
    assert items_in(store) == ["a/1/0;"]


def test_two_compactions_beside_each_other_make_one_hour_that_fits(store: LogStore, threads: Executor) -> None:
    """While one has read its batches, another batch arrives and another compaction finishes first."""
    put(store, 1, entry("a"))
    write, others = LogStore.write_hour, []

    def late(log: LogStore, *given: object) -> bool:
        if not others:
            others.append("begun")
            put(store, 2, entry("b"))
            assert renew_hour(store, HOUR, threads)
        return write(log, *given)  # type: ignore[arg-type]  # as they were given

    with mock.patch.object(LogStore, "write_hour", late):
        assert not renew_hour(store, HOUR, threads)
    assert items_in(store) == ["a/1/0;", "b/1/0;"]
    assert not renew_hour(store, HOUR, threads)


def test_an_hour_is_due_a_quarter_of_an_hour_after_its_end_until_it_is_made_and_for_days_after(
    store: LogStore, threads: Executor
) -> None:
    put(store, 1, entry("a"))
    assert list(due_hours(store, "mail", ENDED + SETTLED - timedelta(seconds=1))) == []
    assert list(due_hours(store, "mail", ENDED + timedelta(days=9))) == [HOUR]
    renew_hour(store, HOUR, threads)
    assert list(due_hours(store, "mail", ENDED + SETTLED)) == [HOUR]
    assert list(due_hours(store, "mail", ENDED + RENEWED)) == []
    assert list(due_hours(store, "image", ENDED + SETTLED)) == []


def test_more_batches_than_a_page_of_a_listing_are_all_read(store: LogStore) -> None:
    for number in range(1, 4):
        put(store, number, entry(str(number)))
    listing = store._s3.list_objects_v2

    with mock.patch.object(store._s3, "list_objects_v2", lambda **words: listing(MaxKeys=1, **words)):
        assert len(store.batches(HOUR)) == 3
