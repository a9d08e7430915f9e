"""A fortnight of a small shop, with real texts, answers, a promotion and a drift: what `--local` opens on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from tagging.aws import Clients
from tagging.model import Tagger
from tagging.simulation.ledger import Ledger
from tagging.simulation.memory_stage import KIND, ResourceNames, VirtualClock, open_memory, stage_of
from tagging.simulation.reviewers import Habits, Reviewers
from tagging.simulation.run import Hourly, Simulation
from tagging.simulation.shop import LEARNED, ShopTraffic, shop_rows, train_versions
from tagging.simulation.stage import SimulatedStage
from tagging.simulation.stage_copy import THREADS, Contents, Progress, StageCopy, copy_of
from tagging.simulation.story import Story

REFERENCE, DAYS = 28, 14
A_DAY = 100.0
PROMOTION, DRIFT = 4, (2.5, 7)
"""Day of the fortnight on which the second version is promoted; factor and day of the drift."""
POLLS = (0, 0, 0, 0, 0, 0, 0, 30, 0, 0, 25, 0, 0, 20, 0, 0, 25, 0, 0, 0, 0, 0, 0, 0)
"""Mails of each hour of the day, relative to the others: the shop's mailbox is read four times a day."""
PEOPLE_ANSWER = 200.0
"""Answers a week: a promotion and a drift make more work than the plan's hundred."""
REST_DAYS = 1
"""Nobody answers in the last day, so that there is work in the queue."""
MAIL_DAYS = 7
"""Mails of so many days are still there, and those of reviews; drift names items of seven days."""


@dataclass(frozen=True)
class Shop:
    """The stage that the fortnight is of."""

    names: ResourceNames
    mail_bucket: str
    layer: Tagger
    """The bundle in the layer of the function."""
    hourly: Callable[[Clients], Hourly]
    """Makes the hourly run of these clients."""


def fortnight(now: datetime, seed: int = 0) -> Story:
    """Six weeks that end now: the last two are the fortnight, those before are what drift is compared with."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Story(
        seed=seed,
        reference=REFERENCE,
        days=DAYS,
        a_day=A_DAY,
        hours=POLLS,
        habits=Habits(authors=5, a_week=PEOPLE_ANSWER, later=0.1, silent=0.05, silent_hard=0.05),
        drift=DRIFT,
        bad_promotion=None,
        outage=None,
        rarely=48,
        start=today - timedelta(days=REFERENCE + DAYS - 1),
        until=now,
        idle_from=now - timedelta(days=REST_DAYS),
    )


def simulate_fortnight(shop: Shop, folder: Path, now: datetime, progress: Progress) -> StageCopy:
    """A fortnight that ends `now`, simulated in memory; versions are trained in `folder`."""
    story = fortnight(now)
    clock = VirtualClock(story.start)
    progress("training", 0, 1)
    rows, layer = shop_rows(story.seed), shop.layer
    taggers = train_versions(rows, layer.bundle.folder / "encoder", folder)
    traffic = ShopTraffic(story, rows[max(LEARNED) :], layer.bundle.encoder, taggers, shop.mail_bucket)
    with ExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(THREADS))
        clients = stack.enter_context(open_memory(clock, shop.names))
        stage = stage_of(clients, shop.names, layer, threads)
        ledger = Ledger(traffic.labels)
        reviewers = Reviewers(story.habits, np.random.default_rng(story.seed), ledger.truth.get, traffic.labels)
        hourly = shop.hourly(clients)
        simulation = Simulation(
            story, stage, traffic, hourly, None, reviewers, ledger, lambda at: setattr(clock, "now", at)
        )
        first, second = map(stage.push, taggers)

        def before_day(number: int, begun: datetime) -> None:
            if number == 1 - REFERENCE:
                stage.promote(first, begun, f"labels of our shop, learned from {LEARNED[0]} messages")
            if number == PROMOTION:
                stage.promote(second, begun, f"learned from {LEARNED[1]} messages")

        for number in simulation.days(before_day):
            progress("days", number + REFERENCE, story.total)
        simulation.make(now)
        return copy_of(clients, shop.names.buckets, shop.names.tables, _mails(stage, traffic, story), now)


def _mails(stage: SimulatedStage, traffic: ShopTraffic, story: Story) -> Contents:
    """Keys and contents of the mails of the last MAIL_DAYS and of all reviews, as if the others had been deleted."""
    first, last = f"{story.begin(1 - REFERENCE):%Y-%m-%d}", f"{story.begin(DAYS):%Y-%m-%d}"
    asked = {entry.item for entry in stage.reviews.entries(KIND, first, last)}
    since = f"{story.begin(DAYS + 1 - MAIL_DAYS):%Y/%m/%d}"
    return [each for item, each in traffic.contents.items() if item in asked or each[0] >= since]
