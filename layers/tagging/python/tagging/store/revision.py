"""One revision of an item's row: its label set or its quarantine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from tagging.model import BundleVersion, ReviewReason
from tagging.quarantine import Quarantine


class Revision(Struct, frozen=True):
    """The result of tagging an item once, with its time and bundle."""

    tagged_at: str
    """ISO 8601, UTC, milliseconds."""
    bundle: BundleVersion
    generation: int = 0
    """Of the pointer by which it was decided; 0 without one, and in rows of earlier versions."""
    labels: tuple[str, ...] = ()
    scores: Mapping[str, float] | None = None
    review: bool = False
    review_reasons: tuple[ReviewReason, ...] = ()
    """Rows of earlier versions with `review` have none."""
    left_out: Mapping[str, int] = {}
    """What reading left out, as kinds and sizes (`LeftOut.sizes`)."""
    heads: tuple[str, ...] | None = None
    """The requested heads; None for all."""
    quarantine: Quarantine | None = None
    log: str | None = None
    """The batch of the feature log that keeps what it was decided from, whether or not that could be written."""

    def decides_as(self, other: Revision) -> bool:
        """Whether both are the same decision, by whichever version and whenever it was made."""
        return (self.labels, self.scores, self.review_reasons, self.quarantine) == (
            other.labels,
            other.scores,
            other.review_reasons,
            other.quarantine,
        )

    def to_fields(self) -> dict[str, Any]:
        """The revision as JSON data; absent values are omitted."""
        version = self.bundle
        fields: dict[str, Any] = {
            "tagged_at": self.tagged_at,
            "bundle": [version.encoder, version.heads, version.thresholds],
            "labels": list(self.labels),
            "review": self.review,
        }
        if self.generation:
            fields["generation"] = self.generation
        if self.scores is not None:
            fields["scores"] = dict(self.scores)
        if self.review_reasons:
            fields["review_reasons"] = list(self.review_reasons)
        if self.left_out:
            fields["left_out"] = dict(self.left_out)
        if self.heads is not None:
            fields["heads"] = list(self.heads)
        if self.log is not None:
            fields["log"] = self.log
        if self.quarantine is not None:
            fields["quarantine"] = asdict(self.quarantine)
        return fields

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> Revision:
        """The inverse of `to_fields`; a KeyError names a missing field."""
        heads, quarantine = fields.get("heads"), fields.get("quarantine")
        return cls(
            tagged_at=fields["tagged_at"],
            bundle=BundleVersion(*fields["bundle"]),
            generation=fields.get("generation", 0),
            labels=tuple(fields["labels"]),
            scores=fields.get("scores"),
            review=fields["review"],
            review_reasons=tuple(fields.get("review_reasons", ())),
            left_out=fields.get("left_out", {}),
            heads=None if heads is None else tuple(heads),
            quarantine=Quarantine(**quarantine) if quarantine else None,
            log=fields.get("log"),
        )
