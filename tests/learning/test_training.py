"""Training on made-up features: what is learned, what is left out, and that it is the same every time."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from benchmarks.quality.f1 import f1_scores
from benchmarks.quality.independent_heads import out_of_fold, split_evenly, train_heads
from tagging.learning.data.rows import Example, annotations_of
from tagging.learning.features.features import Encoded
from tagging.learning.heads.logistic import NEVER, Hyperparameters, fit, rotate
from tagging.learning.numeric.arrays import Annotations

RECIPE = Hyperparameters()


def made_up(rows: int = 120, seed: int = 0) -> tuple[Encoded, Annotations]:
    """Three labels, each told by one dense feature and by one word; the third never holds."""
    random = np.random.default_rng(seed)
    yes = random.random((rows, 3)) < (0.4, 0.2, 0.0)
    dense = random.normal(scale=0.3, size=(rows, 6)).astype(np.float32)
    dense[:, :3] += yes
    pieces = tuple(("word", *(f"label{i}" for i in np.flatnonzero(row))) for row in yes)
    return Encoded(dense, pieces), Annotations(yes, np.ones_like(yes))


def test_answers_tell_no_from_unknown() -> None:
    rows = [Example("1", "x", frozenset({"a"}), frozenset({"b"})), Example("2", "y", frozenset())]
    annotations = annotations_of(rows, ["a", "b"])
    assert annotations.positive.tolist() == [[True, False], [False, False]]
    assert annotations.observed.tolist() == [[True, False], [True, True]]


def test_heads_learn_what_the_features_tell() -> None:
    encoded, annotations = made_up()
    trained = train_heads(encoded, annotations, RECIPE)
    unseen, truth = made_up(seed=1)
    given = trained.linear.logits(unseen.features(trained.lexicon)) >= trained.thresholds
    assert f1_scores(given, truth).micro_f1 > 0.95


def test_a_label_without_a_yes_is_never_given() -> None:
    encoded, annotations = made_up()
    trained = train_heads(encoded, annotations, RECIPE)
    assert trained.linear.biases[2] == NEVER
    assert not trained.linear.weights[:, 2].any()
    assert (trained.linear.logits(encoded.features(trained.lexicon))[:, 2] < trained.thresholds[2]).all()


def test_rotated_rows_give_the_same_fit_as_the_features_themselves() -> None:
    random = np.random.default_rng(5)
    features = random.normal(size=(30, 80)).astype(np.float32)
    yes = random.random(30) < 0.4
    rotated = rotate(features)
    assert rotated.rows.shape == (30, 30)
    found = rotated.basis @ fit(rotated.rows, Annotations(yes[:, None], np.ones((30, 1), bool)), RECIPE).weights
    weighted = np.where(yes, (~yes).sum() / yes.sum(), 1.0)
    plain = LogisticRegression(C=RECIPE.inverse_penalty, max_iter=3000, tol=1e-8)
    plain.fit(features.astype(np.float64), yes, sample_weight=weighted * 30 / weighted.sum())
    assert found[:, 0] == pytest.approx(plain.coef_[0], abs=2e-2)


def test_unknown_cells_teach_nothing() -> None:
    encoded, annotations = made_up()
    known = np.random.default_rng(6).random(annotations.positive.shape) < 0.7
    masked = Annotations(annotations.positive & known, known)
    lies = Annotations(np.where(known, annotations.positive, ~annotations.positive), known)
    rows = rotate(encoded.dense).rows
    assert np.array_equal(fit(rows, masked, RECIPE).weights, fit(rows, lies, RECIPE).weights)


def test_training_twice_gives_the_same_bits() -> None:
    one, two = (train_heads(*made_up(), RECIPE, seed=3) for _ in range(2))
    assert np.array_equal(one.linear.weights, two.linear.weights)
    assert np.array_equal(one.thresholds, two.thresholds)


def test_out_of_fold_scores_come_from_heads_that_did_not_see_the_row() -> None:
    random = np.random.default_rng(7)
    dense = random.normal(size=(60, 200))  # enough features to learn any labels by heart
    yes = random.random((60, 1)) < 0.5
    annotations = Annotations(yes, np.ones_like(yes))
    rotated = rotate(dense)
    by_heart = fit(rotated.rows, annotations, RECIPE).logits(rotated.rows) > 0
    unseen = out_of_fold(rotated, annotations, RECIPE, seed=0) > 0
    assert (by_heart == yes).all()
    assert (unseen == yes).mean() < 0.75


def test_rows_are_dealt_evenly_and_so_are_those_of_each_label() -> None:
    yes = np.random.default_rng(8).random((103, 4)) < (0.5, 0.3, 0.1, 0.05)
    folds = split_evenly(yes, 5, seed=0)
    assert set(folds) == set(range(5))
    assert np.ptp(np.bincount(folds)) <= 4
    for label in range(4):
        assert np.ptp(np.bincount(folds[yes[:, label]], minlength=5)) <= 3


def test_quality_counts_known_cells_only() -> None:
    yes = np.array([[True, False], [True, True], [False, False]])
    known = np.array([[True, True], [True, False], [True, True]])
    given = np.array([[True, True], [False, True], [False, False]])
    found = f1_scores(given, Annotations(yes, known))
    assert found.micro_f1 == pytest.approx(2 / 4)
    assert found.macro_f1 == pytest.approx(2 / 3)
