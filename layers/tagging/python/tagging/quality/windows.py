"""What is known of each label in a window of hours: all items by score, and the drawn ones with their answers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from msgspec import Struct

from tagging.corrections import Answered, ReviewEntry
from tagging.quality.estimates import NO, UNSEEN, YES, LabelWindow
from tagging.quality.plan_renewal import time_of
from tagging.quality.score_bins import bins_of
from tagging.quality.summary import AskedItem, HourSummary, LabelCounts, add_up

PATIENCE: Final = timedelta(days=3)
"""People have so much time to answer before silence counts: a weekend fits in."""
Cell = tuple[str, str]
"""Item id and label."""
Cells = Mapping[Cell, Answered]
"""The answers that hold."""


class _Drawn(Struct, frozen=True):
    """One drawn item, for one label."""

    score: float
    assigned: bool
    inclusion: float
    answer: int
    due: bool


class Window(Struct, frozen=True):
    """The hours of a window by the version that serves, and the items of the queue that measure in it."""

    total: HourSummary
    """Of all hours."""
    drawn: tuple[tuple[AskedItem, ReviewEntry], ...]
    """Each item once."""
    due_until: str
    """Items that were drawn later are not due; while there is no other one, all are."""

    @classmethod
    def of(cls, hours: Iterable[HourSummary], entries: Mapping[str, ReviewEntry], now: datetime) -> Window:
        """The window of these hours; an item whose entry is gone, because it was forgotten, is in no sample."""
        total = add_up(hours)
        drawn = {each.id: (each, entries[each.id]) for each in total.asked if each.id in entries}
        latest = time_of(now - PATIENCE)
        has_due = any(entry.drawn_at <= latest for _, entry in drawn.values())
        return cls(total, tuple(drawn.values()), latest if has_due else time_of(now))

    def label(self, label: str, cells: Cells, given: Collection[Cell] = ()) -> LabelWindow:
        """What is known of one label. `given`: cells with any answer; one that does not hold is no silence."""
        counts = self.total.labels.get(label, LabelCounts())
        drawn = list(self._drawn(label, cells, given))
        return LabelWindow(
            given=np.array(counts.given, dtype=float),
            not_given=np.array(counts.not_given, dtype=float),
            bins=bins_of(np.array([each.score for each in drawn], dtype=float)),
            assigned=np.array([each.assigned for each in drawn], dtype=bool),
            inclusion=np.array([each.inclusion for each in drawn], dtype=float),
            answers=np.array([each.answer for each in drawn], dtype=np.int8),
            due=np.array([each.due for each in drawn], dtype=bool),
        )

    def _drawn(self, label: str, cells: Cells, given: Collection[Cell]) -> Iterator[_Drawn]:
        for item, entry in self.drawn:
            if label in item.scores:
                cell = cells.get((item.id, label))
                answer = UNSEEN if cell is None else YES if cell.yes else NO
                due = entry.drawn_at <= self.due_until and (cell is not None or (item.id, label) not in given)
                yield _Drawn(item.scores[label], label in item.labels, entry.chance, answer, due)


def measured(entries: Iterable[ReviewEntry]) -> dict[str, ReviewEntry]:
    """The entries whose answers measure, by item."""
    return {entry.item: entry for entry in entries if entry.purpose == "measure"}


def labels_of(window: Window, known: Sequence[str]) -> list[str]:
    """The labels of the version that some item has a score of, in the order of `known`."""
    scored = {label for label, counts in window.total.labels.items() if sum(counts.given) + sum(counts.not_given)}
    return [label for label in known if label in scored]
