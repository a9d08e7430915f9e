"""What items and answers of the last 28 days say, before anything is estimated from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

from tagging.corrections import Correction, ReviewEntry, answers_by_author, counted_votes, majority
from tagging.quality.author_quality import AuthorQuality, author_quality, cells_answered, discounted_pairs
from tagging.quality.summary import DaySummary, HourSummary
from tagging.quality.versions import ServedVersion
from tagging.quality.windows import Cell, Cells, Window

MONTH: Final = timedelta(days=28)
WEEK: Final = timedelta(days=7)


class Reviewed(Struct, frozen=True):
    """What people were asked in the window, and what they answered since its begin."""

    entries: Mapping[str, ReviewEntry]
    """Those that measure, by item."""
    corrections: Sequence[Correction]


class Evidence(Struct, frozen=True):
    """Windows, answers and authors."""

    month: Window
    week: Window
    """The last 7 days, or since the version decided its first drawn item, where that is shorter."""
    authors: tuple[AuthorQuality, ...]
    given: frozenset[Cell]
    """Cells with a blind answer of anybody."""
    by_author: Mapping[Cell, Mapping[str, bool]]
    """The blind answers of authors who count."""
    cells: Cells
    """Those on which they agree."""
    cannot_tell: frozenset[str]
    """Items about which somebody answered so."""

    @classmethod
    def of(cls, served: ServedVersion, days: Mapping[str, DaySummary], reviewed: Reviewed, now: datetime) -> Evidence:
        """The evidence; a pure function of these. `days`: summaries by the version, by day."""
        month = Window.of(hours_since(days, now - MONTH, now), reviewed.entries, now)
        begun = week_begin([entry for _, entry in month.drawn], served.version, now)
        labels = {item.id: frozenset(item.labels) for item, _ in month.drawn}
        corrections = reviewed.corrections
        everybody = answers_by_author(corrections, blind_only=True, renamed=served.renamed)
        authors = author_quality(cells_answered(everybody, labels))
        out = frozenset(discounted_pairs(authors))
        counted = {cell: counted_votes(votes, cell[1], out) for cell, votes in everybody.items()}
        return cls(
            month=month,
            week=Window.of(hours_since(days, begun, now), reviewed.entries, now),
            authors=authors,
            given=frozenset(everybody),
            by_author=counted,
            cells={cell: answer for cell, votes in counted.items() if (answer := majority(votes)) is not None},
            cannot_tell=frozenset(each.item for each in corrections if each.blind and each.cannot_tell),
        )


def week_begin(drawn: Iterable[ReviewEntry], version: str, now: datetime) -> datetime:
    """Seven days ago, or when the version decided the first of these items, if that was later.

    Items that it decided were drawn by its own scores, so that their answers weigh alike.
    """
    own = [entry.decided_at for entry in drawn if entry.version == version]
    return max(now - WEEK, datetime.fromisoformat(min(own))) if own else now - WEEK


def hours_since(days: Mapping[str, DaySummary], first: datetime, now: datetime) -> Iterable[HourSummary]:
    """The summaries of hours that began since then, and before now."""
    earliest, latest = (f"{each.astimezone(UTC):%Y-%m-%d/%H}" for each in (first, now))
    for day, summary in sorted(days.items()):
        for hour, each in summary.hours.items():
            if earliest <= f"{day}/{hour}" <= latest:
                yield each
