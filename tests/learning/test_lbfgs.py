"""The solver against scikit-learn, label by label, and what it leaves out."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from tagging.learning.heads.logistic import Hyperparameters, balanced_sample_weights, fit, learnable
from tagging.learning.numeric.arrays import Annotations
from tagging.learning.numeric.lbfgs import DenseRows, Loss, minimise
from tagging.learning.numeric.logits import sigmoid
from tagging.learning.numeric.sparse_rows import wide_rows


def made_up(rows: int, features: int, labels: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, features))
    return x, x @ random.normal(size=(features, labels)) + random.normal(size=(rows, labels)) * 2 > 3


def test_every_label_is_at_the_optimum_that_scikit_learn_finds() -> None:
    x, yes = made_up(300, 20, 7)
    sample_weights = np.where(yes, 3.0, 1.0) * 2
    weights, biases = minimise(Loss(DenseRows(x), yes.astype(float), sample_weights, np.zeros(yes.shape)), 1e-7)
    for label in range(7):
        plain = LogisticRegression(C=1.0, tol=1e-10, max_iter=10_000)
        plain.fit(x, yes[:, label], sample_weight=sample_weights[:, label])
        assert weights[:, label] == pytest.approx(plain.coef_[0], abs=1e-4)
        assert biases[label] == pytest.approx(plain.intercept_[0], abs=1e-4)


def test_whole_and_mostly_empty_columns_give_the_same_heads() -> None:
    random = np.random.default_rng(1)
    dense, yes = made_up(150, 10, 4)
    features = np.hstack([dense, (random.random((150, 300)) < 0.02) * random.random((150, 300))])
    apart = wide_rows(features)
    assert len(apart.full_columns) == 10
    cells = yes.astype(float), np.ones(yes.shape), np.zeros(yes.shape)
    one, two = (minimise(Loss(rows, *cells), 1e-8) for rows in (apart, DenseRows(features)))
    assert one[0] == pytest.approx(two[0], abs=1e-4)
    assert apart.times(one[0]) == pytest.approx(features @ one[0], abs=1e-9)
    some = random.random(150) < 0.5
    assert apart.take(some).times(one[0]) == pytest.approx(features[some] @ one[0], abs=1e-9)


def test_turned_rows_give_heads_in_the_coordinates_of_the_features() -> None:
    x, yes = made_up(40, 90, 3)
    annotations = Annotations(yes, np.ones_like(yes))
    turned = learnable(x)
    heads = fit(turned, annotations, Hyperparameters())
    assert heads.weights.shape == (90, 3)
    assert heads.logits(turned) == pytest.approx(heads.logits(x), abs=1e-9)
    some = np.arange(40) % 3 > 0
    assert fit(turned.take(some), annotations.take(some), Hyperparameters()).weights == pytest.approx(
        fit(x[some], annotations.take(some), Hyperparameters()).weights, abs=0.02
    )


def test_an_offset_is_part_of_the_logit_and_rows_without_mass_do_not_count() -> None:
    x, yes = made_up(200, 5, 1, seed=2)
    counted = np.random.default_rng(3).random(yes.shape) < 0.7
    known = np.random.default_rng(4).normal(size=(5, 1))
    loss = Loss(DenseRows(x), yes.astype(float), counted * 1e4, x @ known)
    some = counted[:, 0]
    plain = Loss(DenseRows(x[some]), yes[some].astype(float), np.full((some.sum(), 1), 1e4), np.zeros((some.sum(), 1)))
    weights, biases = minimise(loss, 1e-8)
    expected, bias = minimise(plain, 1e-8)
    # With such large sample weights the penalty does not count, and the offset is made up for.
    assert weights + known == pytest.approx(expected, rel=1e-2)
    assert biases == pytest.approx(bias, rel=1e-2)


def test_labels_that_are_done_early_stay_where_they_are() -> None:
    x, yes = made_up(200, 8, 30, seed=5)
    sample_weights = np.ones(yes.shape) * np.logspace(-3, 3, 30)
    together, biases = minimise(Loss(DenseRows(x), yes.astype(float), sample_weights, np.zeros(yes.shape)), 1e-7)
    for label in (0, 15, 29):
        alone = Loss(DenseRows(x), yes[:, [label]].astype(float), sample_weights[:, [label]], np.zeros((200, 1)))
        weights, bias = minimise(alone, 1e-7)
        assert together[:, [label]] == pytest.approx(weights, abs=1e-3)
        assert biases[label] == pytest.approx(bias[0], abs=1e-3)


def test_soft_answers_are_met_on_the_average() -> None:
    share = np.array([[0.2], [0.4]])
    nothing = np.zeros((2, 1))
    _, biases = minimise(Loss(DenseRows(nothing), share, np.ones((2, 1)), nothing), 1e-9)
    assert sigmoid(biases)[0] == pytest.approx(0.3, abs=1e-6)


def test_masses_are_balanced_and_one_on_the_average_of_the_known() -> None:
    yes = np.zeros((10, 1), dtype=bool)
    yes[:2] = True
    known = np.ones_like(yes)
    known[9] = False
    found = balanced_sample_weights(Annotations(yes, known), balance=1.0)
    assert found[9] == 0
    assert found[:2].sum() == pytest.approx(found[2:].sum())
    assert found.sum() == pytest.approx(9)


def test_many_labels_are_fitted_in_parts_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    x, yes = made_up(100, 12, 9, seed=6)
    annotations = Annotations(yes, np.ones_like(yes))
    whole = fit(x, annotations, Hyperparameters())
    monkeypatch.setattr("tagging.learning.heads.logistic.CELLS_AT_ONCE", 250)
    assert fit(x, annotations, Hyperparameters()).weights == pytest.approx(whole.weights, abs=0.02)
