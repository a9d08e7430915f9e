"""The fortnight of the small shop ends now, and its table fits its labels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tagging.simulation.fortnight import DAYS, DRIFT, PROMOTION, REFERENCE, fortnight
from tagging.simulation.shop import LEARNED, shop_rows, shop_taxonomy

NOW = datetime(2026, 6, 17, 14, 20, tzinfo=UTC)


def test_the_fortnight_ends_now_after_the_four_weeks_that_drift_is_compared_with() -> None:
    story = fortnight(NOW)
    assert story.begin(DAYS) <= NOW < story.begin(DAYS + 1)
    assert story.begin(1) - story.start == timedelta(days=REFERENCE)
    assert story.until == NOW
    assert 1 < PROMOTION < DRIFT[1] < DAYS


def test_the_hourly_function_runs_less_often_in_the_reference_and_once_a_day_after_it() -> None:
    story = fortnight(NOW)
    runs = [hour for hour in range(1, 24 * story.total + 1) if story.runs_at(hour)]
    assert [hour // 24 for hour in runs[:3]] == [2, 4, 6]
    assert [hour // 24 for hour in runs[-3:]] == [40, 41, 42]


def test_every_label_of_the_shops_table_is_in_its_taxonomy_and_texts_are_left_for_its_mails() -> None:
    rows = shop_rows(0)
    assert {label for row in rows for label in row.labels} == set(shop_taxonomy().labels)
    assert {row.id for row in rows} == {row.id for row in shop_rows(1)}
    assert max(LEARNED) < len(rows) - 40
