"""Items of the log's hours are drawn into the review queue: once each, and none is lost when a run is repeated."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from tagging.aws import AwsError, Clients
from tagging.corrections import ReviewEntry, ReviewTable
from tagging.feature_log import HourKey, LogStore, OpenHour
from tagging.model import Tagger
from tagging.quality import (
    DrawnHour,
    ReviewPlan,
    Reviews,
    ScoredHour,
    ServedVersion,
    choice,
    drawn_hours,
    is_drawn,
    open_reviews,
    read_plan,
    score_hour,
)
from tagging.quality.reviews import read_day
from tagging.store import LabelTable, Revision, Row
from tests.corrections.conftest import clients, reviews
from tests.corrections.samples import BUNDLE
from tests.model.drawn_versions import draw_features, draw_version
from tests.quality.hours import logged

__all__ = ["clients", "reviews"]

KEY = HourKey("mail", "e" * 12, "2026-01-31/10")
NOW = datetime(2026, 1, 31, 11, 20, tzinfo=UTC)
ITEMS = 30
INLINE = {"item003", "item004"}
"""Their text came in the message."""
A_WEEK = 4000.0
"""With the traffic of that one hour: half of the items."""


@pytest.fixture(scope="module")
def served(tagger: Tagger) -> ServedVersion:
    version = draw_version(np.random.default_rng(5), tagger.bundle, text=True)
    return ServedVersion("mail", "d" * 12, 3, "", version)


@pytest.fixture(scope="module")
def hour(served: ServedVersion) -> OpenHour:
    rng = np.random.default_rng(6)
    features = [draw_features(rng, served.bundle, text=True) for _ in range(ITEMS)]
    return logged(features, served.bundle, [None] * ITEMS)


@pytest.fixture(scope="module")
def scored(served: ServedVersion, hour: OpenHour) -> ScoredHour:
    return score_hour(hour, served.version, served.bundle)


@dataclass
class Stage:
    """What the queue of a kind reads and writes."""

    store: LogStore
    served: ServedVersion
    reviews: ReviewTable
    rows: LabelTable
    threads: Executor

    def begun(self, now: datetime = NOW) -> Reviews:
        opened = open_reviews(self.store, self.served, self.reviews, self.rows, A_WEEK, now)
        assert opened is not None
        return opened

    def draw(self, scored: ScoredHour, now: datetime = NOW) -> DrawnHour | None:
        """What one run draws."""
        return self.begun(now).draw(scored, KEY, self.threads)

    @property
    def plan(self) -> ReviewPlan:
        plan = read_plan(self.store, "mail")
        assert plan is not None
        return plan

    @property
    def entries(self) -> dict[str, ReviewEntry]:
        return {each.item: each for each in self.reviews.entries("mail", "2026-01-31", "2026-01-31")}


@pytest.fixture(scope="module")
def rows(clients: Clients) -> LabelTable:
    """A label table with the rows of the hour's items."""
    name = f"rows-{uuid.uuid4().hex}"
    clients.dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    table = LabelTable(clients.dynamodb, name)
    for number in range(ITEMS):
        table.put(row(f"item{number:03}"))
    return table


@pytest.fixture
def stage(store: LogStore, served: ServedVersion, reviews: ReviewTable, rows: LabelTable) -> Iterator[Stage]:
    with ThreadPoolExecutor(8) as threads:
        yield Stage(store, served, reviews, rows, threads)


def row(item: str, first: str = "2026-01-31T10:00:00.000+00:00") -> Row:
    source = {"message": item} if item in INLINE else {"bucket": "mails", "key": item}
    return Row(item, "mail", source, attempt="a", revision=Revision(first, BUNDLE))


def test_the_drawn_items_are_those_that_salt_and_probability_choose(stage: Stage, scored: ScoredHour) -> None:
    drawn = stage.draw(scored)
    plan = stage.plan
    assert drawn is not None
    chosen = choice(plan, scored.labels, np.asarray(scored.scores, dtype=float), scored.assigned)
    chances = dict(zip(scored.ids, chosen.chances.tolist(), strict=True))
    suspicion = dict(zip(scored.ids, chosen.suspicion.tolist(), strict=True))
    measured = {item: each for item, each in stage.entries.items() if each.purpose == "measure"}
    assert set(measured) == {
        item for item, chance in chances.items() if is_drawn(plan.salt, item, chance) and item not in INLINE
    }
    assert {item: each.chance for item, each in measured.items()} == {item: chances[item] for item in measured}
    teaching = {item: each for item, each in stage.entries.items() if each.purpose == "teach"}
    assert set(teaching) == {
        item for item, value in suspicion.items() if value >= plan.suspicion_cut and item not in {*measured, *INLINE}
    }
    assert all(each.chance == 1.0 and each.reason == "suspected" and each.labels for each in teaching.values())
    assert (drawn.items, drawn.measured, drawn.suspected) == (ITEMS, len(measured), len(teaching))
    assert 5 < len(measured) < ITEMS
    assert plan.labels == tuple(sorted(stage.served.bundle.taxonomy.in_use().labels))


