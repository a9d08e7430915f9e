"""The hourly run: makes hours of the log, then for each kind summaries, reviews, estimates and drift."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec import Struct

from tagging.aws import CONNECTIONS, AwsError, Clients
from tagging.corrections import ReviewTable
from tagging.feature_log import Busy, HourlyRun, HoursFailed, LogError, LogStore
from tagging.kinds import KINDS, Kind
from tagging.quality.hour_work import HourWork
from tagging.quality.learn_metrics import publish
from tagging.quality.quality_report import QualityReport
from tagging.quality.reviews import open_reviews
from tagging.quality.versions import find_served
from tagging.serving import ModelStore
from tagging.settings import LearnSettings
from tagging.store import LabelTable
from tagging.telemetry import Logger, describe, make_logger

RESERVE_S: Final = 120.0
"""Seconds that a run keeps for the hour that it has begun, and for what comes after it."""
RUNBOOK: Final = "infra/runbooks/quality.md#budget-overspent"


class Done(Struct):
    """What one run did."""

    hours: int = 0
    """Hours of the log that were looked at."""
    written: int = 0
    summarised: int = 0
    drawn: int = 0
    """Items that people are asked about from now on."""
    reports: int = 0


class LearningRun(Struct, frozen=True):
    """Runs on a schedule; what one run does not finish, the next one does. `now` is its only clock."""

    settings: LearnSettings
    clients: Clients
    hours: HourlyRun
    logger: Logger
    executor: Executor

    def run(self, now: datetime, remaining_s: Callable[[], float]) -> Done:
        """Do what is due; a step that fails stops no other.

        `remaining_s`: seconds until the function is stopped. Raises HoursFailed, after all that could be done.
        """
        done, faults = Done(), list[str]()
        try:
            made = self.hours.run(now, remaining_s)
            done.hours, done.written = made["hours"], made["written"]
        except HoursFailed as error:
            faults.append(str(error))
        for kind in KINDS.values() if self.settings.features == "all" else ():
            try:
                faults += self._of_kind(kind.name, now, remaining_s, done)
            except Exception as error:  # any fault of one kind: the other kind has its turn
                self.logger.error("kind not finished", extra={"kind": kind.name, **describe(error)})
                faults.append(f"{kind.plural}: {type(error).__name__}, see the log")
        if faults:
            raise HoursFailed("; ".join(faults))
        return done

    def _of_kind(self, kind: Kind, now: datetime, remaining_s: Callable[[], float], done: Done) -> list[str]:
        """Do what is due for one kind; sentences on what could not be done."""
        settings, s3 = self.settings, self.clients.s3
        models = ModelStore(s3, settings.models_bucket, kind) if settings.models_bucket else None
        served = find_served(kind, Path(settings.versions), settings.packs, models)
        if served is None or not self.hours.store.encoders(kind):
            return []
        table = ReviewTable(self.clients.dynamodb, settings.review_table) if settings.review_table else None
        rows = LabelTable(self.clients.dynamodb, settings.label_table)
        reviews = (
            None
            if table is None
            else open_reviews(self.hours.store, served, table, rows, settings.reviews_per_week, now)
        )
        work = HourWork(self.hours.store, served, table, reviews, self.executor, now)
        faults = self._make_hours(work, remaining_s, done)
        if not work.has_hours():
            return faults
        evidence = work.evidence()
        report, first = work.report(evidence)
        done.reports += 1
        self._warn(report)
        drifted = None
        try:
            work.ask_again(evidence)
            drifted = len(work.renew_drift().news)
        except (LogError, Busy, *AwsError) as error:
            self.logger.error("drift not compared", extra={"kind": kind, **describe(error)})
            faults.append(f"drift of {KINDS[kind].plural} could not be compared")
        publish(settings.metrics_namespace, report, work.answers_due(), drifted, figures=first)
        return faults

    def _make_hours(self, work: HourWork, remaining_s: Callable[[], float], done: Done) -> list[str]:
        failed = 0
        due = work.due
        for number, key in enumerate(due):
            if remaining_s() < RESERVE_S:
                waiting = f"{len(due) - number} hours of {key.kind} wait for the next run to be scored"
                self.logger.info(waiting)
                break
            try:
                done.drawn += work.make(key)
                done.summarised += 1
            except (LogError, Busy, *AwsError) as error:
                failed += 1
                extra = {"kind": key.kind, "encoder": key.encoder, "hour": key.hour, **describe(error)}
                self.logger.error("hour not scored", extra=extra)
        return [f"{failed} of {len(due)} hours could not be scored"] if failed else []

    def _warn(self, report: QualityReport) -> None:
        for label, each in report.overspent.items():
            extra = {
                "kind": report.kind,
                "label": label,
                "severity": each.severity,
                "generation": report.generation,
                "champion": report.champion,
                "burn_week": each.burn_week,
                "burn_month": each.burn_month,
                "runbook": RUNBOOK,
            }
            self.logger.warning("error budget overspent", extra=extra)


def build_learning(settings: LearnSettings, clients: Clients) -> LearningRun:
    """The hourly run of a stage."""
    store, logger = LogStore(clients.s3, settings.learning_bucket), make_logger("learn", settings.log_level)
    executor = ThreadPoolExecutor(CONNECTIONS)
    return LearningRun(settings, clients, HourlyRun(store, logger, executor), logger, executor)
