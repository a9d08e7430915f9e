"""Whole texts, sentences, or both, on made-up items of several sentences."""

from __future__ import annotations

import numpy as np
import pytest

from tagging.learning.features.encoded_items import EncodedItems
from tagging.learning.features.features import Encoded, choose_lexicon
from tagging.learning.heads.head_fit import HeadTrainer, wide_features
from tagging.learning.heads.logistic import Hyperparameters
from tagging.learning.heads.pooling import (
    CHEAPEST_FIRST,
    Labelled,
    PooledLogits,
    Pooling,
    choose_pooling,
    fit_heads,
    predict_out_of_fold,
    sentence_rows,
)
from tagging.learning.numeric.arrays import Annotations
from tagging.taxonomy.taxonomy import Head, Label

LABELS = ("a", "b")
HEAD = Head(id="h", kind="multilabel", labels=tuple(Label(id=name, description=name) for name in LABELS))


def mails(count: int = 60, told_by: str = "one sentence", seed: int = 0) -> tuple[HeadTrainer, Labelled]:
    """Mails of four sentences; a label is told by one sentence alone, or by a little of every sentence."""
    random = np.random.default_rng(seed)
    yes = random.random((count, 2)) < 0.4
    sentences = random.normal(scale=0.3, size=(count, 4, 24)).astype(np.float32)
    for item, label in zip(*np.nonzero(yes), strict=True):
        if told_by == "one sentence":
            sentences[item, random.integers(4), label] += 1.5
        else:
            sentences[item, :, label] += 0.3
    dense = np.concatenate([sentences.reshape(-1, 24), sentences.mean(axis=1)])
    encoded = Encoded(dense, ((),) * len(dense))
    items = EncodedItems(encoded, np.arange(count) + 4 * count, np.arange(4 * count), np.repeat(np.arange(count), 4))
    features = wide_features(encoded, choose_lexicon(encoded.pieces, 0.6))
    annotations = Annotations(yes, np.ones_like(yes))
    return HeadTrainer(features, (HEAD,), Hyperparameters()), Labelled(items, annotations, np.arange(count) % 5)


def test_only_the_max_scoring_sentence_of_a_row_is_positive_and_the_others_are_unknown() -> None:
    _, rows = mails(2)
    held = Annotations(np.array([[True, False], [False, False]]), np.ones((2, 2), dtype=bool))
    logits = np.zeros((10, 2))
    logits[2, 0] = 1
    texts, annotations = sentence_rows(Labelled(rows.items, held, rows.folds), logits, with_full_texts=False)
    assert texts.tolist() == list(range(8))
    assert np.flatnonzero(annotations.positive[:, 0]).tolist() == [2]
    assert np.flatnonzero(annotations.observed[:, 0]).tolist() == [2, 4, 5, 6, 7]
    assert annotations.observed[:, 1].all()


def test_full_texts_are_learned_from_as_well_where_they_are_included() -> None:
    _, rows = mails(2)
    texts, annotations = sentence_rows(rows, np.zeros((10, 2)), with_full_texts=True)
    assert texts.tolist() == list(range(10))
    assert np.array_equal(annotations.positive[8:], rows.annotations.positive)


def test_the_sentence_that_holds_the_label_is_found_although_nobody_named_it() -> None:
    trainer, rows = mails(200)
    pooled = predict_out_of_fold(trainer, rows, rows, ("sentences",), lambda: None)
    right = (pooled["sentences"].sentence_max > 0) == rows.annotations.positive
    assert right.mean() > 0.9


@pytest.mark.parametrize(("told_by", "worst"), [("one sentence", "whole"), ("every sentence", "sentences")])
def test_the_way_that_suits_the_data_is_chosen(told_by: str, worst: str) -> None:
    trainer, rows = mails(200, told_by)
    choice = choose_pooling(predict_out_of_fold(trainer, rows, rows, CHEAPEST_FIRST, lambda: None), rows)
    assert choice.pooling.aggregate != worst
    assert choice.micro_f1[choice.pooling.aggregate] >= max(choice.micro_f1.values()) - 0.005


def test_items_are_heard_by_heads_that_did_not_learn_from_them() -> None:
    trainer, rows = mails(100)
    shuffled = np.random.default_rng(3).permutation(rows.annotations.positive)
    nonsense = Labelled(rows.items, Annotations(shuffled, np.ones_like(shuffled)), rows.folds)
    by_heart = (
        trainer.logits(fit_heads(trainer, nonsense, ("whole",))["whole"], rows.items.texts())[rows.items.full_texts] > 0
    )
    unseen = predict_out_of_fold(trainer, nonsense, nonsense, ("whole",), lambda: None)["whole"].full_text > 0
    assert (by_heart == shuffled).mean() > (unseen == shuffled).mean() + 0.15


def test_both_lies_between_the_max_scoring_sentence_and_the_full_text() -> None:
    pooled = PooledLogits(np.array([[4.0]]), np.array([[0.0]]), np.array([1]))
    assert Pooling("both", 0.25).logits(pooled) == 1
    assert (Pooling("whole").logits(pooled), Pooling("sentences").logits(pooled)) == (0, 4)


def test_a_penalty_lowers_the_logits_of_items_of_many_sentences() -> None:
    pooled = PooledLogits(np.full((2, 1), 4.0), np.full((2, 1), 3.0), np.array([1, 8]))
    assert Pooling("sentences", penalty=0.5).logits(pooled)[:, 0] == pytest.approx([4, 4 - 0.5 * np.log(8)])
    assert Pooling("whole", penalty=0.5).logits(pooled)[:, 0] == pytest.approx([3, 3])
