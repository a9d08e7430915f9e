"""How good the version that serves is, label by label, over the last 28 days; one object for each kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct

from tagging.quality.author_quality import AuthorQuality
from tagging.quality.evidence import MONTH, Evidence
from tagging.quality.label_report import LabelQuality, label_quality
from tagging.quality.targets import target_of
from tagging.quality.versions import ServedVersion
from tagging.quality.windows import labels_of


class Double(Struct, frozen=True):
    """Cells that two people who count answered, and those on which they agree; without second opinions."""

    cells: int = 0
    agree: int = 0


class QualityReport(Struct, frozen=True, kw_only=True):
    """`quality/<kind>.json`."""

    schema: Literal["tagging.quality/1"] = "tagging.quality/1"
    kind: str
    encoder: str
    champion: str
    generation: int
    made_at: str
    since: str
    until: str
    items: int
    missing_hours: int
    """Hours of the log that this version has not scored yet; they are not in the figures."""
    unscored: int
    drawn: int
    """Items that were drawn at random for review."""
    answered: int
    cannot_tell: int
    """Of them, those about which somebody answered that they cannot tell."""
    labels: dict[str, LabelQuality]
    authors: tuple[AuthorQuality, ...]
    double: Double

    @property
    def overspent(self) -> dict[str, LabelQuality]:
        """The labels whose error budget is overspent."""
        return {label: each for label, each in self.labels.items() if each.severity is not None}


def make_quality_report(served: ServedVersion, evidence: Evidence, missing_hours: int, now: datetime) -> QualityReport:
    """The report; a pure function of these."""
    month, week, cells = evidence.month, evidence.week, evidence.cells
    drawn = {item.id for item, _ in month.drawn}
    answered = {item for item, _ in cells} | evidence.cannot_tell
    taxonomy = served.bundle.taxonomy
    return QualityReport(
        kind=served.kind,
        encoder=served.encoder,
        champion=served.version,
        generation=served.generation,
        made_at=_text(now),
        since=_text(now - MONTH),
        until=_text(now),
        items=month.total.items,
        missing_hours=missing_hours,
        unscored=month.total.unscored,
        drawn=len(month.drawn),
        answered=len(answered & drawn),
        cannot_tell=len(evidence.cannot_tell & drawn),
        labels={
            label: label_quality(
                month.label(label, cells, evidence.given),
                week.label(label, cells, evidence.given),
                target_of(taxonomy.labels[label]),
                critical=taxonomy.labels[label].critical,
            )
            for label in labels_of(month, tuple(taxonomy.labels))
        },
        authors=evidence.authors,
        double=_double(
            evidence.by_author,
            [item.id for item, entry in month.drawn if entry.people > 1 and not entry.second_opinion],
        ),
    )


def _double(by_author: Mapping[tuple[str, str], Mapping[str, bool]], items: Sequence[str]) -> Double:
    votes: dict[bool, int] = defaultdict(int)
    wanted = frozenset(items)
    for (item, _), authors in by_author.items():
        if item in wanted and len(authors) > 1:
            votes[len(set(authors.values())) == 1] += 1
    return Double(votes[True] + votes[False], votes[True])


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
