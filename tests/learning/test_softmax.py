"""Exclusive heads."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from tagging.learning.heads.logistic import NEVER, Hyperparameters, rotate
from tagging.learning.heads.multiclass import fit_exclusive, targets_of
from tagging.learning.numeric.arrays import Annotations
from tagging.learning.numeric.sparse_rows import wide_rows


def made_up(rows: int = 200) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    which = random.integers(3, size=rows)
    features = random.normal(size=(rows, 30))
    features[np.arange(rows), which] += 2
    return features, np.eye(3, dtype=bool)[which]


def test_it_is_the_softmax_regression_that_scikit_learn_finds() -> None:
    features, yes = made_up()
    found = fit_exclusive(
        wide_rows(features), Annotations(yes, np.ones_like(yes)), Hyperparameters(inverse_penalty=1, balance=0)
    )
    theirs = LogisticRegression(C=1, max_iter=5000, tol=1e-8).fit(features, yes.argmax(axis=1))
    ours = np.exp(found.logits(features))
    assert ours / ours.sum(axis=1, keepdims=True) == pytest.approx(theirs.predict_proba(features), abs=2e-3)


def test_rotated_rows_give_the_same_heads() -> None:
    features, yes = made_up(20)
    annotations = Annotations(yes, np.ones_like(yes))
    one, two = (fit_exclusive(rows, annotations, Hyperparameters()) for rows in (wide_rows(features), rotate(features)))
    assert one.logits(features) == pytest.approx(two.logits(features), abs=2e-2)


def test_rows_of_which_nothing_is_known_teach_nothing() -> None:
    features, yes = made_up()
    known = np.ones_like(yes)
    known[:80] = False
    lies = Annotations(np.where(known, yes, ~yes), known)
    truth = Annotations(yes & known, known)
    one, two = (fit_exclusive(wide_rows(features), annotations, Hyperparameters()) for annotations in (lies, truth))
    assert np.array_equal(one.weights, two.weights)


def test_where_nothing_holds_every_label_is_as_likely() -> None:
    targets = targets_of(Annotations(np.array([[True, False], [False, False]]), np.ones((2, 2), dtype=bool)), 1.0)
    assert targets.share.tolist() == [[1, 0], [0.5, 0.5]]
    assert targets.sample_weights.sum() == pytest.approx(2)


def test_a_label_without_a_yes_is_never_given() -> None:
    features, yes = made_up()
    with_a_fourth = np.hstack([yes, np.zeros((200, 1), dtype=bool)])
    found = fit_exclusive(
        wide_rows(features), Annotations(with_a_fourth, np.ones_like(with_a_fourth)), Hyperparameters()
    )
    assert found.biases[3] == NEVER
    assert (found.logits(features).argmax(axis=1) < 3).all()