def test_a_repeated_run_draws_nothing_twice(stage: Stage, scored: ScoredHour) -> None:
    stage.draw(scored)
    before, plan = stage.entries, stage.plan
    again = stage.begun(NOW + timedelta(hours=1))
    assert again.draw(scored, KEY, stage.threads) is None
    assert (stage.entries, stage.plan) == (before, plan)


def test_an_hour_that_is_made_again_keeps_what_was_drawn_and_loses_no_late_item(
    stage: Stage, scored: ScoredHour
) -> None:
    """Its last items were in a batch that came late; the plan of the first run still draws them."""
    fewer = replace(scored.opened, hour=replace(scored.opened.hour, inputs="fewer"))
    arrays = {name: getattr(scored, name)[:20] for name in ("rows", "scores", "assigned", "beyond_cut", "facts")}
    first = replace(scored, opened=fewer, **arrays)
    stage.draw(first)
    early, plan = stage.entries, stage.plan
    stage.draw(scored)
    whole = stage.entries
    assert early.items() <= whole.items()
    chances = choice(plan, scored.labels, np.asarray(scored.scores, dtype=float), scored.assigned).chances
    drawn = {item for item, chance in zip(scored.ids, chances, strict=True) if is_drawn(plan.salt, item, chance)}
    drawn -= INLINE
    assert drawn == {item for item, each in whole.items() if each.purpose == "measure"}
    assert read_day(stage.store, "mail", "2026-01-31").hours["10"].inputs == "inputs"


def test_a_run_that_ended_early_is_finished_by_the_next_one(
    stage: Stage, scored: ScoredHour, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = iter(range(1000))
    put = ReviewTable.put_entry

    def put_five(table: ReviewTable, entry: ReviewEntry) -> bool:
        if next(calls) >= 5:
            raise AwsError[0]()
        return put(table, entry)

    with monkeypatch.context() as patch:
        patch.setattr(ReviewTable, "put_entry", put_five)
        with pytest.raises(AwsError):
            stage.draw(scored)
    assert len(stage.entries) == 5
    drawn = stage.draw(scored)
    assert drawn is not None
    assert len(stage.entries) == drawn.measured + drawn.suspected > 5


def test_items_without_a_row_and_those_decided_before_are_left_out(
    stage: Stage, scored: ScoredHour, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = row("any", "2026-01-30T23:00:00.000+00:00")
    monkeypatch.setattr(LabelTable, "get", lambda _, item: old.revised(row(item)) if item < "item015" else None)
    drawn = stage.draw(scored)
    assert drawn is not None
    assert (drawn.items, drawn.measured, drawn.suspected) == (ITEMS, 0, 0)
    assert not stage.entries


def test_hours_from_before_the_first_plan_are_not_drawn(stage: Stage, scored: ScoredHour) -> None:
    late = stage.begun(NOW + timedelta(days=3))
    assert late.draw(scored, KEY, stage.threads) is None
    assert not stage.entries
    assert late.plan is not None
    assert late.plan.since > "2026-02-02"


def test_a_stage_without_reviews_has_no_queue(stage: Stage) -> None:
    assert open_reviews(stage.store, stage.served, stage.reviews, stage.rows, 0, NOW) is None
    assert read_plan(stage.store, "mail") is None


def test_labels_that_drift_are_raised_once_a_plan_exists(stage: Stage, scored: ScoredHour) -> None:
    opened = stage.begun()
    opened.raise_labels(["any"])
    assert read_plan(stage.store, "mail") is None
    opened.draw(scored, KEY, stage.threads)
    opened.raise_labels([scored.labels[0]])
    plan = stage.plan
    assert [(each.label, each.factor, each.why) for each in plan.raised] == [(scored.labels[0], 3.0, "drift")]
    assert plan.number == 2


def test_what_was_drawn_holds_counts_and_no_ids(stage: Stage, scored: ScoredHour) -> None:
    stage.draw(scored)
    kept = drawn_hours(stage.store, "mail", NOW)
    assert [each.hour for each in kept] == [KEY.hour]
    assert drawn_hours(stage.store, "mail", NOW + timedelta(days=9)) == kept
    assert sum(kept[0].urgency) == ITEMS
    assert b"item0" not in msgspec.json.encode(kept)
