"""Day summaries of simulated traffic with one score bin for each of the five bins of drift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from tagging.quality import BINS, DaySummary, HourSummary, LabelCounts

FIRST = date(2026, 1, 5)
"""A Monday."""
SHARES = np.array([0.85, 0.07, 0.03, 0.02, 0.03])
"""Of the five bins of a label that 5 % of the items are given."""
PLACES = (3, 10, 15, 16, 25)
"""A score bin in each of them."""


def more_given(factor: float) -> np.ndarray:
    """SHARES with `factor` times as many items that are given the label."""
    changed = SHARES.copy()
    changed[3:] *= factor
    changed[0] = 1 - changed[1:].sum()
    return changed


def label_counts(items: Sequence[int]) -> LabelCounts:
    """Counts with so many items in each of the five bins."""
    scores = np.zeros((2, BINS), dtype=int)
    for number, (place, count) in enumerate(zip(PLACES, items, strict=True)):
        scores[int(number >= 3), place] += count
    return LabelCounts(tuple(scores[1].tolist()), tuple(scores[0].tolist()))


def day_summary(
    rng: np.random.Generator, labels: Mapping[str, np.ndarray], items: int = 1000, other: float = 0.02
) -> DaySummary:
    """A day of one hour; `labels`: the shares of the five bins of each label, `other`: of items in other languages."""
    foreign, unlike, without = (int(rng.binomial(items, share)) for share in (other, 0.02, 0.3))
    hour = HourSummary(
        items=items,
        languages={"known": items - foreign, "other": foreign},
        reasons={"unlike_training": unlike},
        no_label=without,
        lengths=tuple(rng.multinomial(items, np.full(8, 1 / 8)).tolist()),
        unknown_pieces=tuple(rng.multinomial(items, [0.9, *[0.1 / 7] * 7]).tolist()),
        labels={label: label_counts(rng.multinomial(items, shares).tolist()) for label, shares in labels.items()},
    )
    return DaySummary(hours={"12": hour})


def day_of(number: int) -> str:
    """The day after so many others, `2026-01-05` first."""
    return (FIRST + timedelta(days=number)).isoformat()
