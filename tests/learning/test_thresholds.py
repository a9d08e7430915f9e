"""Thresholds from unseen scores."""

from __future__ import annotations

import numpy as np
import pytest

from tagging.learning.numeric.arrays import Annotations
from tagging.learning.numeric.thresholds import best_threshold, smoothed_threshold, tuned_thresholds


def all_known(yes: np.ndarray) -> Annotations:
    return Annotations(yes, np.ones_like(yes))


def test_the_best_threshold_parts_what_can_be_parted_in_the_middle() -> None:
    logits = np.array([3.0, 2.0, 1.0, 0.0])
    assert best_threshold(logits, np.array([True, True, False, False])) == 1.5
    assert best_threshold(logits, np.array([True] * 4)) < 0


def test_equal_scores_are_never_parted() -> None:
    logits = np.array([1.0, 1.0, 1.0, 0.0])
    threshold = best_threshold(logits, np.array([True, True, False, False]))
    assert 0 < threshold < 1


def test_the_best_threshold_has_the_best_f1_of_all() -> None:
    random = np.random.default_rng(1)
    yes = random.random(200) < 0.2
    logits = random.normal(size=200) + yes

    def f1(threshold: float) -> float:
        found = logits >= threshold
        return float(2 * (found & yes).sum() / (found.sum() + yes.sum()))

    assert f1(best_threshold(logits, yes)) == max(f1(threshold) for threshold in logits)


def test_a_single_stray_row_moves_the_best_threshold_and_hardly_the_steady_one() -> None:
    random = np.random.default_rng(5)
    yes = np.arange(200) < 40
    logits = np.where(yes, 1.5, -1.5) + random.logistic(scale=0.5, size=200)
    stray = np.append(logits, -2.5), np.append(yes, True)
    assert abs(smoothed_threshold(*stray) - smoothed_threshold(logits, yes)) <= 0.1
    assert abs(smoothed_threshold(logits, yes)) < 1


def test_the_steady_threshold_lies_between_two_heaps_of_scores_and_does_not_mind_extreme_ones() -> None:
    yes = np.arange(20) < 10
    assert -1 < smoothed_threshold(np.where(yes, 2.0, -2.0), yes) < 1
    assert -2 < smoothed_threshold(np.where(yes, 900.0, -900.0), yes) < 16.1


def test_few_positives_lean_on_the_heads_threshold_and_many_on_their_own() -> None:
    random = np.random.default_rng(2)
    yes = np.zeros((2000, 2), dtype=bool)
    yes[:1000, 0] = True
    yes[:8, 1] = True
    shift = np.array([0.0, 4.0])  # the second label's scores all lie higher
    logits = np.where(yes, 2.0, -2.0) + shift + random.normal(scale=0.5, size=yes.shape)
    own = [smoothed_threshold(logits[:, label], yes[:, label]) for label in (0, 1)]
    together = smoothed_threshold(logits.ravel(), yes.ravel())
    found = tuned_thresholds(logits, all_known(yes), prior=20)
    assert abs(found[0] - own[0]) < 0.1 * abs(together - own[0]) + 1e-9
    assert found[1] == pytest.approx((8 * own[1] + 20 * together) / 28)


def test_a_label_with_hardly_a_yes_has_the_heads_threshold() -> None:
    yes = np.zeros((50, 2), dtype=bool)
    yes[:20, 0] = yes[:2, 1] = True
    logits = np.where(yes, 1.0, -1.0)
    logits[:2, 1] = 9.0
    assert tuned_thresholds(logits, all_known(yes), prior=0)[1] == smoothed_threshold(logits.ravel(), yes.ravel())


def test_unknown_cells_move_no_threshold() -> None:
    random = np.random.default_rng(3)
    yes = random.random((300, 2)) < 0.3
    logits = random.normal(size=yes.shape) + 2 * yes
    known = random.random(yes.shape) < 0.8
    scrambled = np.where(known, logits, random.normal(size=yes.shape) * 50)
    wrong = np.where(known, yes, ~yes)
    before = tuned_thresholds(logits, Annotations(yes, known), prior=20)
    assert np.array_equal(tuned_thresholds(scrambled, Annotations(wrong, known), prior=20), before)


def test_without_a_known_yes_thresholds_are_in_the_middle() -> None:
    assert tuned_thresholds(np.ones((3, 2)), all_known(np.zeros((3, 2), dtype=bool)), prior=1).tolist() == [0, 0]
