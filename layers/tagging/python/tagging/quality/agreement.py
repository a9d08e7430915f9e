"""Which authors of answers disagree with everybody else, on one label or on all.

An answer agrees where its author and the version say the same of a cell (item, label) that either of them gives.
How often an author differs from the version is compared with how often the other authors do on the same label, apart
for cells that the version gives and for others: a label on which the version is bad discounts nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tagging.quality.distributions import binomial
from tagging.quality.intervals import wilson

Floats = NDArray[np.float64]

LEAST_AGREEMENT = 0.7
"""An author is discounted only if the upper end of the 95 % interval of their agreement is below this."""
ALPHA = 0.005
"""Chance that any honest author is discounted in one look at all authors and labels."""
PRIOR_ANSWERS = 2.0
"""The other authors' answers of each kind count this many more, half of which differ: few answers prove little."""


class Answer(Struct, frozen=True):
    """One author's answer on one cell, beside what the version said of it."""

    author: str
    label: str
    yes: bool
    assigned: bool
    """Whether the version that serves now gives the label."""


class Discounted(Struct, frozen=True):
    """An author whose answers on a label (None: on all labels) count as not given."""

    author: str
    label: str | None
    agreement: float
    others: float
    """The agreement of the other authors on the same cells."""
    p_value: float


class _Count(Struct, frozen=True):
    """Answers on cells that the version gives, and on cells that it does not; and those that differ from it."""

    assigned: int = 0
    refused: int = 0
    others: int = 0
    added: int = 0

    def __add__(self, other: _Count) -> _Count:
        return _Count(
            self.assigned + other.assigned,
            self.refused + other.refused,
            self.others + other.others,
            self.added + other.added,
        )

    @property
    def agreement(self) -> tuple[int, int]:
        """On how many cells author and version agree, of those that either gives."""
        return self.assigned - self.refused, self.assigned + self.added


def discounted_authors(answers: Iterable[Answer]) -> list[Discounted]:
    """The authors that disagree, the worst first; each next one is compared with those that are left."""
    counts = _counts(answers)
    discounted: list[Discounted] = []
    while True:
        level = ALPHA / max(1, sum(len(labels) + 1 for labels in counts.values()))
        suspects = [each for author in counts for each in _suspects(author, counts) if each.p_value < level]
        if not suspects:
            return discounted
        worst = min(suspects, key=lambda each: (each.label is not None, each.p_value, each.author))
        discounted.append(worst)
        if worst.label is None:
            del counts[worst.author]
        else:
            del counts[worst.author][worst.label]


def _counts(answers: Iterable[Answer]) -> dict[str, dict[str, _Count]]:
    """The counts of each label by author."""
    counts: dict[str, dict[str, _Count]] = defaultdict(lambda: defaultdict(_Count))
    for each in answers:
        count = _Count(1, int(not each.yes)) if each.assigned else _Count(0, 0, 1, int(each.yes))
        counts[each.author][each.label] += count
    return {author: dict(labels) for author, labels in counts.items()}


def _suspects(author: str, counts: Mapping[str, Mapping[str, _Count]]) -> Iterable[Discounted]:
    """The author on each label and on all together, where the upper end of the agreement is below LEAST_AGREEMENT."""
    if len(counts) < 2:
        return
    all_labels, everywhere, expected = np.ones(1), _Count(), 0.0
    for label, own in counts[author].items():
        rest = sum((labels.get(label, _Count()) for name, labels in counts.items() if name != author), _Count())
        chances = _disagreements(own, rest)
        others = rest.agreement[0] / max(rest.agreement[1], 1)
        yield from _suspect(author, label, own, others, chances)
        all_labels, everywhere = np.convolve(all_labels, chances), everywhere + own
        expected += own.agreement[1] * others
    yield from _suspect(author, None, everywhere, expected / max(everywhere.agreement[1], 1), all_labels)


def _disagreements(own: _Count, rest: _Count) -> Floats:
    """The chance of each number of answers that differ from the version, if the author were like the rest."""
    refused = (rest.refused + PRIOR_ANSWERS / 2) / (rest.assigned + PRIOR_ANSWERS)
    added = (rest.added + PRIOR_ANSWERS / 2) / (rest.others + PRIOR_ANSWERS)
    assigned = binomial(own.assigned, refused)
    others = binomial(own.others, added)
    return np.convolve(assigned, others)


def _suspect(author: str, label: str | None, own: _Count, others: float, chances: Floats) -> Iterable[Discounted]:
    agreed, cells = own.agreement
    interval = wilson(agreed, cells)
    if interval is not None and interval.high < LEAST_AGREEMENT:
        p_value = float(chances[own.refused + own.added :].sum())
        yield Discounted(author, label, agreed / cells, others, p_value)
