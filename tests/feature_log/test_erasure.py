"""`forget` erases an item from batch and hour, whichever exist, and from nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from unittest import mock

import msgspec
import pytest

from tagging.feature_log.compactor import SETTLED, renew_hour
from tagging.feature_log.keys import HourKey, parse_reference
from tagging.feature_log.logged_item import unpack_item
from tagging.feature_log.storage import LogStore
from tagging.operations.deployment import Deployment
from tagging.operations.erase import erase_item
from tagging.operations.errors import OperationError, TooRecent
from tests.feature_log.test_writer import batch_of
from tests.messages import inline
from tests.service_harness import ServiceHarness

TEXT = "I lost my credit card. Please send me a new one."


def deployment(harness: ServiceHarness) -> Deployment:
    """The harness as a stage."""
    return Deployment(
        "test", harness.clients, harness.service.table.name, (), "", "", learning_bucket=store(harness).bucket
    )


def store(harness: ServiceHarness) -> LogStore:
    assert harness.service.log is not None
    return harness.service.log.store


def hour_of(harness: ServiceHarness) -> HourKey:
    log = harness.service.log
    assert log is not None
    references = {row.revision.log for row in harness.rows() if row.revision.log is not None}
    (hour,) = {parse_reference(each).hour_key(log.kind, log.encoder) for each in references}
    return hour


def compacted(harness: ServiceHarness) -> HourKey:
    """Make the hour of the batches."""
    key = hour_of(harness)
    with ThreadPoolExecutor(2) as threads:
        assert renew_hour(store(harness), key, threads).written
    return key


def forget(harness: ServiceHarness, item_id: str, later: timedelta) -> None:
    """Forget an item, so much later than it was decided."""

    erase_item(deployment(harness), item_id, now=lambda: datetime.now(UTC) + later)


def kept(harness: ServiceHarness) -> bytes:
    """The content of all objects of the log; ids and heads stand in batches and items as they are."""
    bucket = store(harness).bucket
    listed = harness.clients.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return b"".join(harness.clients.s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in listed)


def test_an_item_is_erased_from_its_batch_and_the_others_stay(logging_mails: ServiceHarness) -> None:
    logging_mails.handle(inline("a", TEXT), inline("b", TEXT))
    forget(logging_mails, "a", SETTLED)
    (row,) = (row for row in logging_mails.rows() if not row.forgotten)
    assert [entry.id for entry in batch_of(logging_mails, row).entries] == ["b"]


def test_an_item_is_erased_from_its_hour_and_the_others_can_still_be_read(logging_mails: ServiceHarness) -> None:
    logging_mails.handle(inline("first", TEXT), inline("other", TEXT), inline("third", TEXT))
    key = compacted(logging_mails)
    assert b"other" in kept(logging_mails)
    forget(logging_mails, "other", SETTLED)
    hour = store(logging_mails).read_hour(key)
    assert hour is not None
    assert [each.id for each in hour.hour.decided] == ["first", "third"]
    for each in hour.hour.decided:
        assert unpack_item(store(logging_mails).read_items(hour, each)).id == each.id
    assert [len(block.rows) for block in hour.hour.blocks] == [2]
    assert b"other" not in kept(logging_mails)


@pytest.mark.parametrize("expired", [1, 2])
def test_an_hour_whose_batches_expire_keeps_all_but_the_item(logging_mails: ServiceHarness, expired: int) -> None:
    """S3 deletes expired objects in no order and not at once."""
    logging_mails.handle(inline("first", TEXT), inline("other", TEXT))
    logging_mails.handle(inline("third", TEXT))
    key = compacted(logging_mails)
    for batch in list(store(logging_mails).batches(key))[:expired]:
        logging_mails.clients.s3.delete_object(Bucket=store(logging_mails).bucket, Key=batch)
    forget(logging_mails, "other", timedelta(days=20))
    hour = store(logging_mails).read_hour(key)
    assert hour is not None
    assert [each.id for each in hour.hour.decided] == ["first", "third"]
    assert b"other" not in kept(logging_mails)


def test_features_of_earlier_revisions_are_erased_too(logging_mails: ServiceHarness) -> None:
    logging_mails.handle(inline("a", TEXT, heads=["speech_act"]))
    logging_mails.handle(inline("a", TEXT))
    row = logging_mails.row()
    assert row.earlier[0].log not in {None, row.revision.log}
    forget(logging_mails, "a", SETTLED)
    for reference in (row.revision.log, row.earlier[0].log):
        earlier = msgspec.structs.replace(row, revision=msgspec.structs.replace(row.revision, log=reference))
        assert batch_of(logging_mails, earlier).entries == ()


def test_for_fifteen_minutes_nothing_is_erased_because_a_batch_may_still_write(logging_mails: ServiceHarness) -> None:
    logging_mails.handle(inline("a", TEXT))
    before = kept(logging_mails)
    with pytest.raises(TooRecent, match=r"^a was decided at \d\d:\d\d UTC.* try again at \d\d:\d\d UTC; its row"):
        forget(logging_mails, "a", SETTLED - timedelta(minutes=1))
    assert kept(logging_mails) == before
    assert not logging_mails.row().forgotten


def test_an_item_without_features_is_forgotten_at_once(harness: ServiceHarness) -> None:
    harness.handle(inline("a", TEXT))
    stage = Deployment("test", harness.clients, harness.service.table.name, (), "", "")
    erase_item(stage, "a")
    assert harness.row().forgotten


def test_a_damaged_batch_keeps_the_row_and_says_so(logging_mails: ServiceHarness) -> None:
    logging_mails.handle(inline("a", TEXT))
    (batch,) = store(logging_mails).batches(hour_of(logging_mails))
    logging_mails.clients.s3.put_object(Bucket=store(logging_mails).bucket, Key=batch, Body=b"tagging.batch/1\x92")
    with pytest.raises(OperationError, match="damaged or cut short; its row is kept"):
        forget(logging_mails, "a", SETTLED)
    assert not logging_mails.row().forgotten


def test_a_lost_race_is_tried_again(logging_mails: ServiceHarness) -> None:
    logging_mails.handle(inline("a", TEXT), inline("b", TEXT))
    replace, lost = LogStore.replace_object, []

    def losing(log: LogStore, key: str, content: bytes, etag: str) -> bool:
        if not lost:
            lost.append(key)
            return False
        return replace(log, key, content, etag)

    with mock.patch.object(LogStore, "replace_object", losing):
        forget(logging_mails, "a", SETTLED)
    (row,) = (row for row in logging_mails.rows() if not row.forgotten)
    assert lost
    assert [entry.id for entry in batch_of(logging_mails, row).entries] == ["b"]


def test_an_item_that_is_erased_while_its_hour_is_made_is_not_in_the_hour(logging_mails: ServiceHarness) -> None:
    """Compaction has read the batch, and writes the hour after the item is erased from the batch."""
    logging_mails.handle(inline("first", TEXT), inline("other", TEXT))
    write, erased = LogStore.write_hour, []

    def late(log: LogStore, *given: object) -> bool:
        if not erased:
            erased.append("other")
            forget(logging_mails, "other", SETTLED)
        return write(log, *given)  # as they were given

    with mock.patch.object(LogStore, "write_hour", late):
        key = compacted(logging_mails)
    hour = store(logging_mails).read_hour(key)
    assert hour is not None
    assert [each.id for each in hour.hour.decided] == ["first"]
    assert b"other" not in kept(logging_mails)
