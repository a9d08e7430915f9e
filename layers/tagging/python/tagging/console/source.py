"""Where the pages have their data from: what a stage, or a simulation of one, offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal, Protocol

from msgspec import Struct

if TYPE_CHECKING:
    from tagging.corrections import Correction, ReviewEntry
    from tagging.item import Mail
    from tagging.kinds import Kind
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
    from tagging.store import Row
    from tagging.taxonomy import Taxonomy
    from tagging.telemetry import ProbeRun

Purpose = Literal["measure", "teach"]
PURPOSES: Final[tuple[Purpose, ...]] = ("measure", "teach")
MOST_WAITING: Final = 50
"""Open entries of a purpose that are read at once."""
Role = Literal["champion", "canary", "shadow", "rollback", "end_shadow"]
"""What a form of the page of versions asks for."""


class ServedLabels(Struct, frozen=True):
    """The version that serves, and its labels with the packs that are on."""

    version: str
    """Its id; `layer` without a pointer."""
    id: str
    """Its id, also of the layer's bundle."""
    taxonomy: Taxonomy
    thresholds: Mapping[str, float]
    bundle: BundleVersion
    """How rows and summaries name it: it depends on the packs that are on."""


class Asked(Struct, frozen=True):
    """A change of who serves, as a form asks for it."""

    role: Role
    version: str = ""
    share: float | None = None
    replace_taxonomy: bool = False
    unwatched: bool = False


class Source(Protocol):
    """The data of one stage. Methods raise OperationError with a sentence, and botocore's errors."""

    @property
    def stage(self) -> str:
        """Its name."""

    @property
    def author(self) -> str:
        """Who answers and changes: the identity of the person's credentials."""

    @property
    def kinds(self) -> Sequence[Kind]:
        """The kinds of item that it tags."""

    def row(self, item: str) -> Row | None:
        """The row of an item id."""

    def find(self, text: str) -> Row | None:
        """The row of an item id, of a key in one of the stage's buckets, or of s3://bucket/key."""

    def search(self, query: ItemQuery) -> ItemPage:
        """One page of items."""

    def mail(self, row: Row) -> Mail:
        """The mail of an item. Raises NoContent."""

    def beginnings(self, items: Sequence[str]) -> dict[str, str]:
        """The first words of these items' texts; empty where there are none, or they cannot be read."""

    def image(self, row: Row) -> bytes:
        """The file of an image. Raises NoContent."""

    def verdicts(self, row: Row) -> list[VersionVerdict]:
        """What the versions with a role say of it; empty where the feature log has it not."""

    def served(self, kind: Kind) -> ServedLabels:
        """Who serves."""

    def decided_by(self, kind: Kind, version: str) -> BundleVersion:
        """How rows name a version."""

    def pointer(self, kind: Kind) -> PointerState:
        """Who serves, with the last changes."""

    def versions(self, kind: Kind) -> list[ListedVersion]:
        """The pushed versions."""

    def plan(self, kind: Kind, asked: Asked) -> PointerPlan:
        """A change of who serves, not written."""

    def write(self, plan: PointerPlan, why: str) -> Pointer:
        """Write it, if nobody changed the pointer since."""

    def flips(self, kind: Kind, shadow: str, since: datetime) -> WhatIf:
        """What a shadow would change of the items that it scored."""

    def what_if(self, kind: Kind, moves: Mapping[str, float], since: datetime) -> WhatIf:
        """What other thresholds would change, exactly."""

    def open_entries(self, kind: Kind, purpose: Purpose) -> list[ReviewEntry]:
        """The open entries of the review queue, the latest first, without those that the author answered."""

    def entry(self, item: str) -> ReviewEntry | None:
        """The entry of an item."""

    def corrections(self, item: str) -> list[Correction]:
        """All answers on an item."""

    def answered(self, kind: Kind, first_day: str, last_day: str) -> Iterable[Correction]:
        """The answers that were given on these days."""

    def send(self, correction: Correction) -> None:
        """Send an answer to the queue of corrections."""

    def review_plan(self, kind: Kind) -> ReviewPlan | None:
        """What is drawn for review; None before the first hour."""

    def quality(self, kind: Kind) -> QualityReport | None:
        """The newest report."""

    def quality_of_days(self, kind: Kind, days: Sequence[str]) -> dict[str, QualityReport]:
        """The last report of each of these days that has one."""

    def summaries(self, kind: Kind, days: Sequence[str]) -> dict[str, DaySummary]:
        """The summary of each of these days that has one, as the version that serves scores its items."""

    def drift(self, kind: Kind) -> DriftReport | None:
        """The newest report."""

    def acknowledge(self, kind: Kind, name: str, why: str) -> None:
        """Acknowledge the drift of a label, or of an input."""

    def queues(self) -> list[QueueState]:
        """Its queues."""

    def quarantined(self, now: datetime) -> QuarantineCounts:
        """What was quarantined lately, by reason."""

    def probe_runs(self) -> tuple[ProbeRun, ...] | None:
        """The last runs of the probe; None without one."""
