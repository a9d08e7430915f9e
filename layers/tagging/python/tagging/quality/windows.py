"""What is known of each label in a window of hours: all items by score, and the drawn ones with their answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from msgspec import Struct

from tagging.corrections import Answered, ReviewEntry
from tagging.quality.estimates import NO, UNSEEN, YES, LabelWindow
from tagging.quality.score_bins import bins_of
from tagging.quality.summary import AskedItem, HourSummary, LabelCounts, add_up

Cells = Mapping[tuple[str, str], Answered]
"""The answers that hold, by item and label."""


class _Drawn(Struct, frozen=True):
    """One drawn item, for one label."""

    score: float
    assigned: bool
    inclusion: float
    answer: int


class Window(Struct, frozen=True):
    """The hours of a window by the version that serves, and the items of the queue that measure in it."""

    total: HourSummary
    """Of all hours."""
    drawn: tuple[tuple[AskedItem, ReviewEntry], ...]
    """Each item once."""

    @classmethod
    def of(cls, hours: Iterable[HourSummary], entries: Mapping[str, ReviewEntry]) -> Window:
        """The window of these hours; an item whose entry is gone, because it was forgotten, is in no sample."""
        total = add_up(hours)
        drawn = {each.id: (each, entries[each.id]) for each in total.asked if each.id in entries}
        return cls(total, tuple(drawn.values()))

    def label(self, label: str, cells: Cells) -> LabelWindow:
        """What is known of one label."""
        counts = self.total.labels.get(label, LabelCounts())
        drawn = list(self._drawn(label, cells))
        return LabelWindow(
            given=np.array(counts.given, dtype=float),
            not_given=np.array(counts.not_given, dtype=float),
            bins=bins_of(np.array([each.score for each in drawn], dtype=float)),
            assigned=np.array([each.assigned for each in drawn], dtype=bool),
            inclusion=np.array([each.inclusion for each in drawn], dtype=float),
            answers=np.array([each.answer for each in drawn], dtype=np.int8),
        )

    def _drawn(self, label: str, cells: Cells) -> Iterator[_Drawn]:
        for item, entry in self.drawn:
            if label in item.scores:
                cell = cells.get((item.id, label))
                answer = UNSEEN if cell is None else YES if cell.yes else NO
                yield _Drawn(item.scores[label], label in item.labels, entry.chance, answer)


def measured(entries: Iterable[ReviewEntry]) -> dict[str, ReviewEntry]:
    """The entries whose answers measure, by item."""
    return {entry.item: entry for entry in entries if entry.purpose == "measure"}


def labels_of(window: Window, known: Sequence[str]) -> list[str]:
    """The labels of the version that some item has a score of, in the order of `known`."""
    scored = {label for label, counts in window.total.labels.items() if sum(counts.given) + sum(counts.not_given)}
    return [label for label in known if label in scored]
