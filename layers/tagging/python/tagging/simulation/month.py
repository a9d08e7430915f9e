"""A month in a box: what reports say day by day, beside what is true, when everything that can happen does."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from unittest.mock import patch

import numpy as np

from tagging.corrections import build_recorder
from tagging.quality import (
    DriftReport,
    QualityReport,
    SummaryStore,
    build_learning,
    read_drift,
    read_quality,
)
from tagging.serving import version_id
from tagging.settings import CorrectSettings, LearnSettings
from tagging.simulation.box_stage import Box, open_box
from tagging.simulation.evidence import CRITICAL, LABELS
from tagging.simulation.ledger import Ledger, TrueShares
from tagging.simulation.memory_stage import KIND, ResourceNames, VirtualClock
from tagging.simulation.reviewers import Reviewers
from tagging.simulation.run import Simulation
from tagging.simulation.story import Story
from tagging.simulation.traffic import BoxTraffic

WINDOW = timedelta(days=28)
NAMES = ResourceNames()
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class MonthDay:
    """The end of one day of the month."""

    number: int
    champion: str
    quality: QualityReport | None
    drift: DriftReport | None
    truth: dict[str, TrueShares]
    """Of the champion, over the 28 days up to the end of this one."""

    @property
    def drifted(self) -> tuple[str, ...]:
        """Labels that have drifted."""
        labels = self.drift.labels if self.drift else {}
        return tuple(label for label, each in labels.items() if each.state == "drifted")

    @property
    def paged(self) -> bool:
        """Whether the error budget of the critical label pages."""
        return self.quality is not None and self.quality.labels[CRITICAL].severity == "page"


@dataclass
class Month:
    """What a simulated month was, and what was noticed of it."""

    story: Story
    days: list[MonthDay] = field(default_factory=list)
    discounted: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    """By day, of the reference too: the authors who are discounted."""
    rolled_back: int | None = None
    """Day on which the bad version was rolled back."""
    items: int = 0
    """Of reference and month."""
    answers: int = 0
    wrong_cells: dict[str, float] = field(default_factory=dict)
    """Wrong cells among the items of the queue relative to all items: of all, and by purpose."""
    lost: int = 0
    """Items of the month that the champion's summaries lack."""
    twice: int = 0
    """Items that they count more than once."""
    faults: tuple[str, ...] = ()
    """What the hourly run raised."""


def run_month(story: Story, progress: Progress = lambda _done, _of: None) -> Month:
    """Run a story on the code that is deployed; the same story gives the same month."""
    clock = VirtualClock(story.begin(1 - story.reference))
    with open_box(clock) as box, _seeded(story.seed):
        month, ledger = Month(story), Ledger(LABELS)
        reviewers = Reviewers(story.habits, np.random.default_rng(story.seed + 1), ledger.truth.get, LABELS)
        simulation = Simulation(
            story,
            box.stage,
            BoxTraffic(story, box.taggers),
            build_learning(_learn_settings(box, story), box.stage.clients),
            build_recorder(_correct_settings(), box.stage.clients),
            reviewers,
            ledger,
            lambda now: setattr(clock, "now", now),
        )
        for number in simulation.days(lambda number, begun: _change_versions(box, month, number, begun)):
            progress(number + story.reference, story.total)
            month.discounted.append((number, _discounted(box)))
            if number >= 1:
                month.days.append(_day(box, ledger, number, story.begin(number + 1)))
        _count(month, box, ledger, story)
        month.items = sum(ledger.items.values())
        month.answers, month.faults = reviewers.answered, tuple(simulation.faults)
    return month


def _change_versions(box: Box, month: Month, number: int, begun: datetime) -> None:
    """Who serves from a day on: the second version in the month; the bad one until somebody was paged."""
    second, bad = (version_id(tagger.bundle) for tagger in box.taggers[1:3])
    stage, story = box.stage, month.story
    if number == 1:
        stage.promote(second, begun, "better")
    elif number == story.bad_promotion:
        stage.promote(bad, begun, "looked better")
    elif stage.version == bad and month.days[-1].paged:
        stage.roll_back(begun, "the error budget pages")
        month.rolled_back = number


def _day(box: Box, ledger: Ledger, number: int, end: datetime) -> MonthDay:
    version = box.stage.version
    return MonthDay(
        number,
        version,
        read_quality(box.stage.learning, KIND),
        read_drift(box.stage.learning, KIND),
        ledger.shares(version, end - WINDOW, end),
    )


def _discounted(box: Box) -> tuple[str, ...]:
    quality = read_quality(box.stage.learning, KIND)
    return tuple(each.author for each in quality.authors if each.discounted) if quality else ()


def _learn_settings(box: Box, story: Story) -> LearnSettings:
    return LearnSettings(
        learning_bucket=NAMES.learning_bucket,
        models_bucket=NAMES.models_bucket,
        label_table=NAMES.label_table,
        review_table=NAMES.review_table,
        versions=str(box.versions),
        reviews_per_week=story.reviews_per_week,
        log_level="ERROR",
    )


def _correct_settings() -> CorrectSettings:
    return CorrectSettings(
        label_table=NAMES.label_table,
        review_table=NAMES.review_table,
        learning_bucket=NAMES.learning_bucket,
        log_level="ERROR",
    )


def _seeded(seed: int) -> AbstractContextManager[object]:
    """The queue's salt follows from the seed."""
    return patch("tagging.quality.reviews.secrets.token_hex", lambda _: f"{seed:016x}")


def _count(month: Month, box: Box, ledger: Ledger, story: Story) -> None:
    """Compare what the champion's summaries count of the last 28 days with what arrived, hour by hour."""
    stage, last = box.stage, story.begin(story.days)
    first = last - WINDOW + timedelta(days=1)
    bundle = stage.champion.bundle
    store = SummaryStore(stage.learning, KIND, stage.log.encoder, stage.version, bundle.version.thresholds)
    days = store.read_days(first.date(), last.date(), stage.threads)
    counted = {
        datetime.fromisoformat(f"{day}T{hour}:00:00+00:00"): summary.items
        for day, of_day in days.items()
        for hour, summary in of_day.hours.items()
    }
    end = last + timedelta(days=1)
    arrived = {hour: count for hour, count in ledger.items.items() if first <= hour < end}
    for hour in {*counted, *arrived}:
        difference = counted.get(hour, 0) - arrived.get(hour, 0)
        month.lost += max(0, -difference)
        month.twice += max(0, difference)
    entries = list(stage.reviews.entries(KIND, f"{story.begin(1):%Y-%m-%d}", f"{last:%Y-%m-%d}"))
    for purpose in ("all", "measure", "teach"):
        chosen = [each.item for each in entries if purpose in ("all", each.purpose)]
        month.wrong_cells[purpose] = ledger.wrong_cells(chosen)
