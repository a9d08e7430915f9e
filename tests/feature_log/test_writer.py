"""What is logged of a batch: the items whose rows it wrote, exactly as they were scored."""

from __future__ import annotations

import json

import msgspec
import numpy as np
import pytest

from tagging.feature_log.batch import Batch
from tagging.feature_log.keys import parse_reference
from tagging.feature_log.logged_item import LoggedItem, unpack_item
from tagging.feature_log.storage import LogStore
from tagging.item import facts_of
from tagging.model.labelling import decide
from tagging.model.prediction import predict
from tagging.serving.version_files import version_id
from tagging.store.row import Row
from tests.messages import inline
from tests.service_harness import THANKS, ServiceHarness


def batch_of(harness: ServiceHarness, row: Row) -> Batch:
    """The batch that the row names."""
    log = harness.service.log
    assert log is not None
    assert row.revision.log is not None
    batch = log.store.read_batch(parse_reference(row.revision.log).key(log.kind, log.encoder))
    assert batch is not None
    return batch


def batches(harness: ServiceHarness) -> int:
    """How many objects the log has."""
    log = harness.service.log
    assert log is not None
    listed = harness.clients.s3.list_objects_v2(Bucket=log.store.bucket)
    return int(listed["KeyCount"])


def test_an_item_decided_again_from_the_log_has_the_row_that_was_served(logging: ServiceHarness) -> None:
    logging.handle(logging.event("a", logging.put("a")))
    row, version = logging.row(), logging.tagger.bundle
    (entry,) = batch_of(logging, row).entries
    item = unpack_item(entry.item)
    prediction = predict(item.features, version)
    decided = decide(item.features, prediction, version, item.heads)
    assert tuple(label.id for label in decided.labels) == row.revision.labels == entry.labels
    assert decided.scores == row.revision.scores
    assert decided.review_reasons == row.revision.review_reasons == entry.review_reasons
    assert entry.ticket == (row.ticket != "none")
    assert (entry.id, item.id, item.kind, entry.tagged_at) == (row.id, row.id, row.kind, row.revision.tagged_at)


def test_the_logits_in_the_log_are_those_of_the_prediction_to_the_bit(logging: ServiceHarness) -> None:
    logging.handle(logging.event("a", logging.put("a")))
    version = logging.tagger.bundle
    batch = batch_of(logging, logging.row())
    (entry,) = batch.entries
    (logits,) = entry.predictions
    prediction = predict(unpack_item(entry.item).features, version)
    assert logits.version == version_id(version)
    assert batch.versions[logits.version].labels == tuple(version.decisions)
    assert np.frombuffer(logits.logits, "<f4").astype(np.float64).tobytes() == prediction.logits.tobytes()
    assert logits.beyond_cut == prediction.beyond_cut


def test_facts_and_features_of_a_mail_come_back_as_they_were(logging_mails: ServiceHarness) -> None:
    mail = b"Subject: Out of office\r\nAuto-Submitted: auto-replied\r\nMessage-ID: <a@b.c>\r\n\r\nI am away.\r\n"
    logging_mails.handle(logging_mails.event("a", logging_mails.put("a", mail)))
    (entry,) = batch_of(logging_mails, logging_mails.row()).entries
    item = logging_mails.service.read("mail", mail)
    features = logging_mails.tagger.encode(item)
    logged = unpack_item(entry.item)
    assert logged == LoggedItem(
        entry.id, "mail", None, facts_of(item), msgspec.structs.replace(features, dense=logged.features.dense)
    )
    assert logged.features.dense.tobytes() == features.dense.tobytes()
    assert logged.facts.auto_reply


