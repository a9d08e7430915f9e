"""Methods that benchmarks compare learn from training rows alone, and tune thresholds by one rule."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from benchmarks.quality.f1 import f1_scores
from benchmarks.quality.methods import ThresholdedScorer
from benchmarks.quality.tfidf import NEVER, TfIdf
from tagging.learning.numeric.arrays import Annotations

TEXTS = [f"{word} number {index}" for index in range(30) for word in ("card", "loan", "thanks", "so")]
POSITIVE = np.array([["card" in text, "loan" in text, False] for text in TEXTS])
ANSWERS = Annotations(POSITIVE, np.ones_like(POSITIVE))


@dataclass(frozen=True)
class RecordingScorer:
    """Predicts nothing, and records its calls."""

    calls: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)

    def logits(self, annotations: Annotations, train: np.ndarray, rows: np.ndarray) -> np.ndarray:
        self.calls.append((train, rows))
        return np.zeros((rows.sum(), annotations.positive.shape[1]))


def test_a_row_is_never_scored_by_a_model_that_learned_from_it_nor_a_test_row_learned_from() -> None:
    train = np.arange(len(TEXTS)) < 80
    method = ThresholdedScorer(RecordingScorer())
    method.predict(ANSWERS, train, ~train)
    *folds, last = method.scorer.calls
    assert all(not (learned & scored).any() and (learned | scored == train).all() for learned, scored in folds)
    assert sum(scored for _, scored in folds).tolist() == train.astype(int).tolist()
    assert (last[0] == train).all()


def test_tfidf_learns_words_and_never_predicts_a_label_without_positives() -> None:
    train = np.arange(len(TEXTS)) < 80
    predicted = ThresholdedScorer(TfIdf(TEXTS)).predict(ANSWERS, train, ~train)
    assert f1_scores(predicted, ANSWERS.take(~train)).micro_f1 == 1
    assert not predicted[:, 2].any()
    assert (TfIdf(TEXTS).logits(ANSWERS, train, ~train)[:, 2] == NEVER).all()


def test_tfidf_learns_nothing_from_unknown_cells() -> None:
    train = np.arange(len(TEXTS)) < 80
    known = np.random.default_rng(0).random(POSITIVE.shape) < 0.8
    one, two = (Annotations(np.where(known, POSITIVE, other), known) for other in (POSITIVE, ~POSITIVE))
    assert np.array_equal(TfIdf(TEXTS).logits(one, train, ~train), TfIdf(TEXTS).logits(two, train, ~train))


def test_macro_f1_over_all_labels_counts_labels_without_a_positive_row_as_zero() -> None:
    f1 = f1_scores(POSITIVE, ANSWERS)
    assert f1.macro_f1 == 1
    assert f1.macro_f1_all == 2 / 3
