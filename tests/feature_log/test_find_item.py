"""A row leads to what its item was decided from, in the batch or in the hour that was made of it."""

from __future__ import annotations

from tests.feature_log.test_erasure import compacted, hour_of, store
from tests.messages import inline
from tests.service_harness import ServiceHarness


def test_an_item_is_found_in_its_batch_and_in_its_hour_once_the_batch_expired(logging: ServiceHarness) -> None:
    logging.handle(logging.event("a", logging.put("a")), logging.event("b", logging.put("b", logging.samples.other)))
    row, log = logging.rows()[0], logging.service.log
    assert log is not None
    place = (str(row.revision.log), log.kind, log.encoder)
    in_batch = log.store.find_item(*place, row.id)
    compacted(logging)
    for batch in log.store.batches(hour_of(logging)):
        logging.clients.s3.delete_object(Bucket=store(logging).bucket, Key=batch)
    in_hour = log.store.find_item(*place, row.id)
    assert in_batch is not None
    assert in_hour is not None
    assert (in_batch.id, in_batch.facts, in_batch.heads) == (in_hour.id, in_hour.facts, in_hour.heads)
    assert in_batch.features.dense.tobytes() == in_hour.features.dense.tobytes()
    assert in_batch.features.pieces == in_hour.features.pieces


def test_an_item_that_was_not_kept_is_not_found(logging_mails: ServiceHarness) -> None:
    logging_mails.handle(inline("a", "Where is my parcel?"))
    row, log = logging_mails.row(), logging_mails.service.log
    assert log is not None
    assert log.store.find_item(str(row.revision.log), log.kind, log.encoder, "b") is None
    assert log.store.find_item("2020010100-" + "0" * 16, log.kind, log.encoder, "a") is None
    assert log.store.find_item(str(row.revision.log), log.kind, "0" * 12, "a") is None
