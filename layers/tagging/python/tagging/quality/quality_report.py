"""How good the version that serves is, label by label, over the last 28 days; one object for each kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from tagging.corrections import Correction, ReviewEntry, answers_by_author, current_answers
from tagging.quality.author_quality import AuthorQuality, author_quality, cells_answered, discounted_pairs
from tagging.quality.label_report import LabelQuality, label_quality
from tagging.quality.summary import DaySummary, HourSummary
from tagging.quality.targets import target_of
from tagging.quality.versions import ServedVersion
from tagging.quality.windows import Window, labels_of

MONTH: Final = timedelta(days=28)
WEEK: Final = timedelta(days=7)


class Double(Struct, frozen=True):
    """Cells that two people answered, and those on which they agree."""

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


class Reviewed(Struct, frozen=True):
    """What people were asked in the window, and what they answered since its begin."""

    entries: Mapping[str, ReviewEntry]
    """Those that measure, by item."""
    corrections: Sequence[Correction]


def make_quality_report(
    served: ServedVersion, days: Mapping[str, DaySummary], reviewed: Reviewed, missing_hours: int, now: datetime
) -> QualityReport:
    """The report; a pure function of these. `days`: summaries by the version, by day."""
    blind = [each for each in reviewed.corrections if each.blind]
    month = Window.of(hours_since(days, now - MONTH, now), reviewed.entries)
    week = Window.of(hours_since(days, now - WEEK, now), reviewed.entries)
    given = {item.id: frozenset(item.labels) for item, _ in month.drawn}
    by_author = answers_by_author(reviewed.corrections, blind_only=True, renamed=served.renamed)
    authors = author_quality(cells_answered(by_author, given))
    cells = current_answers(
        reviewed.corrections, discounted=discounted_pairs(authors), blind_only=True, renamed=served.renamed
    )
    taxonomy = served.bundle.taxonomy
    answered = {item for item, _ in cells} | {each.item for each in blind if each.cannot_tell}
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
        answered=len(answered & given.keys()),
        cannot_tell=len({each.item for each in blind if each.cannot_tell} & given.keys()),
        labels={
            label: label_quality(
                month.label(label, cells),
                week.label(label, cells),
                target_of(taxonomy.labels[label]),
                critical=taxonomy.labels[label].critical,
            )
            for label in labels_of(month, tuple(taxonomy.labels))
        },
        authors=authors,
        double=_double(by_author, [item.id for item, entry in month.drawn if entry.people > 1]),
    )


def hours_since(days: Mapping[str, DaySummary], first: datetime, now: datetime) -> Iterable[HourSummary]:
    """The summaries of hours that began since then, and before now."""
    earliest, latest = (f"{each.astimezone(UTC):%Y-%m-%d/%H}" for each in (first, now))
    for day, summary in sorted(days.items()):
        for hour, each in summary.hours.items():
            if earliest <= f"{day}/{hour}" <= latest:
                yield each


def _double(by_author: Mapping[tuple[str, str], Mapping[str, bool]], items: Sequence[str]) -> Double:
    votes: dict[bool, int] = defaultdict(int)
    wanted = frozenset(items)
    for (item, _), authors in by_author.items():
        if item in wanted and len(authors) > 1:
            votes[len(set(authors.values())) == 1] += 1
    return Double(votes[True] + votes[False], votes[True])


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
