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
from tagging.corrections import ReviewTable
from tagging.feature_log import FeatureLog, LogStore
from tagging.kinds import Kind
from tagging.model import Tagger
from tagging.serving import ModelStore
from tagging.simulation.ledger import Ledger
from tagging.simulation.reviewers import Habits, Reviewers
from tagging.simulation.run import Hourly, Simulation
from tagging.simulation.shop import LEARNED, ShopTraffic, shop_rows, train_versions
from tagging.simulation.stage import SimulatedStage
from tagging.simulation.story import Story
from tagging.store import LabelTable

REFERENCE, DAYS = 28, 14
A_DAY = 100.0
PROMOTION, DRIFT = 4, (2.5, 7)
"""Day of the fortnight on which the second version is promoted; factor and day of the drift."""
POLLS = (0, 0, 0, 0, 0, 0, 0, 30, 0, 0, 25, 0, 0, 20, 0, 0, 25, 0, 0, 0, 0, 0, 0, 0)
"""Mails of each hour of the day, relative to the others: the shop's mailbox is read four times a day."""
REST_DAYS = 2
"""Nobody answers in the last days, so that there is work in the queue."""
THREADS = 16
KIND: Kind = "mail"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class StageNames:
    """The buckets and tables of a stage that a fortnight is written to, and what its functions run."""

    clients: Clients
    mail_bucket: str
    models_bucket: str
    learning_bucket: str
    label_table: str
    review_table: str
    layer: Tagger
    """The bundle in the layer of the function."""
    hourly: Hourly


def fortnight(now: datetime, seed: int = 0) -> Story:
    """Six weeks that end now: the last two are the fortnight, those before are what drift is compared with."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return Story(
        seed=seed,
        reference=REFERENCE,
        days=DAYS,
        a_day=A_DAY,
        hours=POLLS,
        habits=Habits(authors=5, later=0.1, silent=0.05, silent_hard=0.05),
        drift=DRIFT,
        bad_promotion=None,
        outage=None,
        rarely=48,
        start=today - timedelta(days=REFERENCE + DAYS - 1),
        until=now,
        idle_from=now - timedelta(days=REST_DAYS),
    )


def fill_fortnight(names: StageNames, folder: Path, now: datetime, progress: Progress) -> Ledger:
    """Write a fortnight that ends `now` to a stage; versions are trained in `folder`."""
    story = fortnight(now)
    progress("training", 0, 1)
    rows = shop_rows(story.seed)
    encoder = names.layer.bundle.folder / "encoder"
    taggers = train_versions(rows, encoder, folder)
    traffic = ShopTraffic(story, rows[max(LEARNED) :], taggers[0].bundle.encoder, taggers, names.mail_bucket)
    with ExitStack() as stack:
        stage = _stage(names, stack.enter_context(ThreadPoolExecutor(THREADS)))
        first, second = map(stage.push, taggers)
        ledger = Ledger(traffic.labels)
        reviewers = Reviewers(story.habits, np.random.default_rng(story.seed), ledger.truth.get, traffic.labels)
        simulation = Simulation(story, stage, traffic, names.hourly, None, reviewers, ledger, lambda _: None)

        def before_day(number: int, begun: datetime) -> None:
            if number == 1 - REFERENCE:
                stage.promote(first, begun, f"labels of our shop, learned from {LEARNED[0]} messages")
            if number == PROMOTION:
                stage.promote(second, begun + timedelta(hours=7), f"learned from {LEARNED[1]} messages")

        for number in simulation.days(before_day):
            progress("days", number + REFERENCE, story.total)
        simulation.make(now)
        _put_mails(stage, traffic, story, names.mail_bucket)
    return ledger


def _stage(names: StageNames, threads: ThreadPoolExecutor) -> SimulatedStage:
    clients, encoder = names.clients, names.layer.bundle.version.encoder
    return SimulatedStage(
        KIND,
        clients,
        FeatureLog(LogStore(clients.s3, names.learning_bucket), KIND, encoder),
        ModelStore(clients.s3, names.models_bucket, KIND),
        LabelTable(clients.dynamodb, names.label_table),
        ReviewTable(clients.dynamodb, names.review_table),
        threads,
        names.layer,
    )


def _put_mails(stage: SimulatedStage, traffic: ShopTraffic, story: Story, bucket: str) -> None:
    """Store the mails of the fortnight and of all reviews; those before have been deleted, as mails are in time."""
    first, last = f"{story.begin(1 - REFERENCE):%Y-%m-%d}", f"{story.begin(DAYS):%Y-%m-%d}"
    asked = {entry.item for entry in stage.reviews.entries(KIND, first, last)}
    since = f"{story.begin(1):%Y/%m/%d}"
    chosen = [each for item, each in traffic.contents.items() if item in asked or each[0] >= since]
    list(stage.threads.map(lambda each: stage.clients.s3.put_object(Bucket=bucket, Key=each[0], Body=each[1]), chosen))
