"""What is true of every simulated item, beside what any version says of it: estimates are compared with it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from tagging.simulation.evidence import Bools
from tagging.simulation.rhythm import Floats

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class TrueShares:
    """True precision and recall of a label; nan where nothing has it or nothing was given it."""

    precision: float
    recall: float


@dataclass
class Ledger:
    """Every item once, by the hour in which it was decided."""

    labels: Sequence[str]
    truth: dict[str, frozenset[str]] = field(default_factory=dict)
    given: dict[str, frozenset[str]] = field(default_factory=dict)
    """By the version that decided."""
    items: Counter[datetime] = field(default_factory=Counter)
    """Items of each hour."""
    _counts: dict[tuple[str, datetime], Floats] = field(default_factory=dict)
    """[3, labels] by version and hour: labels that are right, wrong, missed."""

    def note(
        self,
        hour: datetime,
        ids: Sequence[str],
        truth: Bools,
        given: Sequence[Iterable[str]],
        by_version: dict[str, Bools],
    ) -> None:
        """Add items of an hour: truth, and what each version gives [items, labels]."""
        assert not self.truth.keys() & set(ids), "an item arrives once"
        self.items[hour] += len(ids)
        names = np.array(self.labels)
        for item, row, labels in zip(ids, truth, given, strict=True):
            self.truth[item], self.given[item] = frozenset(names[row].tolist()), frozenset(labels)
        for version, says in by_version.items():
            counts = np.array([(says & truth).sum(0), (says & ~truth).sum(0), (~says & truth).sum(0)], dtype=float)
            self._counts[version, hour] = self._counts.get((version, hour), 0.0) + counts

    def shares(self, version: str, since: datetime, until: datetime) -> dict[str, TrueShares]:
        """True shares of each label over all items from `since` to before `until`, as the version scores them."""
        total = np.zeros((3, len(self.labels)))
        for (name, hour), counts in self._counts.items():
            if name == version and since <= hour < until:
                total += counts
        right, wrong, missed = total
        with np.errstate(invalid="ignore", divide="ignore"):
            precision, recall = right / (right + wrong), right / (right + missed)
        return {
            label: TrueShares(float(precision[column]), float(recall[column]))
            for column, label in enumerate(self.labels)
        }

    def of_days(self) -> dict[str, int]:
        """Items by day (`2026-01-31`)."""
        days: dict[str, int] = defaultdict(int)
        for hour, count in self.items.items():
            days[f"{hour:%Y-%m-%d}"] += count
        return dict(days)

    def wrong_cells(self, items: Iterable[str]) -> float:
        """Wrong labels, given or missed, for each of these items, relative to that of all items."""
        chosen = list(items)
        mean = sum(len(self.truth[item] ^ self.given[item]) for item in self.truth) / max(len(self.truth), 1)
        seen = sum(len(self.truth[item] ^ self.given[item]) for item in chosen) / max(len(chosen), 1)
        return seen / mean if mean else 0.0
