"""Makes the first plan of the review queue, and the next ones from what was drawn by those before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from tagging.quality.drawn_week import WEEK, DrawnWeek
from tagging.quality.review_plan import (
    LEAST_SUSPICION,
    MEASURED,
    PEOPLE_AN_ITEM,
    SUSPICION_EDGES,
    URGENCY_EDGES,
    DrawnHour,
    Raised,
    ReviewPlan,
    at_least,
    choice,
    factor_for,
    histogram,
    label_weights,
    midpoints,
)
from tagging.quality.sampling import floor, scale_for

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

HOURS_OF_WEEK: Final = 168
DAY: Final = timedelta(days=1)
RAISED: Final = timedelta(days=7)
CRITICAL_ANSWERS_A_DAY: Final = 10.0
"""About items with a critical label, in the week after a promotion; fewer where RAISED_SHARE does not allow it."""
RAISED_SHARE: Final = 0.5
"""The most that all critical labels together take of the reviewers' capacity in that week, in which nothing is drawn to
teach: reviewers get a little more than they can do, and the latest items first."""
DRIFT_FACTOR: Final = 3.0
LEAST_SWING, MOST_SWING = 0.4, 1.6
"""A week's scale relative to the one before: intervals hold with such swings (`tagging benchmark coverage`)."""
MOST_WEIGHT_CHANGE = 1.25
"""The scale comes from urgencies by the weights of the week before, so that weights change slowly."""


class ChampionLabels(Struct, frozen=True):
    """The version that serves, as far as the plan depends on it."""

    version: str
    """Its id."""
    labels: tuple[str, ...]
    critical: tuple[str, ...] = ()


class Scored(Struct, frozen=True):
    """Items of one hour, by the champion: [items, labels]."""

    labels: tuple[str, ...]
    scores: Floats
    assigned: Bools
    start: datetime


