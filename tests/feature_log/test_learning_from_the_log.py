"""What people answered about a served item is learned from with the features that the log kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from tagging.corrections import Correction, ReviewEntry, ReviewTable
from tagging.learning.corrections import Rules, StageAnswers, rows_to_learn
from tagging.learning.data import kind_of
from tagging.local import create_review_table
from tagging.store.row import Row
from tests.service_harness import ServiceHarness

NOW = datetime.now(UTC)


def answers_of(harness: ServiceHarness) -> StageAnswers:
    """The stage of the harness, with an empty review table."""
    log = harness.service.log
    assert log is not None
    create_review_table(harness.clients.dynamodb, f"{harness.bucket}-review")
    reviews = ReviewTable(harness.clients.dynamodb, f"{harness.bucket}-review")
    return StageAnswers(reviews, harness.service.table, log.store, log.kind, log.encoder, days=2)


def record(stage: StageAnswers, row: Row, label: str) -> None:
    at = (NOW - timedelta(minutes=1)).isoformat()
    correction = Correction(item=row.id, author="ann", answered_at=at, source="console", no=(label,))
    assert stage.reviews.record(correction, stage.kind)


def drawn(stage: StageAnswers, row: Row, chance: float) -> ReviewEntry:
    about = {"item": row.id, "kind": stage.kind, "encoder": stage.encoder, "version": "layer", "generation": 0}
    at = NOW.isoformat(timespec="milliseconds")
    return ReviewEntry(**about, decided_at=at, drawn_at=at, purpose="measure", reason="sample", chance=chance)


def test_an_item_of_a_stage_becomes_a_row_without_its_text(logging: ServiceHarness) -> None:
    logging.handle(logging.event("a", logging.put("a")))
    row, stage, label = logging.row(), answers_of(logging), logging.samples.label
    record(stage, row, label)
    assert stage.reviews.put_entry(drawn(stage, row, 0.25))
    found = stage.read(NOW)
    taxonomy = logging.tagger.bundle.taxonomy
    (learned,) = rows_to_learn(found, taxonomy, rules=Rules(hold_out=0)).rows
    assert label not in learned.labels | learned.unknown
    assert learned.served is not None
    assert learned.served.inclusion == 0.25
    assert kind_of([learned]) == logging.tagger.bundle.encoder.kind
    log = logging.service.log
    assert log is not None
    kept = log.store.find_item(row.revision.log or "", log.kind, log.encoder, row.id)
    assert kept is not None
    assert learned.features is not None
    assert np.array_equal(learned.features.dense, kept.features.dense)


def test_nothing_is_learned_of_an_item_that_was_forgotten(logging_mails: ServiceHarness) -> None:
    logging_mails.handle(logging_mails.event("a", logging_mails.put("a")))
    row, stage = logging_mails.row(), answers_of(logging_mails)
    record(stage, row, "bank_card")
    assert logging_mails.service.table.replace(row, row.erased(NOW.isoformat(), "again"))
    found = stage.read(NOW)
    assert not found.items
    assert found.without_content == {"items that were forgotten": 1}
