"""Whether a label's scores differ from those of the weeks before."""

from __future__ import annotations

import numpy as np
import pytest

from tagging.quality import drift_alarm, drift_between, g_statistic, week_drift

SHARES = np.array([0.9, 0.05, 0.02, 0.02, 0.01])


def days(count: int, seed: int = 0, items: int = 1000, shares: np.ndarray = SHARES) -> np.ndarray:
    return np.random.default_rng(seed).multinomial(items, shares, size=count).astype(float)


def more_of(factor: float) -> np.ndarray:
    """SHARES with `factor` times as many assigned items: the two highest bins."""
    changed = SHARES.copy()
    changed[3:] *= factor
    changed[0] = 1 - changed[1:].sum()
    return changed


def test_g_is_the_divergence_times_twice_the_number_of_items() -> None:
    first, second = days(2)
    total = first.sum() + second.sum()
    middle = (first + second) / total
    p, q = first / first.sum(), second / second.sum()
    js = (first.sum() * (p * np.log(p / middle)).sum() + second.sum() * (q * np.log(q / middle)).sum()) / total
    assert g_statistic(first, second) == pytest.approx(2 * total * js)


def test_without_a_change_alarms_are_as_rare_as_they_should_be() -> None:
    alarms = [drift_alarm(days(7, seed), days(28, 1000 + seed), labels=1) for seed in range(100)]
    assert np.mean(alarms) <= 0.05


def test_a_label_that_becomes_twice_as_frequent_is_noticed_on_its_second_day() -> None:
    history = np.concatenate([days(5, 1), days(2, 2, shares=more_of(2.5))])
    assert not drift_alarm(history[:5], days(28, 3), labels=8)
    assert drift_alarm(history, days(28, 3), labels=8)


def test_one_strange_day_is_no_alarm() -> None:
    history = np.concatenate([days(1, 1, shares=more_of(3)), days(1, 2)])
    assert not drift_alarm(history, days(28, 3), labels=8)


def test_a_reference_that_is_restless_itself_makes_the_same_change_ordinary() -> None:
    window = days(1, 1, shares=more_of(2))[0]
    restless = np.concatenate(
        [days(1, seed, shares=more_of(factor)) for seed, factor in enumerate((0.4, 2.0, 1.0, 0.6))]
    )
    still, moved = drift_between(window, days(4, 2)), drift_between(window, restless)
    assert still is not None
    assert moved is not None
    assert moved.restlessness > still.restlessness >= 1
    assert still.p_value < 0.01 < moved.p_value


def test_weeks_that_are_alike_by_chance_count_as_no_less_restless_than_their_days() -> None:
    """Days go up and down, other ones each week, so that all weeks have the same sum."""
    reference = np.array(
        [1000 * more_of(1 + 0.6 * (-1) ** (day + week) * (day < 6)) for week in range(4) for day in range(7)]
    )
    week, weeks = days(7, 1, shares=more_of(1.3)), reference.reshape(4, 7, -1).sum(axis=1)
    by_weeks, by_days = drift_between(week.sum(axis=0), weeks), week_drift(week, reference)
    assert by_weeks is not None
    assert by_days is not None
    assert by_weeks.restlessness == 1 < by_days.restlessness
    assert by_weeks.p_value < 0.01 < by_days.p_value


def test_a_rare_label_is_silent() -> None:
    """Two items a day are assigned: no bin of theirs has enough to say anything, whatever comes."""
    rare = np.array([0.998, 0.0, 0.0, 0.001, 0.001])
    assert drift_between(days(1, 1, items=400, shares=rare)[0], days(4, 2, items=400, shares=rare)) is None


@pytest.mark.parametrize("blocks", [np.zeros((0, 5)), np.zeros((4, 5)), days(1)])
def test_without_a_reference_nothing_is_said(blocks: np.ndarray) -> None:
    assert drift_between(days(1)[0], blocks) is None


def test_weekdays_are_compared_with_weekdays() -> None:
    """Weekends bring other mail: no alarm on Saturday and Sunday."""
    week = [SHARES] * 5 + [more_of(3)] * 2
    reference = np.concatenate([days(1, 50 + day, shares=week[day % 7]) for day in range(28)])
    live = np.concatenate([days(1, 90 + day, shares=week[day % 7]) for day in range(7)])
    assert not any(drift_alarm(live[: day + 1], reference, labels=1) for day in range(7))
