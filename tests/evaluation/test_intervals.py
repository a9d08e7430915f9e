"""Intervals hold the truth about as often as they say, for single rows and for rows in groups."""

from __future__ import annotations

import numpy as np
import pytest

from tagging.learning.evaluation import metrics
from tagging.learning.numeric.intervals import (
    Bootstrap,
    Interval,
    design_effect,
    groups_of,
    percentiles,
    reflected,
    wilson,
)


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (8, 10, 0.4902, 0.9433), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_gives_the_published_ends(hits: int, total: int, low: float, high: float) -> None:
    """The last is Newcombe's (1998) example; the others follow from the formula by hand."""
    result = wilson(hits, total)
    assert result is not None
    assert (result.low, result.high) == pytest.approx((low, high), abs=5e-5)


def test_nothing_has_no_interval() -> None:
    assert wilson(0, 0) is None
    assert percentiles(np.full(100, np.nan)) is None


@pytest.mark.parametrize(("share", "size"), [(0.5, 20), (0.1, 40), (0.95, 60)])
def test_wilson_covers_nineteen_times_in_twenty(share: float, size: int) -> None:
    hits = np.random.default_rng(1).binomial(size, share, 2000)
    ends = [wilson(int(each), size) for each in hits]
    assert np.mean([end.low <= share <= end.high for end in ends if end]) == pytest.approx(0.95, abs=0.03)


def test_groups_make_a_share_less_sure() -> None:
    """Ten rows of each group that all agree count as one; so Wilson over rows alone would be far too narrow."""
    random = np.random.default_rng(2)
    groups = np.repeat(np.arange(60), 10)
    inside = []
    for _ in range(400):
        hits = np.repeat(random.random(60) < 0.3, 10).astype(float)
        design = design_effect(hits, np.ones(600), groups)
        result = wilson(hits.sum(), 600, design)
        assert result is not None
        inside.append(result.low <= 0.3 <= result.high)
    assert np.mean(inside) == pytest.approx(0.95, abs=0.04)
    assert design_effect(np.ones(600), np.ones(600), groups) == pytest.approx(10)
    assert design_effect(hits, np.ones(600), np.arange(600)) == 1.0


@pytest.mark.parametrize("size", [1, 4])
def test_the_bootstrap_of_f1_covers_about_nineteen_times_in_twenty(size: int) -> None:
    """Cells with 60 % recall and 75 % precision in groups of `size` alike, against the F1 of endless many."""
    random = np.random.default_rng(3)
    inside = []
    for _ in range(150):
        yes = np.repeat(random.random(400 // size) < 0.3, size)
        chance = np.where(yes, 0.6, 0.3 * 0.6 / 0.75 * 0.25 / 0.7)
        given = np.repeat(random.random(400 // size) < chance[::size], size)
        bootstrap = Bootstrap(np.repeat(np.arange(400 // size), size))
        parts = (given & yes, given, yes)
        drawn = [
            metrics.f1(*(metrics.resampled_sums(part, weights) for part in parts)) for weights in bootstrap.weights()
        ]
        result = percentiles(np.concatenate(drawn))
        assert result is not None
        inside.append(result.low <= 2 * 0.6 * 0.75 / 1.35 <= result.high)
    assert 0.88 <= np.mean(inside) <= 0.99


def test_the_same_seed_draws_the_same_groups_and_draws_them_whole() -> None:
    bootstrap = Bootstrap(np.array([0, 0, 1, 2, 2]), seed=4)
    first = np.concatenate(bootstrap.weights(), axis=1)
    assert np.array_equal(first, np.concatenate(Bootstrap(bootstrap.group_of, 4).weights(), axis=1))
    assert np.array_equal(first[0], first[1])
    assert np.array_equal(first[3], first[4])
    assert (first[[0, 2, 3]].sum(axis=0) == 3).all()
    assert not np.array_equal(first, np.concatenate(Bootstrap(bootstrap.group_of, 5).weights(), axis=1))


def test_rows_without_a_group_stand_alone() -> None:
    assert groups_of(["a", None, "a", None, "b"]).tolist() == [0, 1, 0, 2, 3]


def test_a_reflected_interval_takes_off_what_resampling_adds() -> None:
    assert reflected(0.05, np.linspace(0.05, 0.15, 1001)) == Interval(0.0, pytest.approx(0.0475))
