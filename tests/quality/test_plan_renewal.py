"""The plan of the review queue: reviewers can keep up, in the first days, in ordinary weeks and after promotions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from msgspec import json
from msgspec.structs import replace

from tagging.quality import (
    ChampionLabels,
    DrawnHour,
    ReviewPlan,
    Scored,
    choice,
    first_plan,
    observed,
    raise_labels,
    renew_plan,
)
from tagging.quality.review_plan import PEOPLE_AN_ITEM, SUSPICION_EDGES, at_least, histogram

LABELS = ("often", "sometimes", "rare")
RATES = np.array([0.3, 0.05, 0.01])
CHAMPION = ChampionLabels("a" * 12, LABELS, ("sometimes",))
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


def hour_of_items(start: datetime, mails: int = 42, rates: np.ndarray = RATES) -> Scored:
    random = np.random.default_rng(int(start.timestamp()))
    evidence = random.normal(size=(mails, 3)) + 3.6 * (random.random((mails, 3)) < rates)
    logits = np.log(RATES / (1 - RATES)) + 3.6 * evidence - 3.6**2 / 2
    scores = 1 / (1 + np.exp(-np.clip(logits, -12, 12)))
    return Scored(LABELS, scores, scores >= 0.5, start)


def drawn_by(plan: ReviewPlan, items: Scored, version: str = CHAMPION.version) -> DrawnHour:
    """What `draw_hour` records, in expectation."""
    chosen = choice(plan, items.labels, items.scores, items.assigned)
    return observed(
        chosen,
        dict(zip(LABELS, items.assigned.sum(axis=0).tolist(), strict=True)),
        hour=f"{items.start:%Y-%m-%d/%H}",
        inputs="",
        plan=plan.number,
        version=version,
        measured=int(chosen.chances.sum() * 1e6),
        suspected=int((1e6 * (1 - chosen.chances) * (chosen.suspicion >= plan.suspicion_cut)).sum()),
    )


def week(plan: ReviewPlan, start: datetime, mails: int = 42, hours: int = 168) -> list[DrawnHour]:
    return [drawn_by(plan, hour_of_items(start + each * HOUR, mails)) for each in range(hours)]


def reviews(hours: Sequence[DrawnHour]) -> tuple[float, float]:
    return sum(each.measured for each in hours) / 1e6, sum(each.suspected for each in hours) / 1e6


def plan_of_first_hour(per_week: float = 100) -> ReviewPlan:
    return first_plan("mail", CHAMPION, hour_of_items(MONDAY), "salt", per_week, MONDAY + 2 * HOUR)


def settled(per_week: float = 100) -> ReviewPlan:
    """A plan from a whole week that was drawn by the plan of its first day."""
    first = plan_of_first_hour(per_week)
    second = renew_plan(first, week(first, MONDAY, hours=24), CHAMPION, per_week, MONDAY + 25 * HOUR)
    return renew_plan(second, week(second, MONDAY), CHAMPION, per_week, MONDAY + 168 * HOUR)


@pytest.mark.parametrize("per_week", [30, 100, 300])
def test_a_plan_from_a_whole_week_asks_for_two_thirds_drawn_and_one_third_suspected(per_week: float) -> None:
    plan = settled(per_week)
    measured, suspected = reviews(week(plan, MONDAY))
    assert PEOPLE_AN_ITEM * measured == pytest.approx(per_week * 2 / 3, rel=0.05)
    assert suspected == pytest.approx(per_week / 3, rel=0.2)
    assert plan.volume == pytest.approx(168 * 42)


def test_from_the_first_hour_on_reviewers_get_about_what_they_can_do() -> None:
    plan, drawn = plan_of_first_hour(), []
    for each in range(168):
        start = MONDAY + each * HOUR
        drawn.append(drawn_by(plan, hour_of_items(start)))
        plan = renew_plan(plan, drawn, CHAMPION, 100, start + 2 * HOUR)
    measured, suspected = reviews(drawn)
    assert 45 < measured < 100
    assert suspected < 60
    assert plan.hours == 168
    assert plan.number <= 9


def test_the_scale_swings_slowly_unless_people_would_get_far_too_much() -> None:
    plan = settled()
    at = MONDAY + 2 * timedelta(7)
    quiet = renew_plan(plan, week(plan, MONDAY + timedelta(7), mails=6), CHAMPION, 100, at)
    assert quiet.scale == pytest.approx(1.6 * plan.scale)
    flood = renew_plan(plan, week(plan, MONDAY + timedelta(7), mails=400), CHAMPION, 100, at)
    assert reviews(week(flood, at, mails=400))[0] <= 1.7 * 67


def test_a_plan_is_renewed_once_a_week_and_a_clock_that_jumps_back_renews_nothing() -> None:
    plan = settled()
    drawn = week(plan, MONDAY + timedelta(7), hours=100)
    for at in (MONDAY + timedelta(7, hours=100), MONDAY, MONDAY - timedelta(40)):
        assert renew_plan(plan, drawn, CHAMPION, 100, at) is plan
    renewed = renew_plan(plan, drawn, CHAMPION, 100, MONDAY + timedelta(14))
    assert renewed.number == plan.number + 1
    assert renewed.previous == replace(plan, previous=None)
    assert renew_plan(renewed, drawn, CHAMPION, 100, MONDAY + timedelta(14)) is renewed


def test_more_reviewers_count_at_once() -> None:
    plan = settled()
    more = renew_plan(plan, week(plan, MONDAY, hours=168), CHAMPION, 300, MONDAY + timedelta(8))
    assert reviews(week(more, MONDAY + timedelta(8)))[0] == pytest.approx(200, rel=0.2)


def test_without_traffic_the_plan_stays() -> None:
    plan = settled()
    assert renew_plan(plan, [], CHAMPION, 100, MONDAY + timedelta(30)) is plan


def test_after_a_promotion_critical_labels_take_half_of_the_capacity_for_a_week_and_nothing_is_drawn_to_teach() -> None:
    plan = settled()
    before = week(plan, MONDAY)
    after = ChampionLabels("b" * 12, (*LABELS, "new"), ("sometimes",))
    raised = renew_plan(plan, before, after, 100, MONDAY + timedelta(8))
    items = [hour_of_items(MONDAY + timedelta(8) + each * HOUR) for each in range(24)]
    chances = [choice(raised, LABELS, each.scores, each.assigned).chances[each.assigned[:, 1]].sum() for each in items]
    assert sum(chances) == pytest.approx(50 / 7, rel=0.3)
    assert raised.checks_promotion
    assert not plan.checks_promotion
    assert raised.labels == ("new", "often", "rare", "sometimes")
    own = [drawn_by(raised, hour_of_items(MONDAY + timedelta(8) + each * HOUR), "b" * 12) for each in range(24)]
    assert len(renew_plan(raised, own, after, 100, MONDAY + timedelta(14)).raised) == 1
    assert not renew_plan(raised, own, after, 100, MONDAY + timedelta(15, minutes=1)).raised


def test_many_critical_labels_share_the_capacity() -> None:
    plan = settled(50)
    many = ChampionLabels("b" * 12, LABELS, LABELS)
    raised = renew_plan(plan, week(plan, MONDAY), many, 50, MONDAY + timedelta(8))
    items = [hour_of_items(MONDAY + timedelta(8) + each * HOUR) for each in range(168)]
    asked = sum(choice(raised, LABELS, each.scores, each.assigned).chances.sum() for each in items)
    assert asked < 50 * 2 / 3 + 50 * 0.5 * 1.3


def test_a_label_that_drifted_is_asked_about_three_times_as_often_for_a_week() -> None:
    plan = settled()
    raised = raise_labels(plan, ["rare"], MONDAY + timedelta(8))
    scores, given = np.array([[0.0, 0.0, 0.5]]), np.zeros((1, 3), dtype=bool)
    before, after = (choice(each, LABELS, scores, given).chances[0] for each in (plan, raised))
    assert after == pytest.approx(min(1.0, 3 * before))
    assert raise_labels(raised, ["rare"], MONDAY + timedelta(9)).raised[0].until > raised.raised[0].until
    assert not renew_plan(raised, [], CHAMPION, 100, MONDAY + timedelta(16)).raised


def test_labels_without_a_score_are_neither_urgent_nor_suspected() -> None:
    chosen = choice(settled(), LABELS, np.full((2, 3), np.nan), np.zeros((2, 3), dtype=bool))
    assert (chosen.urgencies == 0).all()
    assert (chosen.suspicion == 0).all()
    assert (chosen.chances > 0).all()


def test_a_plan_survives_its_object() -> None:
    plan = raise_labels(settled(), ["rare"], MONDAY)
    assert json.decode(json.encode(plan), type=ReviewPlan) == plan


def test_the_cut_lies_where_so_many_items_are_above_it() -> None:
    values = np.random.default_rng(1).random(7000) ** 8 * 3
    cut = at_least(histogram(values, SUSPICION_EDGES), SUSPICION_EDGES, 50)
    assert (values >= cut).sum() == pytest.approx(50, rel=0.1)
