"""Error budgets of a label."""

from __future__ import annotations

import pytest

from tagging.learning.numeric import Interval
from tagging.quality import Share, burn, severity


def share(low: float, high: float) -> Share:
    return Share((low + high) / 2, Interval(low, high))


def test_burn_is_one_where_the_target_is_just_met() -> None:
    assert burn(0.9, 0.9) == pytest.approx(1)
    assert burn(0.8, 0.9) == pytest.approx(2)
    assert burn(1.0, 0.9) == 0


@pytest.mark.parametrize("target", [0.0, 1.0, -1.0, 2.0])
def test_a_target_without_a_budget_is_refused(target: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        burn(0.9, target)


@pytest.mark.parametrize(
    ("week", "month", "expected"),
    [
        (share(0.3, 0.75), None, "page"),
        (share(0.3, 0.85), share(0.6, 0.88), "ticket"),
        (share(0.3, 0.85), share(0.6, 0.92), None),
        (share(0.3, 0.95), None, None),
        (None, None, None),
    ],
    ids=["certainly bad this week", "certainly over budget this month", "perhaps within", "wide", "too few answers"],
)
def test_only_what_the_interval_excludes_calls_somebody(
    week: Share | None, month: Share | None, expected: str | None
) -> None:
    assert severity(week, month, target=0.9) == expected