def test_a_batch_is_one_object_and_holds_only_the_items_whose_rows_it_wrote(logging_mails: ServiceHarness) -> None:
    first = logging_mails.event("a", logging_mails.put("a"))
    logging_mails.handle(first)
    assert batches(logging_mails) == 1
    logging_mails.handle(first)  # a redelivery writes no row
    assert batches(logging_mails) == 1
    others = [logging_mails.event(key, logging_mails.put(key, THANKS)) for key in "bc"]
    logging_mails.handle(first, *others, others[0])
    assert batches(logging_mails) == 2
    new = next(row for row in logging_mails.rows() if row.source["key"] == "b")
    assert sorted(entry.id for entry in batch_of(logging_mails, new).entries) == sorted(
        row.id for row in logging_mails.rows() if row.source["key"] != "a"
    )


def test_two_copies_in_one_batch_for_other_heads_are_logged_as_their_rows_say(logging_mails: ServiceHarness) -> None:
    bodies = [inline("1", "Where is my parcel?", heads=heads) for heads in (["speech_act"], None)]
    logging_mails.handle(*bodies)
    row = logging_mails.row()
    (entry,) = batch_of(logging_mails, row).entries
    assert (unpack_item(entry.item).heads, entry.labels) == (row.revision.heads, row.revision.labels)


def test_an_item_with_an_unknown_head_keeps_its_features(logging_mails: ServiceHarness) -> None:
    logging_mails.handle(inline("1", "Where is my parcel?", heads=["colour"]))
    row = logging_mails.row()
    (entry,) = batch_of(logging_mails, row).entries
    assert row.revision.quarantine is not None
    assert (entry.quarantine, row.revision.quarantine.reason) == ("unknown_head", "unknown_head")
    assert unpack_item(entry.item).heads == ("colour",)


def test_other_content_under_a_known_id_is_not_logged(logging_mails: ServiceHarness) -> None:
    logging_mails.handle(inline("1", "Where is my parcel?"))
    logging_mails.handle(inline("1", "Where is my money?"))
    assert batches(logging_mails) == 1
    assert {row.revision.log is None for row in logging_mails.rows()} == {True, False}


@pytest.mark.parametrize("lost_reply", [False, True])
def test_a_log_that_cannot_be_written_is_counted_and_sends_nothing_back(
    logging: ServiceHarness, capsys: pytest.CaptureFixture[str], *, lost_reply: bool
) -> None:
    body = logging.event("a", logging.put("a"))
    with logging.failing("s3.PutObject", lost_reply=lost_reply, times=2):
        assert logging.handle(body) == []
    assert logging.row().revision.log is not None
    assert logging.row().ticket == "sent"
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert any(each.get("FeatureLogFailed") == [1.0] for each in metrics)
    assert "features are not kept" in logging.logs.getvalue()


def test_sampled_keeps_items_for_review_and_few_of_the_others(logging_mails: ServiceHarness) -> None:
    log = logging_mails.service.log
    assert log is not None
    sampled = logging_mails.having(log=msgspec.structs.replace(log, kept="sampled"))
    bodies = [inline(str(number), "I lost my credit card. Please send me a new one.") for number in range(40)]
    sampled.handle(*bodies, inline("odd", "Ich habe meine Karte verloren."))
    kept = {row.id for row in sampled.rows() if row.revision.log is not None}
    reviewed = {row.id for row in sampled.rows() if row.revision.review}
    assert reviewed
    assert reviewed < kept
    assert len(kept - reviewed) <= 10
    batch = batch_of(sampled, next(row for row in sampled.rows() if row.id in kept))
    assert {entry.id for entry in batch.entries} == kept


def test_without_a_bucket_nothing_is_kept(harness: ServiceHarness) -> None:
    harness.handle(harness.event("a", harness.put("a")))
    assert harness.row().revision.log is None


def test_the_log_of_another_encoder_has_other_keys(logging_mails: ServiceHarness) -> None:
    log = logging_mails.service.log
    assert log is not None
    attempt = log.begin()
    assert attempt.key("mail", "a" * 12).split("/")[:3] == ["features", "mail", "a" * 12]
    assert isinstance(log.store, LogStore)
