"""The data of a deployed stage, by operations and with the person's own credentials."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from tagging import operations, quality
from tagging.aws import AwsError
from tagging.console.day_cache import DayCache
from tagging.console.shown import beginning
from tagging.console.source import MOST_WAITING, Asked, Purpose, ServedLabels
from tagging.corrections import author_of
from tagging.kinds import Kind, find_kind
from tagging.operations import Deployment, NoContent, OperationError
from tagging.store import LabelTable, Row

if TYPE_CHECKING:
    from tagging.console.stage_models import StageModels
    from tagging.corrections import Correction, ReviewEntry, ReviewTable
    from tagging.item import Mail
    from tagging.model import BundleVersion
    from tagging.operations import (
        ItemPage,
        ItemQuery,
        ListedVersion,
        PointerPlan,
        PointerState,
        QuarantineCounts,
        QueueState,
        VersionVerdict,
        WhatIf,
    )
    from tagging.quality import DaySummary, DriftReport, QualityReport, ReviewPlan
    from tagging.serving import Pointer
    from tagging.telemetry import ProbeRun


@dataclass
class StageSource:
    """See `Source`. Versions never change, so those that were read are kept."""

    deployment: Deployment
    author: str
    threads: Executor
    models: StageModels
    _days: DayCache = field(init=False)

    def __post_init__(self) -> None:
        self._days = DayCache(self.threads)

    @property
    def stage(self) -> str:
        return self.deployment.stage

    @property
    def kinds(self) -> Sequence[Kind]:
        return [find_kind(route.kind).name for route in self.deployment.routes]

    def row(self, item: str) -> Row | None:
        return self._table.get(item)

    def find(self, text: str) -> Row | None:
        buckets = () if text.startswith("s3://") else (route.bucket for route in self.deployment.routes)
        names = (text, *(f"s3://{bucket}/{text}" for bucket in buckets))
        s3 = self.deployment.clients.s3
        rows = (operations.find_row(operations.parse_item(name), self._table, s3) for name in names)
        return next((row for row in rows if row is not None), None)

    def search(self, query: ItemQuery) -> ItemPage:
        return operations.search_items(self.deployment, query, self.threads)

    def mail(self, row: Row) -> Mail:
        return operations.read_mail(self.deployment, row)

    def beginnings(self, items: Sequence[str]) -> dict[str, str]:
        return dict(zip(items, self.threads.map(self._beginning, items), strict=True))

    def image(self, row: Row) -> bytes:
        return operations.read_object(self.deployment, row)

    def verdicts(self, row: Row) -> list[VersionVerdict]:
        kind = find_kind(row.kind).name
        item = operations.logged_item(self.deployment, row, kind)
        if item is None:
            return []
        roles = operations.roles_of(self.models.pointer(kind))
        return operations.decide_side_by_side(item, roles, lambda version: self.models.load(kind, version))

    def served(self, kind: Kind) -> ServedLabels:
        return self.models.served(kind)

    def decided_by(self, kind: Kind, version: str) -> BundleVersion:
        return self.models.named(kind, version).version

    def pointer(self, kind: Kind) -> PointerState:
        return operations.read_state(self.models.of(kind))

    def versions(self, kind: Kind) -> list[ListedVersion]:
        return list(operations.list_versions(self.models.of(kind)))

    def plan(self, kind: Kind, asked: Asked) -> PointerPlan:
        return self.models.plan(kind, asked)

    def write(self, plan: PointerPlan, why: str) -> Pointer:
        return operations.write_plan(plan, self.author, why)

    def flips(self, kind: Kind, shadow: str, since: datetime) -> WhatIf:
        models = self.models.of(kind)
        found = operations.find_shadow(models, operations.read_state(models), shadow)
        log = operations.find_log(self.deployment)
        return operations.compare_live(log, models, self.models.champion(kind), found, since).what_if

    def what_if(self, kind: Kind, moves: Mapping[str, float], since: datetime) -> WhatIf:
        from tagging.model import moved_thresholds

        champion = self.models.champion(kind)
        log = operations.find_log(self.deployment)
        moved = moved_thresholds(champion[1], moves)
        return operations.compare_from_log(log, self.models.of(kind), champion, moved, since)

    def open_entries(self, kind: Kind, purpose: Purpose) -> list[ReviewEntry]:
        return self._reviews.open_entries(kind, purpose, MOST_WAITING, author_of(self.author))

    def entry(self, item: str) -> ReviewEntry | None:
        return self._reviews.entry(item)

    def corrections(self, item: str) -> list[Correction]:
        return self._reviews.of_item(item)

    def answered(self, kind: Kind, first_day: str, last_day: str) -> Iterable[Correction]:
        reviews, first = self._reviews, date.fromisoformat(first_day)
        days = [str(first + timedelta(each)) for each in range((date.fromisoformat(last_day) - first).days + 1)]
        of_days = self._days.read(f"answers {kind}", days, lambda day: list(reviews.corrections(kind, day, day)))
        return [each for corrections in of_days.values() for each in corrections]

    def send(self, correction: Correction) -> None:
        operations.send_correction(self.deployment, correction)

    def review_plan(self, kind: Kind) -> ReviewPlan | None:
        return operations.read_review_plan(self.deployment, kind)

    def quality(self, kind: Kind) -> QualityReport | None:
        return quality.read_quality(operations.find_log(self.deployment), kind)

    def quality_of_days(self, kind: Kind, days: Sequence[str]) -> dict[str, QualityReport]:
        log = operations.find_log(self.deployment)
        reports = self._days.read(f"quality {kind}", days, lambda day: quality.read_quality_day(log, kind, day))
        return {day: report for day, report in reports.items() if report is not None}

    def summaries(self, kind: Kind, days: Sequence[str]) -> dict[str, DaySummary]:
        served = self.served(kind)
        read = operations.day_reader(self.deployment, kind, served.id, served.bundle)
        found = self._days.read(f"summaries {kind} {served.id} {served.bundle.thresholds}", days, read)
        return {day: summary for day, summary in found.items() if summary.hours}

    def drift(self, kind: Kind) -> DriftReport | None:
        return quality.read_drift(operations.find_log(self.deployment), kind)

    def acknowledge(self, kind: Kind, name: str, why: str) -> None:
        log, now = operations.find_log(self.deployment), datetime.now(UTC)
        try:
            quality.acknowledge(log, kind, name, self.author, why, now)
        except quality.NothingDrifted as error:
            raise OperationError(str(error)) from None

    def queues(self) -> list[QueueState]:
        return operations.with_ages(list(operations.queue_states(self.deployment)), datetime.now(UTC))

    def quarantined(self, now: datetime) -> QuarantineCounts:
        return operations.count_quarantined(self.deployment, now)

    def probe_runs(self) -> tuple[ProbeRun, ...] | None:
        return operations.probe_runs(self.deployment)

    def _beginning(self, item: str) -> str:
        row = self.row(item)
        try:
            return beginning(self.mail(row)) if row is not None and find_kind(row.kind).explainable else ""
        except (NoContent, *AwsError):  # a list shows what can be read
            return ""

    @property
    def _table(self) -> LabelTable:
        return LabelTable(self.deployment.clients.dynamodb, self.deployment.table)

    @property
    def _reviews(self) -> ReviewTable:
        return operations.find_reviews(self.deployment)
