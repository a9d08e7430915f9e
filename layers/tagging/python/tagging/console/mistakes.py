"""Where people's answers and the version that serves differ, and where people differ, over the last 28 days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from tagging.corrections import answers_by_author, counted_votes, majority
from tagging.quality import discounted_pairs

if TYPE_CHECKING:
    from tagging.console.site import Site
    from tagging.kinds import Kind
    from tagging.quality import AskedItem, DaySummary, QualityReport

WINDOW: Final = 28
"""Days of the numbers, and of these."""
Mistake = Literal["wrong", "missed", "disputed"]
"""Given, and people say no; not given, and people say yes; people differ, and most of them agree with the version, or
neither answer has most of them."""


@dataclass(frozen=True)
class MistakenCell:
    """One label of one item."""

    label: str
    score: float | None
    kind: Mistake
    votes: Mapping[str, bool]
    """Each person's answer."""

    @property
    def is_disputed(self) -> bool:
        """People gave both answers."""
        return len(set(self.votes.values())) > 1

    @property
    def surprise(self) -> float:
        """How sure the version was of the opposite: 0 to 1."""
        return abs((self.score or 0.0) - (self.kind == "missed"))


@dataclass(frozen=True)
class MistakenItem:
    """One item that measures, and its labels about which somebody differs."""

    id: str
    day: str
    hour: str
    cells: tuple[MistakenCell, ...]

    def only(self, label: str, kind: str) -> MistakenItem:
        """With the cells of this label and kind; empty: of all. `disputed`: all on which people differ."""
        kept = (
            each
            for each in self.cells
            if label in ("", each.label) and (kind in ("", each.kind) or (kind == "disputed" and each.is_disputed))
        )
        return replace(self, cells=tuple(kept))


def find_mistakes(site: Site, kind: Kind, report: QualityReport | None) -> list[MistakenItem]:
    """The items that measure with a mistake, the latest first. Answers that are discounted do not count."""
    days = site.days(WINDOW)
    out = discounted_pairs(() if report is None else report.authors)
    votes: dict[str, dict[str, dict[str, bool]]] = {}
    for (item, label), by_author in answers_by_author(site.source.answered(kind, days[0], days[-1])).items():
        votes.setdefault(item, {})[label] = counted_votes(by_author, label, out)
    items = _asked(site.source.summaries(kind, days))
    found = (MistakenItem(item.id, day, hour, tuple(_cells(item, votes.get(item.id, {})))) for day, hour, item in items)
    return [each for each in found if each.cells]


def _asked(summaries: Mapping[str, DaySummary]) -> Iterator[tuple[str, str, AskedItem]]:
    for day, summary in sorted(summaries.items(), reverse=True):
        for hour, counts in sorted(summary.hours.items(), reverse=True):
            for item in counts.asked:
                yield day, hour, item


def _cells(item: AskedItem, votes: Mapping[str, Mapping[str, bool]]) -> Iterable[MistakenCell]:
    for label, by_author in sorted(votes.items()):
        given, answer = label in item.labels, majority(by_author)
        if answer is not None and answer.yes != given:
            yield MistakenCell(label, item.scores.get(label), "missed" if answer.yes else "wrong", by_author)
        elif len(set(by_author.values())) > 1:
            yield MistakenCell(label, item.scores.get(label), "disputed", by_author)
