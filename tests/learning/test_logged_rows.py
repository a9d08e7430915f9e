"""Rows without text: the features that a feature log kept take the place of those that the encoder would make."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import msgspec
import numpy as np
import pytest

from tagging.corrections import Correction, ReviewEntry, ReviewTable
from tagging.feature_log import LogError, LoggedItem, LogStore
from tagging.feature_log.storage import StoredObject
from tagging.item import Facts
from tagging.learning.calibration.out_of_fold import OutOfFold
from tagging.learning.corrections import StageAnswers
from tagging.learning.corrections.stage_corrections import words_in
from tagging.learning.data import Example, Served, normalised
from tagging.learning.features import Encoded, ItemTexts, encode_items, item_texts, with_logged
from tagging.learning.numeric import Annotations
from tagging.learning.training.training_data import prepare_training_data
from tagging.mail import text_mail
from tagging.model import Aggregate, Features, Tagger, encode
from tagging.quality import AuthorQuality
from tagging.quality.quality_report import Double, QualityReport
from tagging.store import LabelTable, Revision, Row
from tests.learning.test_train_bundle import TAXONOMY, rows

TEXT = "I'd like my money back. The parrot is ill, and nobody told me."


def encoded_by(tagger: Tagger, texts: list[str]) -> Encoded:
    encoder = cast("Any", tagger.bundle.encoder)
    found = [encoder.encode(text) for text in texts]
    return Encoded(np.stack([each.features for each in found]), tuple(each.pieces for each in found))


def features(tagger: Tagger, text: str = TEXT, aggregate: Aggregate = "both") -> Features:
    return encode(text_mail(text), tagger.bundle.encoder, aggregate)


def items_of(tagger: Tagger, texts: list[ItemTexts], logged: list[Features]) -> Any:
    return with_logged(encode_items(texts, lambda each: encoded_by(tagger, list(each))), logged)


def test_a_logged_item_has_the_features_that_its_text_would_have(tagger: Tagger) -> None:
    items = items_of(tagger, [item_texts("Hello."), item_texts(TEXT)], [features(tagger)])
    of_text, of_log = (items.take(np.array([each == place for each in range(3)])) for place in (1, 2))
    for one, other in ((of_text.full_texts, of_log.full_texts), (of_text.sentences, of_log.sentences)):
        assert np.array_equal(items.encoded.dense[one], items.encoded.dense[other])
        assert [items.encoded.pieces[row] for row in one] == [items.encoded.pieces[row] for row in other]


def test_the_texts_that_were_not_scored_are_stood_in_for(tagger: Tagger) -> None:
    sentences, whole = features(tagger, aggregate="sentences"), features(tagger, aggregate="whole")
    items = items_of(tagger, [item_texts("Hello.")], [sentences, whole])
    assert items.counts.tolist() == [1, 2, 1]
    mean = items.encoded.dense[items.full_texts[1]]
    assert np.allclose(mean, sentences.dense.mean(axis=0))
    assert items.sentences[-1] == items.full_texts[2]


def test_rows_with_features_are_learned_from_and_never_composed_into_mails(tagger: Tagger) -> None:
    logged = Example(
        "logged", words_in(features(tagger)), frozenset({"refund", "money"}), served=Served(features(tagger), 0.01)
    )
    silent = replace(logged, id="silent", served=Served(replace_final(features(tagger))))
    texts: list[str] = []

    def encode_texts(each: Any) -> Encoded:
        texts.extend(each)
        return encoded_by(tagger, list(each))

    few = rows()[::4]
    data = prepare_training_data([logged, silent, *few], TAXONOMY, 0, encode_texts, examples=False)
    own = data.rows.take(data.rows.folds >= 0)
    assert data.skipped == {"silent": "empty"}
    assert not any("parrot" in text for text in texts)
    assert own.annotations.positive[-1].sum() == 2  # rows with features come last
    assert len(data.full_sentences) == len(own.items.sentences)
    assert data.counts is not None
    assert data.counts.tolist() == [1] * len(few) + [50]


def replace_final(of: Features) -> Features:
    return Features(of.dense, of.pieces, of.sentences, final="undelivered")


def test_items_stand_for_as_many_as_they_were_drawn_of_on_no_more_independent_rows() -> None:
    annotations = Annotations(np.array([[True], [False], [True]]), np.ones((3, 1), dtype=bool))
    drawn = OutOfFold(np.array([[1.0], [2.0], [3.0]]), annotations, counts=np.array([1, 3, 2]))
    traffic = drawn.as_traffic()
    assert traffic.logits[:, 0].tolist() == [1, 2, 2, 2, 3, 3]
    assert traffic.rows_of(traffic.annotations.positive).tolist() == [2]
    assert traffic.repeats == 2.0
    assert replace(drawn, counts=None).as_traffic().logits is drawn.logits


def test_words_of_a_logged_item_are_those_of_its_text(tagger: Tagger) -> None:
    assert normalised(words_in(features(tagger))) == normalised(TEXT)
    marked = replace_pieces(features(tagger), ("\u2581Mein", "\u2581Geld", "!"))
    assert words_in(marked) == "Mein Geld!"


def replace_pieces(of: Features, pieces: tuple[str, ...]) -> Features:
    return Features(of.dense[:1], (pieces,))


class FakeReviews:
    def corrections(self, kind: str, first_day: str, last_day: str) -> list[Correction]:
        assert (kind, last_day) == ("mail", "2026-01-31")
        assert first_day < "2025"
        about = {"item": "a", "author": "ann", "answered_at": "2026-01-30T12:00:00+00:00", "source": "console"}
        return [Correction(**about | {"item": item}, yes=("refund",)) for item in ("a", "b", "c", "d", "e")]

    def entry(self, item: str) -> ReviewEntry | None:
        return ReviewEntry(
            item=item,
            kind="mail",
            encoder="e",
            generation=0,
            version="layer",
            decided_at="",
            drawn_at="",
            purpose="measure",
            reason="sample",
            chance=0.2,
        )


class FakeRows:
    def __init__(self, tagger: Tagger) -> None:
        self._version = tagger.bundle.version

    def get(self, item: str) -> Row | None:
        revision = Revision("2026", self._version, log=None if item == "c" else item)
        row = Row(item, "mail", {}, "attempt", revision)
        return {"d": None, "e": row.erased("2026", "again")}.get(item, row)


def report(*authors: AuthorQuality) -> bytes:
    counts: dict[str, Any] = dict.fromkeys(
        ("generation", "items", "missing_hours", "unscored", "drawn", "answered", "cannot_tell"), 0
    )
    names = dict.fromkeys(("encoder", "champion", "made_at", "since", "until"), "x")
    return msgspec.json.encode(
        QualityReport(kind="mail", labels={}, authors=authors, double=Double(), **counts, **names)
    )


class FakeLog:
    def __init__(self, kept: Features) -> None:
        self._kept = kept
        self.report = report(
            AuthorQuality(author="mallory", answers=9, agreement=0.1, discounted=("*",)),
            AuthorQuality(author="eve", answers=9, agreement=0.9, discounted=("refund",)),
            AuthorQuality(author="ann", answers=9, agreement=0.9),
        )

    def find_item(self, reference: str, kind: str, _encoder: str, item_id: str) -> LoggedItem | None:
        if reference == "b":
            raise LogError("the hour's items are missing")
        return LoggedItem(item_id, kind, None, Facts(), self._kept)

    def read_object(self, key: str) -> StoredObject:
        assert key == "quality/mail.json"
        return StoredObject(self.report, "etag")


def test_a_damaged_quality_report_has_its_sentence(tagger: Tagger) -> None:
    log = FakeLog(features(tagger))
    log.report = b"{"
    rows, encoder = FakeRows(tagger), tagger.bundle.version.encoder
    stage = StageAnswers(
        cast("ReviewTable", FakeReviews()), cast("LabelTable", rows), cast("LogStore", log), "mail", encoder
    )
    with pytest.raises(LogError, match="quality report is damaged"):
        stage.read(datetime(2026, 1, 31, tzinfo=UTC))


def test_a_stage_gives_the_items_whose_features_are_kept_and_counts_the_others(tagger: Tagger) -> None:
    kept = features(tagger)
    stage = StageAnswers(
        cast("ReviewTable", FakeReviews()),
        cast("LabelTable", FakeRows(tagger)),
        cast("LogStore", FakeLog(kept)),
        "mail",
        tagger.bundle.version.encoder,
    )
    found = stage.read(datetime(2026, 1, 31, tzinfo=UTC))
    assert found.items.keys() == {"a"}
    assert found.items["a"].inclusion == 0.2
    assert found.items["a"].row.features is kept
    assert found.discounted == {("mallory", None), ("eve", "refund")}
    assert found.without_content == {
        "items of which the hour's items are missing": 1,
        "items without features: kept no longer, not kept, or of another encoder": 1,
        "items that were forgotten": 2,
    }


@pytest.mark.parametrize("aggregate", ["sentences", "whole"])
def test_heads_are_pooled_as_the_log_allows(tagger: Tagger, aggregate: Aggregate) -> None:
    from tagging.learning.training.text_trainer import scored_pooling

    row = Example("a", "", frozenset(), served=Served(features(tagger, aggregate=aggregate)))
    assert scored_pooling([row]) == aggregate
    assert scored_pooling([replace(row, served=Served(features(tagger)))]) is None
