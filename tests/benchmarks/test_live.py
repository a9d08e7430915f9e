"""Simulated months: the simulation itself, and what it says of a bad version or author."""

from __future__ import annotations

import numpy as np
import pytest
import typer

from benchmarks.live.authors import judge_authors
from benchmarks.live.bad_promotion import promote_a_bad_one
from benchmarks.live.coverage import SETTINGS, holds, measure
from benchmarks.live.daily_scores import daily_scores
from benchmarks.live.month import first_alarms, history, parse_drift
from benchmarks.live.traffic import FIVE_PERCENT, RATES, Version, traffic
from tagging.simulation import Restlessness


def test_simulated_items_have_labels_at_their_rates_and_calibrated_scores() -> None:
    items = traffic(np.random.default_rng(1), 20_000, Version())
    assert items.truth.mean(axis=0) == pytest.approx(RATES, rel=0.2)
    assert items.scores.mean(axis=0) == pytest.approx(RATES, rel=0.2)
    assert 0.05 < (items.assigned != items.truth).any(axis=1).mean() < 0.15


def test_a_version_that_invents_labels_gives_them_to_items_without_them() -> None:
    invented = tuple(0.1 if label == FIVE_PERCENT else 0.0 for label in range(len(RATES)))
    items = traffic(np.random.default_rng(1), 5000, Version(invented=invented))
    given = items.assigned[:, FIVE_PERCENT]
    assert 0.25 < items.truth[given, FIVE_PERCENT].mean() < 0.4


def test_a_month_measures_every_figure_and_a_worse_one_fails() -> None:
    figures = measure(SETTINGS["calibrated"], runs=2)
    assert 200 < figures["answers"] < 330
    assert 0 < figures["half_width"] < 0.2
    good = figures | {"precision": 0.94, "recall": 0.94}
    assert holds(SETTINGS["calibrated"], good)
    for worse in ({"precision": 0.9}, {"recall": 0.8}, {"half_width": 0.2}, {"seen": 1.5}):
        assert not holds(SETTINGS["calibrated"], good | worse)


def test_days_follow_the_week_and_a_drift_makes_a_label_more_frequent() -> None:
    factors = np.ones((28, len(RATES)))
    factors[14:, FIVE_PERCENT] = 2
    days = daily_scores(np.random.default_rng(1), 28, Restlessness(0.0), factors)
    items = days[:, 0].sum(axis=1)
    assert items[5:7].mean() < 0.6 * items[:5].mean()
    given = days[:, FIVE_PERCENT, 3:].sum(axis=1) / items
    assert given[14:].mean() > 1.5 * given[:14].mean()


def test_a_drift_is_noticed_on_the_label_that_drifts() -> None:
    days = history(1, Restlessness(0.15), 3.0, 8)
    assert 9 <= first_alarms(days)[FIVE_PERCENT] <= 12


@pytest.mark.parametrize("text", ["x2", "2@12", "x2@0", "x2@31", "x0@3", "twice"])
def test_a_drift_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="neither"):
        parse_drift(text)


def test_a_drift_has_a_factor_and_a_day() -> None:
    assert parse_drift("x2.5@12") == (2.5, 12)
    assert parse_drift("none") == (1.0, 1)


def test_a_bad_promotion_pages_and_a_malicious_author_is_found() -> None:
    noticed = promote_a_bad_one(1)
    assert (noticed.page or 99) <= 7
    assert np.mean(noticed.missed) < 0.5
    assert judge_authors(1, "all labels").week_found == 1
    assert judge_authors(1, "none").honest_discounted == 0
