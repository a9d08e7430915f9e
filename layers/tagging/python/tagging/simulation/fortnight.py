"""A fortnight of a small shop, with real texts, answers, a promotion and a drift: what `--local` opens on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from tagging.aws import Clients
from tagging.model import Tagger
from tagging.simulation.ledger import Ledger
from tagging.simulation.memory_stage import KIND, ResourceNames, VirtualClock, copy_stage, open_memory, stage_of
from tagging.simulation.reviewers import Habits, Reviewers
from tagging.simulation.run import Hourly, Simulation
from tagging.simulation.shop import LEARNED, ShopTraffic, shop_rows, train_versions
from tagging.simulation.stage import SimulatedStage
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
THREADS = 16
MAIL_DAYS = 7
"""Mails of so many days are still there, and those of reviews; drift names items of seven days."""
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Target:
    """The stage that a fortnight is written to."""

    clients: Clients
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


def fill_fortnight(target: Target, folder: Path, now: datetime, progress: Progress) -> Ledger:
    """Write a fortnight that ends `now` to a stage; versions are trained in `folder`.

    It is simulated in memory and copied: a call to the local cloud takes several milliseconds.
    """
    story = fortnight(now)
    clock = VirtualClock(story.start)
    progress("training", 0, 1)
    rows, layer = shop_rows(story.seed), target.layer
    taggers = train_versions(rows, layer.bundle.folder / "encoder", folder)
    traffic = ShopTraffic(story, rows[max(LEARNED) :], layer.bundle.encoder, taggers, target.mail_bucket)
    with ExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(THREADS))
        clients = stack.enter_context(open_memory(clock, target.names))
        stage = stage_of(clients, target.names, layer, threads)
        ledger = Ledger(traffic.labels)
        reviewers = Reviewers(story.habits, np.random.default_rng(story.seed), ledger.truth.get, traffic.labels)
        hourly = target.hourly(clients)
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
        mails = _mails(stage, traffic, story)
        progress("copying to the local cloud", 0, 1)
        copy_stage(clients, target.clients, target.names, threads)
    _put_mails(target, mails, progress)
    return ledger


def _mails(stage: SimulatedStage, traffic: ShopTraffic, story: Story) -> list[tuple[str, bytes]]:
    """Keys and contents of the mails of the last MAIL_DAYS and of all reviews, as if the others had been deleted."""
    first, last = f"{story.begin(1 - REFERENCE):%Y-%m-%d}", f"{story.begin(DAYS):%Y-%m-%d}"
    asked = {entry.item for entry in stage.reviews.entries(KIND, first, last)}
    since = f"{story.begin(DAYS + 1 - MAIL_DAYS):%Y/%m/%d}"
    return [each for item, each in traffic.contents.items() if item in asked or each[0] >= since]


def _put_mails(target: Target, mails: Sequence[tuple[str, bytes]], progress: Progress) -> None:
    """Write mails whose rows exist: meanwhile the bucket tells nobody. The end of it sends the queue a test event."""
    s3, bucket = target.clients.s3, target.mail_bucket

    def put(each: tuple[str, bytes]) -> None:
        s3.put_object(Bucket=bucket, Key=each[0], Body=each[1])

    told = s3.get_bucket_notification_configuration(Bucket=bucket)
    queues = told.get("QueueConfigurations", [])
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    with ThreadPoolExecutor(THREADS) as threads:
        for done, _ in enumerate(threads.map(put, mails), 1):
            progress("mails", done, len(mails))
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"QueueConfigurations": queues})
