"""Scores that can be read as probabilities."""

from __future__ import annotations

import numpy as np
import pytest

from tagging.learning.numeric.arrays import Annotations
from tagging.learning.numeric.score_maps import (
    ISOTONIC_FROM,
    OWN_FROM,
    ScoreMap,
    exclusive_maps,
    independent_maps,
    isotonic,
    platt,
)
from tagging.model.decisions import scores_of
from tagging.model.manifest import Decision
from tagging.taxonomy.taxonomy import Head, Label


def all_known(yes: np.ndarray) -> Annotations:
    return Annotations(yes, np.ones_like(yes))


def sigmoid(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits))


def test_platts_map_gives_back_the_probabilities_that_made_the_answers() -> None:
    random = np.random.default_rng(4)
    logits = random.normal(scale=3, size=20_000)
    found = platt(logits, random.random(20_000) < sigmoid(0.5 * logits - 1))
    assert found is not None
    assert found.slope == pytest.approx(0.5, abs=0.02)
    assert found.intercept == pytest.approx(-1.0, abs=0.05)


def test_platts_map_stays_finite_where_yes_and_no_are_apart() -> None:
    found = platt(np.repeat([-3.0, 3.0], 50), np.repeat([False, True], 50))
    assert found is not None
    assert 0.9 < sigmoid(found.slope * 3 + found.intercept) < 0.999


def test_too_little_or_upside_down_data_has_no_map() -> None:
    assert platt(np.arange(10.0), np.arange(10) < 3) is None
    assert platt(np.arange(40.0), np.arange(40) < 20) is None


def test_an_isotonic_map_follows_what_no_logistic_curve_can() -> None:
    random = np.random.default_rng(5)
    logits = random.uniform(-4, 4, size=20_000)
    chance = np.where(logits < 0, 0.1, np.where(logits < 2, 0.3, 0.9))
    found = isotonic(logits, random.random(20_000) < chance)
    assert found is not None
    places, heights = zip(*found.breakpoints, strict=True)
    assert np.interp([-2, 1, 3], places, heights) == pytest.approx([0.1, 0.3, 0.9], abs=0.04)
    Decision(threshold=0.5, breakpoints=found.breakpoints)  # rises as a bundle demands


def test_an_isotonic_map_rises_also_where_shares_are_equal() -> None:
    random = np.random.default_rng(10)
    logits = np.sort(random.uniform(-6, 6, size=4000))
    found = isotonic(logits, random.random(4000) < np.where(logits < 0, 0.02, np.where(logits < 2, 0.4, 1.0)))
    assert found is not None
    scores = np.interp(logits, *zip(*found.breakpoints, strict=True))
    for low, high, share in ((-6, 0, 0.02), (0, 2, 0.4), (2, 6, 1.0)):
        inside = (logits >= low) & (logits < high)
        assert (np.diff(scores[inside]) > 0).mean() > 0.99
        assert scores[inside].mean() == pytest.approx(share, abs=0.05)
    assert scores.max() > 0.998


def test_how_fine_a_map_is_depends_on_the_examples_there_are() -> None:
    random = np.random.default_rng(6)
    yes = np.zeros((4000, 3), dtype=bool)
    for label, count in enumerate((OWN_FROM - 1, OWN_FROM, ISOTONIC_FROM)):
        yes[random.permutation(4000)[:count], label] = True
    logits = random.normal(size=yes.shape) + 3 * yes
    few, some, many = independent_maps(logits, all_known(yes))
    assert not few.breakpoints
    assert not some.breakpoints
    assert few != some
    assert many.breakpoints
    assert few == platt(logits.ravel(), yes.ravel())


def test_a_label_without_examples_has_the_map_of_its_head() -> None:
    random = np.random.default_rng(7)
    yes = np.zeros((500, 2), dtype=bool)
    yes[:100, 0] = True
    logits = random.normal(size=yes.shape) + 2 * yes
    known = np.ones_like(yes)
    known[:, 1] = False
    maps = independent_maps(logits, Annotations(yes, known))
    assert maps[1] == platt(logits[:, 0], yes[:, 0])


def test_unknown_cells_move_no_map() -> None:
    random = np.random.default_rng(8)
    yes = random.random((800, 2)) < 0.3
    logits = random.normal(size=yes.shape) + 2 * yes
    known = random.random(yes.shape) < 0.8
    lies = Annotations(np.where(known, yes, ~yes), known)
    scrambled = np.where(known, logits, random.normal(size=yes.shape) * 50)
    assert independent_maps(scrambled, lies) == independent_maps(logits, Annotations(yes, known))


def test_an_exclusive_heads_scores_are_as_often_right_as_they_say() -> None:
    random = np.random.default_rng(9)
    true = random.normal(scale=2, size=(20_000, 3))
    chances = np.exp(true) / np.exp(true).sum(axis=1, keepdims=True)
    which = (chances.cumsum(axis=1) < random.random((20_000, 1))).sum(axis=1)
    yes = which[:, None] == np.arange(3)
    overconfident = 3 * true + (0.0, 2.0, 0.0)
    maps = exclusive_maps(overconfident, all_known(yes))
    head = Head(id="h", kind="multiclass", labels=tuple(Label(id=name, description=name) for name in "abc"))
    decisions = {
        name: Decision(threshold=0.5, slope=found.slope, intercept=found.intercept)
        for name, found in zip("abc", maps, strict=True)
    }
    assert np.abs(scores_of(head, overconfident, decisions) - chances).mean() < 0.02


def test_an_exclusive_head_with_few_examples_is_taken_as_it_is() -> None:
    yes = np.eye(3, dtype=bool)
    assert exclusive_maps(np.eye(3), all_known(yes)) == [ScoreMap()] * 3
