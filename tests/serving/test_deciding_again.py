"""Items that have a row are decided again from what the feature log keeps of them, and rows that differ are revised."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tagging.operations.intake_queue import Again
from tagging.store.row import Row
from tests.feature_log.conftest import with_log
from tests.feature_log.test_writer import batch_of
from tests.messages import inline
from tests.serving.conftest import Models, promote_bad

LOST, THANKS = "I lost my card.", "Thank you very much."


def again(models: Models, *ids: str) -> list[str]:
    return models.harness.handle(*(Again("mail", each).body() for each in ids))


def rows(models: Models) -> dict[str, Row]:
    return {row.id: row for row in models.harness.rows()}


def test_after_a_rollback_rows_are_as_if_the_good_version_had_decided_them(logging_models: Models, bad: Path) -> None:
    models = logging_models
    models.promote(1)
    models.harness.handle(inline("before", LOST))
    promote_bad(models, bad)
    models.harness.handle(inline("a", LOST), inline("b", THANKS))
    wrong = rows(models)
    rolled_back = models.promote(1).generation
    assert again(models, "before", "a", "b") == []
    models.harness.handle(inline("a2", LOST), inline("b2", THANKS))
    right = rows(models)
    for mended, fresh in (("a", "a2"), ("b", "b2")):
        assert wrong[mended].revision.labels != right[mended].revision.labels
        assert right[mended].revision.decides_as(right[fresh].revision)
        assert right[mended].revision.generation == rolled_back
        assert [each.generation for each in right[mended].earlier] == [rolled_back - 1]
    assert right["before"] == wrong["before"], "its decision is the same: nothing is written"


def test_the_new_revision_has_an_entry_of_the_log_of_its_own(logging_models: Models, bad: Path) -> None:
    models = logging_models
    promote_bad(models, bad)
    models.harness.handle(inline("a", LOST))
    before = rows(models)["a"]
    models.promote(1)
    again(models, "a")
    row = rows(models)["a"]
    assert row.revision.log not in {None, before.revision.log}
    (entry,) = batch_of(models.harness, row).entries
    assert (entry.labels, entry.generation) == (row.revision.labels, row.revision.generation)
    assert row.earlier[0].log == before.revision.log


def test_a_second_time_changes_nothing_and_no_ticket_is_sent_twice(logging_models: Models, bad: Path) -> None:
    models = logging_models
    promote_bad(models, bad)
    models.harness.handle(inline("a", LOST), inline("b", THANKS))
    models.promote(1)
    again(models, "a", "b")
    once, tickets = rows(models), models.harness.tickets()
    again(models, "a", "b", "a")
    assert rows(models) == once
    assert models.harness.tickets() == [], "those before were received already"
    assert len({json.loads(each)["id"] for each in tickets}) == len(tickets)


def test_a_ticket_that_was_never_due_is_sent_when_it_is_due_now(logging_models: Models, bad: Path) -> None:
    models = logging_models
    models.promote(1)
    models.harness.handle(inline("a", THANKS))
    assert rows(models)["a"].ticket == "none"
    promote_bad(models, bad)
    assert again(models, "a") == []
    assert rows(models)["a"].ticket == "sent"
    (ticket,) = models.harness.tickets()
    assert json.loads(ticket)["labels"]


@pytest.mark.parametrize("damaged", [True, False], ids=["damaged log", "no log"])
def test_without_features_in_the_log_the_object_is_read_again(models: Models, bad: Path, *, damaged: bool) -> None:
    models.push(1)
    if damaged:
        models.harness = with_log(models.harness)
    promote_bad(models, bad)
    version = models.harness.put("lost.eml", b"Subject: Card\r\n\r\nI lost my card.")
    models.harness.handle(models.harness.event("lost.eml", version))
    wrong = models.harness.row()
    if damaged:
        store = models.harness.service.log.store  # it has one
        (key,) = store._etags("features/")
        store.put_batch(key, b"damaged")
    models.promote(1)
    assert again(models, wrong.id) == []
    row = models.harness.row()
    assert row.revision.labels != wrong.revision.labels
    assert row.input_hash == wrong.input_hash
    assert row.source == wrong.source


def test_an_item_of_which_nothing_is_kept_stays_as_it_is_and_its_message_is_done(
    models: Models, bad: Path, caplog: pytest.LogCaptureFixture
) -> None:
    models.push(1)
    promote_bad(models, bad)
    models.harness.handle(inline("a", LOST))
    before = models.harness.row()
    models.promote(1)
    assert again(models, "a") == []
    assert models.harness.row() == before
    assert [vars(each)["item"] for each in caplog.records if each.message == "cannot be decided again"] == ["a"]


def test_ids_without_a_row_and_rows_with_nothing_to_decide_stay_as_they_are(logging_models: Models, bad: Path) -> None:
    models = logging_models
    promote_bad(models, bad)
    models.harness.handle(
        inline("empty", " "), inline("unknown", LOST, heads=["no_such_head"]), inline("forgotten", LOST)
    )
    table = models.harness.service.table
    seen = rows(models)["forgotten"]
    assert table.replace(seen, seen.erased("2026-01-31T12:00:00.000+00:00", "t"))
    before = rows(models)
    models.harness.tickets()
    models.promote(1)
    assert again(models, "empty", "unknown", "forgotten", "nobody") == []
    assert rows(models) == before
    assert models.harness.tickets() == []


def test_messages_that_decide_again_count_as_no_items(
    logging_models: Models, bad: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = logging_models
    promote_bad(models, bad)
    models.harness.handle(inline("a", LOST))
    models.promote(1)
    capsys.readouterr()
    again(models, "a")
    assert "LabelGiven" not in capsys.readouterr().out


def test_a_message_of_another_form_is_quarantined(logging_models: Models) -> None:
    models = logging_models
    models.harness.handle(json.dumps({"schema": "tagging.decide/1", "kind": "mail", "id": "a#b"}))
    (row,) = models.harness.rows()
    assert row.revision.quarantine is not None
    assert row.revision.quarantine.reason == "bad_message"
