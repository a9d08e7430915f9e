"""A simulated month loses nothing and counts nothing twice, whatever fails meanwhile."""

from __future__ import annotations

import pytest

from tagging.simulation import Habits, Month, Outage, Story, run_month

MORNING = (0.0,) * 9 + (1.0, 1.0, 1.0) + (0.0,) * 12
"""Items arrive in three hours of the day, which makes three days quick."""
STORY = Story(
    seed=1,
    reference=1,
    days=2,
    a_day=40,
    hours=MORNING,
    drift=None,
    bad_promotion=None,
    outage=Outage(0, 30),
    run_every=12,
    late=(1,),
    habits=Habits(later=0.0),
)


@pytest.fixture(scope="module")
def month() -> Month:
    return run_month(STORY)


def test_no_item_is_lost_or_counted_twice_after_an_outage_and_an_hour_that_was_made_again(month: Month) -> None:
    assert (month.lost, month.twice) == (0, 0)
    quality = month.days[-1].quality
    assert quality is not None
    assert quality.items == month.items > 60
    assert quality.missing_hours == 0


def test_the_hourly_run_fails_nowhere_and_people_answer(month: Month) -> None:
    assert month.faults == ()
    assert month.answers > 0
    assert month.days[-1].quality is not None
    assert month.days[-1].quality.answered > 0


def test_the_version_of_the_month_serves_and_what_is_true_of_it_is_known(month: Month) -> None:
    assert {day.champion for day in month.days} == {month.days[0].champion}
    assert month.days[-1].quality is not None
    assert month.days[-1].quality.champion == month.days[-1].champion
    assert 0.5 < month.days[-1].truth["order"].recall <= 1.0
