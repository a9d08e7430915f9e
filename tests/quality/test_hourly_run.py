"""The hourly run on a stage in memory: hours become summaries, drawn items and a report; nothing is counted twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tagging.feature_log import HoursFailed
from tagging.model import Tagger
from tagging.quality import DaySummary, QualityReport, build_learning, read_quality
from tagging.settings import LearnSettings
from tagging.simulation.box_stage import open_box
from tagging.simulation.evidence import LABELS, RATES, draw_items, features_of
from tagging.simulation.memory_stage import ResourceNames, VirtualClock
from tagging.simulation.reviewers import Habits, Reviewers
from tagging.simulation.stage import Arrived, SimulatedStage

START = datetime(2026, 1, 30, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
NAMES = ResourceNames()


@dataclass
class Box:
    """A stage, its hourly run, and what is true."""

    stage: SimulatedStage
    taggers: Sequence[Tagger]
    clock: VirtualClock
    settings: LearnSettings
    truth: dict[str, frozenset[str]]

    def arrive(self, hour: datetime, count: int = 20) -> None:
        drawn = draw_items(np.random.default_rng(hour.hour), count, RATES)
        items = [
            Arrived(
                f"{hour:%d%H}-{number}",
                hour + timedelta(seconds=number),
                features_of(row, words=40),
                {"bucket": "mails", "key": str(number)},
            )
            for number, row in enumerate(drawn.dense)
        ]
        self.clock.now = hour + timedelta(minutes=30)
        self.stage.tag(items)
        for item, row in zip(items, drawn.truth, strict=True):
            self.truth[item.id] = frozenset(label for label, true in zip(LABELS, row, strict=True) if true)

    def run(self, now: datetime, remaining_s: float = 900.0) -> dict[str, int]:
        self.clock.now = now
        done = build_learning(self.settings, self.stage.clients).run(now, lambda: remaining_s)
        return msgspec.structs.asdict(done)

    def answer(self, now: datetime) -> None:
        """Somebody answers everything that is open, truly."""
        habits = Habits(authors=2, a_week=10_000, slips=0, later=0, silent=0, silent_hard=0, cannot_tell=0)
        people = Reviewers(habits, np.random.default_rng(0), self.truth.get, LABELS)
        waiting = {purpose: self.stage.reviews.open_entries("mail", purpose) for purpose in ("measure", "teach")}
        for correction in people.day(now, waiting, lambda _: ()):
            self.stage.reviews.record(correction, "mail")

    def report(self) -> QualityReport:
        report = read_quality(self.stage.learning, "mail")
        assert report is not None
        return report

    def day(self, day: str = "2026-01-30") -> DaySummary:
        bundle = self.stage.champion.bundle.version
        key = f"summaries/mail/{bundle.encoder}/{self.stage.version}/{day}.json"
        found = self.stage.learning.read_object(key)
        return DaySummary() if found is None else msgspec.json.decode(found.content, type=DaySummary)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    clock = VirtualClock(START)
    with open_box(clock) as opened:
        (tmp_path / "mail").symlink_to(opened.taggers[0].bundle.folder)
        settings = LearnSettings(
            learning_bucket=NAMES.learning_bucket,
            versions=str(tmp_path),
            models_bucket=NAMES.models_bucket,
            label_table=NAMES.label_table,
            review_table=NAMES.review_table,
            reviews_per_week=10_000,
        )
        yield Box(opened.stage, opened.taggers, clock, settings, {})


def test_hours_become_summaries_reviews_and_a_report_and_a_repeated_run_changes_nothing(box: Box) -> None:
    for number in range(3):
        box.arrive(START + number * HOUR)
    now = START + 4 * HOUR
    done = box.run(now)
    assert (done["hours"], done["written"], done["summarised"], done["reports"]) == (3, 3, 3, 1)
    assert done["drawn"] > 10
    summaries = box.day().hours
    assert {hour: each.items for hour, each in summaries.items()} == {"08": 20, "09": 20, "10": 20}
    report = box.report()
    assert (report.items, report.missing_hours, report.answered) == (60, 0, 0)
    assert report.drawn == sum(len(each.asked) for each in summaries.values()) > 10
    assert report.labels["refund"].why_not.startswith("too few answers: 0 of the ")
    again = box.run(now)
    assert (again["written"], again["summarised"], again["drawn"]) == (0, 0, 0)
    assert box.day().hours == summaries


def test_answers_become_precision_and_recall_of_the_version_that_serves(box: Box) -> None:
    for number in range(2):
        box.arrive(START + number * HOUR, 50)
    box.run(START + 6 * HOUR)
    box.answer(START + 6 * HOUR)
    box.run(START + 30 * HOUR)
    report = box.report()
    assert report.answered == report.drawn > 30
    label = report.labels["order"]
    assert label.precision is not None
    assert label.recall is not None
    assert label.why_not == ""
    rows = [box.stage.rows.get(item) for item in box.truth]
    given = {row.id for row in rows if "order" in row.revision.labels}
    found = {item for item, labels in box.truth.items() if "order" in labels}
    assert label.given == len(given)
    assert label.precision.low <= len(given & found) / len(given) <= label.precision.high
    assert label.recall.low <= len(given & found) / len(found) <= label.recall.high
    assert report.labels["refund"].target == 0.9
    assert sorted(each.author for each in report.authors) == ["agent00@shop.example", "agent01@shop.example"]
    assert report.authors[0].discounted == ()


def test_after_a_promotion_all_hours_are_scored_again_and_nothing_is_drawn_again(box: Box) -> None:
    box.arrive(START)
    box.run(START + 2 * HOUR)
    drawn = box.report().drawn
    before = box.stage.version
    box.stage.promote(box.stage.push(box.taggers[1]), START + 2 * HOUR, "better")
    done = box.run(START + 3 * HOUR)
    assert (done["summarised"], done["drawn"]) == (1, 0)
    report = box.report()
    assert (report.champion, report.generation, report.drawn) == (box.stage.version, 1, drawn)
    assert report.champion != before
    assert box.day().hours["08"].items == 20


def test_hours_that_time_does_not_allow_are_missing_and_the_next_run_makes_them(box: Box) -> None:
    for number in range(3):
        box.arrive(START + number * HOUR)
    box.run(START + 4 * HOUR)
    box.stage.promote(box.stage.push(box.taggers[1]), START + 4 * HOUR, "better")
    left = iter([900.0, 900.0, 900.0, 900.0, 60.0])
    learning = build_learning(box.settings, box.stage.clients)
    done = learning.run(START + 4 * HOUR, lambda: next(left, 60.0))
    missing = 3 - done.summarised
    assert missing > 0
    assert box.report().missing_hours == missing
    assert box.run(START + 5 * HOUR)["summarised"] == missing
    assert (box.report().missing_hours, box.report().items) == (0, 60)


def test_a_summary_that_is_lost_is_made_again_with_the_same_items_asked(box: Box) -> None:
    box.arrive(START)
    box.run(START + 2 * HOUR)
    before, bundle = box.day(), box.stage.champion.bundle.version
    key = f"summaries/mail/{bundle.encoder}/{box.stage.version}/2026-01-30.json"
    box.stage.clients.s3.delete_object(Bucket=NAMES.learning_bucket, Key=key)
    assert box.run(START + 3 * HOUR)["drawn"] == 0
    assert [each.asked for each in box.day().hours.values()] == [each.asked for each in before.hours.values()]


def test_a_clock_that_jumps_back_or_ahead_counts_nothing_twice(box: Box) -> None:
    box.arrive(START)
    box.run(START + 2 * HOUR)
    before = box.day()
    for now in (START - timedelta(days=3), START + timedelta(days=400), START + 3 * HOUR):
        box.run(now)
    assert box.day() == before
    assert box.report().items == 20


def test_an_hour_that_cannot_be_scored_stops_no_other_and_the_run_fails_at_its_end(box: Box) -> None:
    for number in range(2):
        box.arrive(START + number * HOUR)
    box.run(START + 3 * HOUR)
    box.stage.promote(box.stage.push(box.taggers[1]), START + 3 * HOUR, "better")
    keys = [
        each["Key"]
        for each in box.stage.clients.s3.list_objects_v2(Bucket=NAMES.learning_bucket, Prefix="")["Contents"]
    ]
    items = next(key for key in keys if "/08." in key and key.endswith(".items"))
    box.stage.clients.s3.delete_object(Bucket=NAMES.learning_bucket, Key=items)
    with pytest.raises(HoursFailed, match=r"^1 of 2 hours could not be scored$"):
        box.run(START + 4 * HOUR)
    assert list(box.day().hours) == ["09"]
    assert box.report().missing_hours == 1


def test_where_the_log_keeps_a_sample_nothing_is_counted(box: Box) -> None:
    box.arrive(START)
    box.settings = msgspec.structs.replace(box.settings, features="sampled")
    assert box.run(START + 2 * HOUR) == {"hours": 1, "written": 1, "summarised": 0, "drawn": 0, "reports": 0}
