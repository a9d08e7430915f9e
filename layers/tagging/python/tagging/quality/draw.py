"""Draws the items of an hour about which people are asked: once each, at the item's first decision."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec.structs import replace

from tagging.corrections import ReviewEntry
from tagging.quality.plan_renewal import time_of
from tagging.quality.review_plan import DrawnHour, ReviewPlan, choice, observed
from tagging.quality.sampling import Floats, is_drawn

if TYPE_CHECKING:
    from tagging.corrections import ReviewTable
    from tagging.feature_log import Decided, HourKey
    from tagging.quality.scoring import ScoredHour

TWO_PEOPLE: Final = 0.05
"""The share of the drawn items that two people are asked about: how far people agree with each other."""
MOST_SUSPECTED_LABELS: Final = 3
LEAST_DOUBT: Final = 0.1
"""A label is suspected where it is wrong with at least this probability, or where no label of the item is."""

IsFirst = Callable[["Decided"], bool]
"""Whether the decision is the first one on its item."""


def draw_hour(
    scored: ScoredHour,
    key: HourKey,
    plan: ReviewPlan,
    table: ReviewTable,
    is_first: IsFirst,
    threads: Executor,
    now: datetime,
) -> DrawnHour:
    """Put the drawn and the suspected items of an hour into the queue; those that are in it already stay as they are.

    The same hour and plan choose the same items, so that a run that ended early is repeated. `is_first` is called for
    the chosen items alone. Raises LogError, and botocore's errors.
    """
    scores, assigned = np.asarray(scored.scores, dtype=np.float64), scored.assigned
    chosen = choice(plan, scored.labels, scores, assigned)
    decided = [scored.opened.hour.decided[row] for row in scored.rows]
    drawn = np.array([is_drawn(plan.salt, each.id, p) for each, p in zip(decided, chosen.chances, strict=True)], bool)
    suspected = ~drawn & (chosen.suspicion >= plan.suspicion_cut) & (not plan.checks_promotion)
    places = [int(place) for place in np.flatnonzero(drawn | suspected) if is_first(decided[place])]
    items = scored.opened.items([scored.rows[place] for place in places], threads) if places else []
    entries = [
        _entry(decided[place], key, plan, now, item.heads, float(chosen.chances[place]))
        if drawn[place]
        else _suspected(decided[place], key, now, item.heads, scored.labels, scores[place])
        for place, item in zip(places, items, strict=True)
    ]
    list(threads.map(table.put_entry, entries))
    return observed(
        chosen,
        dict(zip(scored.labels, scored.assigned.sum(axis=0).tolist(), strict=True)),
        hour=key.hour,
        inputs=scored.opened.hour.inputs,
        plan=plan.number,
        version=scored.version,
        measured=int(drawn[places].sum()),
        suspected=int(suspected[places].sum()),
    )


def drift_entry(
    decided: Decided, key: HourKey, now: datetime, heads: tuple[str, ...] | None, labels: tuple[str, ...]
) -> ReviewEntry:
    """The entry of an item that stands beside a drift of these labels."""
    return _teaching(decided, key, now, heads, "drift", labels)


def _entry(
    decided: Decided, key: HourKey, plan: ReviewPlan, now: datetime, heads: tuple[str, ...] | None, chance: float
) -> ReviewEntry:
    entry = _teaching(decided, key, now, heads, "suspected", ())
    people = 2 if is_drawn(f"{plan.salt} two", decided.id, TWO_PEOPLE) else 1
    return replace(entry, purpose="measure", reason="sample", chance=chance, people=people)


def _suspected(
    decided: Decided,
    key: HourKey,
    now: datetime,
    heads: tuple[str, ...] | None,
    labels: tuple[str, ...],
    scores: Floats,
) -> ReviewEntry:
    doubt = np.minimum(np.nan_to_num(scores), 1 - np.nan_to_num(scores))
    order = np.argsort(-doubt, kind="stable")[:MOST_SUSPECTED_LABELS]
    doubted = [labels[column] for column in order if doubt[column] >= LEAST_DOUBT or column == order[0]]
    return _teaching(decided, key, now, heads, "suspected", tuple(doubted))


def _teaching(
    decided: Decided, key: HourKey, now: datetime, heads: tuple[str, ...] | None, reason: str, labels: tuple[str, ...]
) -> ReviewEntry:
    return ReviewEntry(
        item=decided.id,
        kind=key.kind,
        encoder=key.encoder,
        generation=decided.generation,
        version=decided.version,
        decided_at=decided.tagged_at,
        drawn_at=time_of(now),
        purpose="teach",
        reason="drift" if reason == "drift" else "suspected",
        labels=labels,
        chance=1.0,
        heads=heads,
    )
