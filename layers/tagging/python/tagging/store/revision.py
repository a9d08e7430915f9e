"""The outcome of tagging an item once: a label set, or its quarantine, as a row keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from tagging.model import BundleVersion
from tagging.quarantine import Quarantine


class Revision(Struct, frozen=True):
    """What came of an item, when, and by which bundle."""

    tagged_at: str
    """ISO 8601, UTC, milliseconds."""
    bundle: BundleVersion
    labels: tuple[str, ...] = ()
    scores: Mapping[str, float] | None = None
    review: bool = False
    heads: tuple[str, ...] | None = None
    """The heads that were asked for; None for all."""
    quarantine: Quarantine | None = None

    def to_fields(self) -> dict[str, Any]:
        """The revision as JSON takes it; what is not there is left out."""
        version = self.bundle
        found: dict[str, Any] = {
            "tagged_at": self.tagged_at,
            "bundle": [version.encoder, version.heads, version.thresholds],
            "labels": list(self.labels),
            "review": self.review,
        }
        if self.scores is not None:
            found["scores"] = dict(self.scores)
        if self.heads is not None:
            found["heads"] = list(self.heads)
        if self.quarantine is not None:
            found["quarantine"] = asdict(self.quarantine)
        return found

    @classmethod
    def from_fields(cls, given: Mapping[str, Any]) -> Revision:
        """The revision that `to_fields` told; a KeyError names what is missing."""
        heads, why = given.get("heads"), given.get("quarantine")
        return cls(
            tagged_at=given["tagged_at"],
            bundle=BundleVersion(*given["bundle"]),
            labels=tuple(given["labels"]),
            scores=given.get("scores"),
            review=given["review"],
            heads=None if heads is None else tuple(heads),
            quarantine=Quarantine(**why) if why else None,
        )
