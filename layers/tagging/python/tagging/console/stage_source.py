"""The data of a deployed stage, by operations and with the person's own credentials."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tagging import operations
from tagging.console.source import Asked, Purpose, ServedLabels
from tagging.corrections import author_of
from tagging.kinds import Kind, find_kind
from tagging.operations import Accepted, Deployment, Models, VersionRefused
from tagging.serving import LAYER, PointerError
from tagging.store import LabelTable, Row

if TYPE_CHECKING:
    from tagging.corrections import Correction, ReviewEntry, ReviewTable
    from tagging.item import Mail
    from tagging.model import Bundle, BundleVersion
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
    from tagging.quality import ReviewPlan
    from tagging.serving import Pointer
    from tagging.telemetry import ProbeRun

WAITING = 50
"""Open entries that are read at once."""


@dataclass
class StageSource:
    """See `Source`. Versions never change, so those that were read are kept."""

    deployment: Deployment
    author: str
    threads: Executor
    at_hand: Mapping[Kind, Sequence[Path]] = field(default_factory=dict)
    """Bundles on this machine, by kind: one may be that of the deployed layer."""
    _models: dict[Kind, Models] = field(default_factory=dict)
    _served: dict[tuple[Kind, str], ServedLabels] = field(default_factory=dict)
    _scoring: dict[tuple[Kind, str], Bundle] = field(default_factory=dict)

    @property
    def stage(self) -> str:
        return self.deployment.stage

    @property
    def kinds(self) -> Sequence[Kind]:
        return [find_kind(route.kind).name for route in self.deployment.routes]

    def row(self, item: str) -> Row | None:
        return self._table.get(item)

    def find(self, text: str) -> Row | None:
        return operations.find_row(operations.parse_item(text), self._table, self.deployment.clients.s3)

    def search(self, query: ItemQuery) -> ItemPage:
        return operations.search_items(self.deployment, query, self.threads)

    def mail(self, row: Row) -> Mail:
        return operations.read_mail(self.deployment, row)

    def image(self, row: Row) -> bytes:
        return operations.read_object(self.deployment, row)

    def verdicts(self, row: Row) -> list[VersionVerdict]:
        kind = find_kind(row.kind).name
        item = operations.logged_item(self.deployment, row, kind)
        if item is None:
            return []
        roles = operations.roles_of(operations.read_state(self.models(kind)).last_good)
        return operations.decide_side_by_side(item, roles, lambda version: self._load(kind, version))

    def served(self, kind: Kind) -> ServedLabels:
        models = self.models(kind)
        try:
            stored = models.store.read_pointer()
            pointer = None if stored is None else stored.pointer
        except PointerError:
            pointer = operations.read_state(models).last_good
        version = LAYER if pointer is None else pointer.champion
        if (kind, version) not in self._served:
            parts = models.check(version)
            self._served[kind, version] = ServedLabels(
                version,
                models.layer.version if version == LAYER else version,
                models.taxonomy(parts).in_use(),
                {label: decision.threshold for label, decision in parts.decisions.items()},
            )
        return self._served[kind, version]

    def decided_by(self, kind: Kind, version: str) -> BundleVersion:
        models = self.models(kind)
        return models.check(models.resolve(version)).version

    def pointer(self, kind: Kind) -> PointerState:
        return operations.read_state(self.models(kind))

    def versions(self, kind: Kind) -> list[ListedVersion]:
        return list(operations.list_versions(self.models(kind)))

    def plan(self, kind: Kind, asked: Asked) -> PointerPlan:
        models, version = self.models(kind), asked.version
        if Path(version).is_dir():  # commands take folders; a form names versions
            raise VersionRefused(f"{version} is no version's id")
        if asked.role == "rollback":
            return operations.plan_rollback(models)
        if asked.role == "end_shadow":
            return operations.plan_end_of_shadow(models, version)
        if asked.role == "shadow":
            return operations.plan_shadow(models, version)
        accepted = Accepted(asked.replace_taxonomy, asked.unwatched)
        return operations.plan_promotion(models, version, share=asked.share, accepted=accepted)

    def write(self, plan: PointerPlan, why: str) -> Pointer:
        return operations.write_plan(plan, self.author, why)

    def flips(self, kind: Kind, shadow: str, since: datetime) -> WhatIf:
        models = self.models(kind)
        found = operations.find_shadow(models, operations.read_state(models), shadow)
        log = operations.find_log(self.deployment)
        return operations.compare_live(log, models, self._champion(kind), found, since).what_if

    def what_if(self, kind: Kind, moves: Mapping[str, float], since: datetime) -> WhatIf:
        from tagging.model import moved_thresholds

        champion = self._champion(kind)
        log = operations.find_log(self.deployment)
        moved = moved_thresholds(champion[1], moves)
        return operations.compare_from_log(log, self.models(kind), champion, moved, since)

    def open_entries(self, kind: Kind, purpose: Purpose) -> list[ReviewEntry]:
        return self._reviews.open_entries(kind, purpose, WAITING, author_of(self.author))

    def entry(self, item: str) -> ReviewEntry | None:
        return self._reviews.entry(item)

    def corrections(self, item: str) -> list[Correction]:
        return self._reviews.of_item(item)

    def answered(self, kind: Kind, first_day: str, last_day: str) -> Iterable[Correction]:
        return self._reviews.corrections(kind, first_day, last_day)

    def send(self, correction: Correction) -> None:
        operations.send_correction(self.deployment, correction)

    def review_plan(self, kind: Kind) -> ReviewPlan | None:
        return operations.read_review_plan(self.deployment, kind)

    def queues(self) -> list[QueueState]:
        return list(operations.queue_states(self.deployment))

    def quarantined(self, now: datetime) -> QuarantineCounts:
        return operations.count_quarantined(self.deployment, now)

    def probe_runs(self) -> tuple[ProbeRun, ...] | None:
        return operations.probe_runs(self.deployment)

    def models(self, kind: Kind) -> Models:
        """The versions of a kind. Raises StageNotReadable."""
        if kind not in self._models:
            self._models[kind] = operations.find_models(self.deployment, kind, self.at_hand.get(kind, ()))
        return self._models[kind]

    @property
    def _table(self) -> LabelTable:
        return LabelTable(self.deployment.clients.dynamodb, self.deployment.table)

    @property
    def _reviews(self) -> ReviewTable:
        return operations.find_reviews(self.deployment)

    def _champion(self, kind: Kind) -> tuple[str, Bundle]:
        served = self.served(kind)
        return served.id, self._load(kind, served.version)

    def _load(self, kind: Kind, version: str) -> Bundle:
        if (kind, version) not in self._scoring:
            self._scoring[kind, version] = self.models(kind).scoring(version)
        return self._scoring[kind, version]
