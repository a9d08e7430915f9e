"""`tagging what-if`: what it foretells is what the service then decides, and what it prints can be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.live.logged_stage import open_stage
from benchmarks.live.what_if import follow
from tagging.feature_log.compactor import renew_hour
from tagging.feature_log.hour import Decided
from tagging.feature_log.keys import Attempt
from tagging.feature_log.writer import FeatureLog
from tagging.image.reader import image_reader
from tagging.mail.reader import mail_reader
from tagging.model.tagger import Tagger
from tagging.operations.logged_decisions import as_decided
from tests.feature_log.conftest import with_log
from tests.feature_log.test_erasure import hour_of, store
from tests.image_bundle import image
from tests.mail_bundle import TAXONOMY
from tests.messages import inline
from tests.serving.conftest import Commands, Models

TEXTS = {
    "card": "I lost my card.",
    "angry": "I am angry about my card.",
    "human": "Please let me talk to a human.",
    "thanks": "Thank you.",
    "nothing": "Nothing at all.",
}


@pytest.fixture
def logged(models: Models, tagging: Commands, monkeypatch: pytest.MonkeyPatch) -> Models:
    """The stage with a feature log, which has five texts."""
    monkeypatch.setattr("tagging.cli.models.bundles_at_hand", lambda _: [Path(models.folder(0))])
    assert tagging.stage
    models.harness = with_log(models.harness)
    models.harness.handle(*(inline(name, text) for name, text in TEXTS.items()))
    return models


@pytest.mark.parametrize("kind", ["mail", "image"])
def test_what_is_foretold_is_what_the_service_decides(
    moto: str, bundles: tuple[Tagger, ...], image_tagger: Tagger, kind: str
) -> None:
    """Of images, a head waits for a label whose threshold moves, and runs where it gains it."""
    if kind == "mail":
        contents = [f"Subject: {name}\r\n\r\n{text}".encode() for name, text in TEXTS.items()]
        moves = [{"card": 1.0}, {"card": 0.2, "angry": 1.0}]
        tagger, reader, heads = bundles[0], mail_reader, ("person",)
    else:
        contents = [image(name, above=above) for name in ("garment", "grocery", "other") for above in (10, 60)]
        moves = [{"light_top": 0.999}, {"ripe": 0.001, "garment": 0.2}]
        tagger, reader, heads = image_tagger, image_reader, ("garment_tags",)
    with open_stage(moto, tagger, reader) as stage:
        items = [stage.put(str(number), each) for number, each in enumerate(contents)]
        items.append(stage.put("some heads", contents[0], heads))
        stage.tag(items)
        figures = follow(stage, items, moves)
    assert figures.differ == 0
    assert figures.changed > 0
    assert figures.compared == 2 * 2 * 2 * len(items)


def test_a_higher_threshold_takes_labels_routes_and_tickets(logged: Models, tagging: Commands) -> None:
    answer = tagging.done("what-if", "card", "1", "--since", "1h")
    assert answer["labels"]["card"] == {
        "now": 2, "added": 0, "removed": 2, "added_ids": [], "removed_ids": ["angry", "card"],
    }  # fmt: skip
    assert answer["routes"]["banking"]["removed"] == 2
    assert (answer["items"], answer["changed"], answer["rows_differ"]) == (5, 2, 0)
    assert answer["candidate"] == {"thresholds": {"card": 1.0}}
    assert answer["champion"] == logged.id(0)
    assert logged.store.read_pointer() is None


def test_a_version_is_compared_like_its_thresholds(logged: Models, tagging: Commands) -> None:
    by_label = tagging.done("what-if", "card", "1")
    moved = tagging.done("thresholds", "set", "card", "1")
    assert moved["next"] == f"tagging what-if {moved['version']} --since 14d --stage {tagging.stage}"
    by_version = tagging.done("what-if", moved["version"])
    alike = {"labels", "routes", "tickets", "review", "reasons", "items", "changed", "rows_differ"}
    assert {name: by_label[name] for name in alike} == {name: by_version[name] for name in alike}
    tagging.done("versions", "push", logged.folder(1))  # other heads, which give the same labels
    same = tagging.done("what-if", logged.id(1))
    assert (same["items"], same["changed"]) == (5, 0)


def test_rows_of_an_earlier_version_count_by_what_the_champion_decides(logged: Models, tagging: Commands) -> None:
    moved = tagging.done("thresholds", "set", "card", "1")["version"]
    tagging.change("promote", moved)
    back = tagging.done("what-if", "card", ".5")
    assert (back["champion"], back["rows_differ"]) == (moved, 2)
    assert (back["labels"]["card"]["now"], back["labels"]["card"]["added"]) == (0, 2)
    tagging.done("versions", "push", logged.folder(1))
    tagging.change("promote", logged.id(1))
    assert tagging.done("what-if", "card", ".9999")["rows_differ"] == 0


def test_an_item_that_was_decided_again_in_another_hour_counts_once(
    logged: Models, tagging: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    logged.push(1)
    logged.promote(1)
    next_hour = Attempt.begun(datetime.now(UTC) + timedelta(hours=1))
    monkeypatch.setattr(FeatureLog, "begin", lambda _: next_hour)
    logged.harness.handle(inline("card", TEXTS["card"]))
    answer = tagging.done("what-if", "card", "1")
    assert answer["read"]["hours"] == 2
    assert (answer["items"], answer["labels"]["card"]["now"]) == (5, 2)


def test_compacted_hours_give_the_same_answer_without_encoder_or_batches(logged: Models, tagging: Commands) -> None:
    before = tagging.done("what-if", "card", "1")
    assert before["read"]["not_compacted"] == 1
    key, log = hour_of(logged.harness), store(logged.harness)
    renew_hour(log, key, logged.harness.service.threads)
    for batch in log.batches(key):
        logged.harness.clients.s3.delete_object(Bucket=log.bucket, Key=batch)
    after = tagging.done("what-if", "card", "1")
    assert after["read"]["not_compacted"] == 0
    assert before["labels"] == after["labels"]


def test_thresholds_are_shown_with_what_their_scores_lead_one_to_expect(logged: Models, tagging: Commands) -> None:
    logged.harness.handle(*(inline(f"more-{number}", TEXTS["card"]) for number in range(10)))
    shown = {each["label"]: each for each in tagging.done("thresholds", "show", "--since", "1h")["thresholds"]}
    scores = [row.revision.scores["card"] for row in logged.harness.rows()]
    with_label = [score for score in scores if score >= 0.5]
    assert len(with_label) == 12
    assert shown["card"]["expected_precision"] == pytest.approx(sum(with_label) / 12)
    assert shown["card"]["expected_recall"] == pytest.approx(sum(with_label) / sum(scores))
    assert shown["angry"]["expected_precision"] is None  # of one item nothing is expected
    text = tagging("thresholds", "show", "--since", "1h").stdout
    assert "precision" in text
    assert max(map(len, text.splitlines())) <= 80


def test_items_from_before_do_not_count(logged: Models, tagging: Commands) -> None:
    assert logged.store.read_pointer() is None
    later = (datetime.now(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S")
    assert f"has no mail since {later[:10]}" in tagging.refused("what-if", "card", "1", "--since", later)


def test_the_answer_fits_a_terminal_and_names_items(logged: Models, tagging: Commands) -> None:
    assert logged.store.read_pointer() is None
    done = tagging("what-if", "card", "1")
    assert done.exit_code == 0, done.output
    for part in (f"if card 1 served instead of {logged.id(0)}", "2 of 5", "label card", "route banking", "-angry"):
        assert part in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "code"),
    [(("card", "1.5"), 2), (("cord", ".5"), 2), (("card", ".5"), 2), (("abcdef",), 1), (("card", "1", "angry"), 2)],
)
def test_what_cannot_be_asked_is_refused(logged: Models, tagging: Commands, words: tuple[str, ...], code: int) -> None:
    assert logged.store.read_pointer() is None
    assert tagging("what-if", *words).exit_code == code


def test_a_damaged_batch_is_named(logged: Models, tagging: Commands) -> None:
    (batch,) = store(logged.harness).batches(hour_of(logged.harness))
    logged.harness.clients.s3.put_object(Bucket=store(logged.harness).bucket, Key=batch, Body=b"tagging.batch/1\x92")
    assert "damaged or cut short" in tagging.refused("what-if", "card", "1")


def test_a_row_of_a_version_with_other_labels_has_the_routes_of_those_that_the_champion_knows() -> None:
    row = Decided("a", 1, "2026-01-01", "b" * 12, ("card", "gone"), (), True, None, "", 0, 1)
    assert as_decided(row, TAXONOMY).routes == ("banking",)
