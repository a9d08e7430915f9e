"""What a taxonomy asks of a threshold."""

from __future__ import annotations

import numpy as np
import pytest

from tagging.learning.calibration.objectives import (
    above_chance,
    bayes_threshold,
    cost_threshold,
    lower_bound,
    precision_threshold,
    recall_threshold,
)
from tagging.taxonomy.taxonomy import Cost


def test_the_lower_bound_is_the_one_that_tables_print() -> None:
    # Clopper-Pearson, one-sided 95 %: 29 of 29 is the smallest sample without a mistake that shows a share of 0.9.
    found = lower_bound(np.array([28, 29, 0, 90]), np.array([28, 29, 10, 100]))
    assert found[0] < 0.9 <= found[1]
    assert found[2] == 0
    assert found[3] == pytest.approx(0.8363, abs=1e-3)


def test_a_precision_floor_is_proven_only_where_enough_items_show_it() -> None:
    scores = np.linspace(1, 0, 200)
    yes = scores > 0.5
    meets_objective = precision_threshold(scores, yes, 0.9)
    assert meets_objective.meets_objective
    given = scores >= meets_objective.threshold
    assert yes[given].mean() >= 0.9
    assert given.sum() > 29
    few = precision_threshold(scores[::10], yes[::10], 0.9)
    assert not few.meets_objective
    assert yes[::10][scores[::10] >= few.threshold].mean() >= 0.9


def test_a_floor_out_of_reach_gets_the_most_precise_threshold_there_is() -> None:
    random = np.random.default_rng(0)
    found = precision_threshold(random.random(300), random.random(300) < 0.2, 0.95)
    assert not found.meets_objective


def test_a_recall_floor_gives_up_precision_and_is_proven_likewise() -> None:
    random = np.random.default_rng(1)
    yes = random.random(2000) < 0.2
    scores = np.clip(random.normal(0.3 + 0.3 * yes, 0.15), 0, 1)
    found = recall_threshold(scores, yes, 0.9)
    assert found.meets_objective
    assert (scores[yes] >= found.threshold).mean() >= 0.9
    assert not recall_threshold(scores[:40], yes[:40], 0.9).meets_objective


def test_proven_floors_hold_on_other_items_nearly_always() -> None:
    """The bound is for one threshold, and the best of many is taken: a little more than one in twenty may fail."""
    random = np.random.default_rng(2)

    def draw(count: int) -> tuple[np.ndarray, np.ndarray]:
        scores = random.random(count).round(2)
        return scores, random.random(count) < scores

    others = draw(200_000)
    held = []
    for _ in range(200):
        found = precision_threshold(*draw(400), floor=0.8)
        if found.meets_objective:
            held.append(others[1][others[0] >= found.threshold].mean() >= 0.8)
    assert len(held) > 50
    assert np.mean(held) > 0.85


def test_the_cheapest_threshold_costs_least_of_all() -> None:
    random = np.random.default_rng(3)
    scores = random.random(500).round(3)
    yes = random.random(500) < scores
    cost = Cost(fp=1, fn=5)

    def costs(threshold: float) -> float:
        given = scores >= threshold
        return float((given & ~yes).sum() + 5 * (~given & yes).sum())

    best = min(costs(threshold) for threshold in [*scores, 2.0])
    assert costs(cost_threshold(scores, yes, cost)) == best


def test_dear_misses_lower_the_threshold() -> None:
    assert bayes_threshold(Cost(fp=1, fn=4)) == pytest.approx(0.2)
    assert bayes_threshold(Cost(fp=3, fn=1)) == pytest.approx(0.75)


def test_a_rare_label_without_skill_is_unproven_and_not_assigned_to_all() -> None:
    random = np.random.default_rng(3)
    scores, yes = random.random(130).round(4), np.arange(130) < 7
    chance = above_chance(scores, yes, 0.0005)
    assert not chance.meets_objective
    assert (scores >= chance.threshold).sum() == 7
    assert (np.full(130, 0.2) >= above_chance(np.full(130, 0.2), yes, 0.1).threshold).sum() == 0
    skilled = above_chance(np.where(yes, 0.9, scores / 2), yes, 0.6)
    assert (skilled.threshold, skilled.meets_objective) == (0.6, True)
    # One of two right is better than chance only if it is not the same row many times.
    twice, of_many = np.array([0.9, 0.9] + [0.1] * 98), np.arange(100) % 2 == 0
    of_many[2:] = np.arange(98) < 20
    assert above_chance(np.repeat(twice, 50), np.repeat(of_many, 50), 0.5).meets_objective
    assert not above_chance(np.repeat(twice, 50), np.repeat(of_many, 50), 0.5, 50).meets_objective


def test_a_label_of_most_items_may_be_assigned_to_all() -> None:
    yes = np.arange(20) < 19
    assert above_chance(np.linspace(0.5, 1, 20), yes, 0.1) == above_chance(np.ones(20), yes, 0.1)