def time_of(at: datetime) -> str:
    """A time as plans hold it: ISO 8601, UTC, milliseconds; text order is time order."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def first_plan(
    kind: str, champion: ChampionLabels, first: Scored, salt: str, per_week: float, now: datetime
) -> ReviewPlan:
    """The plan by the items of the first hour alone; it is renewed whenever twice as many hours are known."""
    items = len(first.scores)
    volume = float(max(items, 1) * HOURS_OF_WEEK)
    given = dict(zip(first.labels, first.assigned.sum(axis=0).tolist(), strict=True))
    blank = ReviewPlan(
        kind=kind,
        version=champion.version,
        salt=salt,
        scale=0.0,
        floor=floor(_items(per_week), volume),
        weights=label_weights(given, champion.labels, items),
        capacity=per_week,
        volume=volume,
        since=time_of(max(first.start, now - DAY)),
        scaled_at=time_of(now),
        hours=1,
        set_at=time_of(now),
        suspicion_cut=LEAST_SUSPICION,
        labels=tuple(sorted(champion.labels)),
    )
    chosen = choice(blank, first.labels, first.scores, first.assigned)
    each = np.full(items, volume / max(items, 1))
    plan = replace(blank, scale=scale_for(chosen.urgencies, _items(per_week), each))
    left = each * (1 - choice(plan, first.labels, first.scores, first.assigned).chances)
    return replace(plan, suspicion_cut=_cut(histogram(chosen.suspicion, SUSPICION_EDGES, left), per_week))


def renew_plan(
    plan: ReviewPlan, drawn: Sequence[DrawnHour], champion: ChampionLabels, per_week: float, now: datetime
) -> ReviewPlan:
    """The plan that holds from now on; the same one where nothing is due.

    `drawn`: hours of the last week at least.
    """
    promoted = champion.version != plan.version
    week = DrawnWeek.of(drawn, plan.since)
    learned = plan.hours < HOURS_OF_WEEK and week.hours >= min(2 * plan.hours, HOURS_OF_WEEK)
    due = learned or per_week != plan.capacity or _age(plan.scaled_at, now) >= WEEK
    scaled = due and week.items > 0
    after = _scaled(plan, week, champion, per_week, now) if scaled else plan
    raised = tuple(each for each in after.raised if each.until > time_of(now))
    fresh = promoted or _age(plan.set_at, now) >= DAY
    if promoted:
        raised = tuple(each for each in raised if each.why != "promotion") + _promoted(champion, now)
    if fresh or scaled:
        raised = _refreshed(raised, after, drawn, champion)
    labels = tuple(sorted({*plan.labels, *champion.labels}))
    after = replace(after, version=champion.version, raised=raised, labels=labels)
    return plan if after == plan else _next(plan, after, now)


def raise_labels(plan: ReviewPlan, labels: Sequence[str], now: datetime) -> ReviewPlan:
    """The plan with labels that have drifted asked about three times as often for a week."""
    others = tuple(each for each in plan.raised if each.why != "drift" or each.label not in labels)
    until = time_of(now + RAISED)
    raised = others + tuple(Raised(label=each, until=until, factor=DRIFT_FACTOR, why="drift") for each in labels)
    return _next(plan, replace(plan, raised=raised), now)


def _next(plan: ReviewPlan, after: ReviewPlan, now: datetime) -> ReviewPlan:
    return replace(after, number=plan.number + 1, set_at=time_of(now), previous=replace(plan, previous=None))


def _scaled(plan: ReviewPlan, week: DrawnWeek, champion: ChampionLabels, per_week: float, now: datetime) -> ReviewPlan:
    """The plan with scale, floor, weights and cut for a week like the last one."""
    measured, urgencies = _items(per_week), midpoints(URGENCY_EDGES)
    lowest = floor(measured, week.volume)
    scale = scale_for(urgencies, measured, week.urgency)
    if plan.hours == HOURS_OF_WEEK and per_week == plan.capacity:
        most = scale_for(urgencies, MOST_SWING * measured, week.urgency)
        scale = min(max(scale, LEAST_SWING * plan.scale), MOST_SWING * plan.scale, most)
    return replace(
        plan,
        scale=scale,
        floor=lowest,
        weights=_moved(plan.weights, label_weights(week.given, champion.labels, week.items)),
        capacity=per_week,
        volume=round(week.volume, 1),
        scaled_at=time_of(now),
        hours=week.hours,
        suspicion_cut=_cut(week.suspicion, per_week),
    )


def _items(per_week: float) -> float:
    """The items of a week that are drawn at random."""
    return per_week * MEASURED / PEOPLE_AN_ITEM


def _cut(suspicion: Floats, per_week: float) -> float:
    return max(LEAST_SUSPICION, at_least(suspicion, SUSPICION_EDGES, per_week * (1 - MEASURED)))


def _moved(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """The weights on their way to others; new labels have theirs at once."""
    return {
        label: round(float(np.clip(weight, old / MOST_WEIGHT_CHANGE, old * MOST_WEIGHT_CHANGE)), 4)
        for label, weight in after.items()
        for old in [before.get(label, weight)]
    }


def _promoted(champion: ChampionLabels, now: datetime) -> tuple[Raised, ...]:
    until = time_of(now + RAISED)
    return tuple(Raised(label=each, until=until, factor=1.0, why="promotion") for each in champion.critical)


def _refreshed(
    raised: Sequence[Raised], plan: ReviewPlan, drawn: Sequence[DrawnHour], champion: ChampionLabels
) -> tuple[Raised, ...]:
    """The factors after a promotion by how often the champion gives each label; before it gave any, the one before."""
    own = [each for each in drawn if each.version == champion.version] or drawn
    items = sum(each.items for each in own)
    labels = sum(1 for each in raised if each.why == "promotion")
    answers = min(CRITICAL_ANSWERS_A_DAY, RAISED_SHARE * plan.capacity / 7 / max(labels, 1))

    def refreshed(each: Raised) -> Raised:
        if each.why != "promotion" or not items:
            return each
        a_day = sum(hour.given.get(each.label, 0) for hour in own) / items * plan.volume / 7
        return replace(each, factor=factor_for(answers, a_day, plan, each.label))

    return tuple(map(refreshed, raised))


def _age(at: str, now: datetime) -> timedelta:
    return now - datetime.fromisoformat(at)
