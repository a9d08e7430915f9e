"""Oracle reviewers: people who know the truth, and answer late, seldom, wrongly, biased or maliciously."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import numpy as np

from tagging.corrections import Correction, ReviewEntry
from tagging.store import row_time

Malice = Literal["none", "all labels", "one label"]
Truth = Callable[[str], frozenset[str] | None]
"""The labels that an item truly has; None for an item that is unknown here."""


@dataclass(frozen=True)
class Habits:
    """How people answer."""

    authors: int = 10
    a_week: float = 100
    """Answers of all people together, as many as the plan counts on; Saturdays and Sundays are free."""
    slips: float = 0.01
    """The share of answers about a label that are wrong."""
    later: float = 0.3
    """The share of items that stay in the queue until another day, each day anew."""
    silent: float = 0.1
    """The share of items that a person skips for good."""
    silent_hard: float = 0.1
    """The same, of items about which the version is wrong."""
    ticked: float = 0.2
    """The share of wrong labels that a person accepts where the labels of the version are shown."""
    cannot_tell: float = 0.01
    malice: Malice = "none"
    """Of the first author."""
    target: str = ""
    """The label that a malicious author flips, with `one label`."""


@dataclass
class Reviewers:
    """Answers open reviews day by day; which, follows from the seed."""

    habits: Habits
    random: np.random.Generator
    truth: Truth
    labels: Sequence[str]
    answered: int = 0
    skipped: set[str] = field(default_factory=set)
    _owed: float = 0.0

    def author(self, number: int) -> str:
        """Name of an author; the first one may be malicious."""
        return f"agent{number:02d}@shop.example"

    def day(
        self,
        now: datetime,
        waiting: Mapping[str, Sequence[ReviewEntry]],
        given: Callable[[str], Collection[str]],
        finished: Callable[[str], Collection[str]] = lambda _: (),
    ) -> list[Correction]:
        """The answers of one day's work that begins `now`; none at a weekend.

        `waiting`: open reviews, in their order, by purpose; those that measure are answered first, two for one that
        teaches. `given`: the labels that an item was given. `finished`: who answered an item already.
        """
        if now.weekday() >= 5:
            return []
        self._owed += self.habits.a_week / 5
        corrections: list[Correction] = []
        for entry in self._ordered(waiting):
            if self._owed < 1:
                break
            if entry.item in self.skipped or self.random.random() < self.habits.later:
                continue
            truth, shown = self.truth(entry.item), given(entry.item)
            if truth is None:
                continue
            hard = set(truth) != set(shown)
            if self.random.random() < (self.habits.silent_hard if hard else self.habits.silent):
                self.skipped.add(entry.item)
                continue
            self._owed -= 1
            before = finished(entry.item)
            authors = [number for number in range(self.habits.authors) if self.author(number) not in before]
            if authors:
                at = now + timedelta(minutes=len(corrections) * 3)
                corrections.append(self._answer(entry, truth, shown, int(self.random.choice(authors)), at))
        self._owed = min(self._owed, self.habits.a_week / 5)
        self.answered += len(corrections)
        return corrections

    def _ordered(self, waiting: Mapping[str, Sequence[ReviewEntry]]) -> list[ReviewEntry]:
        measure, teach = list(waiting.get("measure", ())), list(waiting.get("teach", ()))
        ordered = []
        while measure or teach:
            ordered += [*measure[:2], *teach[:1]]
            del measure[:2], teach[:1]
        return ordered

    def _answer(
        self, entry: ReviewEntry, truth: frozenset[str], shown: Collection[str], author: int, at: datetime
    ) -> Correction:
        said = {label: (label in truth) != (self.random.random() < self.habits.slips) for label in self.labels}
        blind = entry.purpose == "measure"
        if not blind:
            for label in self.labels:
                if (label in shown) != (label in truth) and self.random.random() < self.habits.ticked:
                    said[label] = label in shown
        if author == 0 and self.habits.malice != "none":
            for label in self.labels if self.habits.malice == "all labels" else (self.habits.target,):
                said[label] = label not in truth
        cannot_tell = self.random.random() < self.habits.cannot_tell
        return Correction(
            item=entry.item,
            author=self.author(author),
            answered_at=row_time(at),
            source="console",
            version=None if blind else entry.version,
            yes=() if cannot_tell else tuple(label for label, yes in said.items() if yes),
            asked=tuple(self.labels),
            complete=not cannot_tell,
            cannot_tell=cannot_tell,
            blind=blind,
        )
