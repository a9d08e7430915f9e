"""Confidence intervals: Wilson intervals for shares, a bootstrap over groups for everything else.

All are 95 % intervals of test sampling alone: they cover other rows of the same kind, not other customers, later months
or another training run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tagging.learning.numeric.arrays import Floats
from tagging.quality import Interval, Z, wilson

__all__ = [
    "FEWEST_POSITIVES",
    "Bootstrap",
    "Interval",
    "Z",
    "design_effect",
    "groups_of",
    "percentiles",
    "reflected",
    "wilson",
]

Weights = NDArray[np.float32]

FEWEST_POSITIVES = 5
"""With fewer positives there is no interval: it would describe chance more than the label."""
MOST_DRAWS, FEWEST_DRAWS = 1000, 200
CELLS = 5_000_000
"""Rows times draws at most, so that a large data set takes seconds, not minutes."""
CHUNK = 200


def design_effect(successes: Floats, totals: Floats, group_of: NDArray[np.int64]) -> float:
    """The factor by which similar rows in groups make a share less certain than as many independent rows; at least 1.

    The variance of a ratio over groups (Cochran 1977, ch. 2.11) divided by the binomial one. `hits` and `totals` are
    per row [rows]: the number of its cells that count, and of the successes among them.
    """
    if len(np.unique(group_of)) == len(group_of):
        return 1.0
    total = totals.sum()
    share = successes.sum() / total if total else 0.0
    if not 0 < share < 1:
        return _mean_size(totals, group_of)
    residuals = np.bincount(group_of, successes - share * totals)
    return max(1.0, float((residuals**2).sum() / total**2 / (share * (1 - share) / total)))


def _mean_size(totals: Floats, group_of: NDArray[np.int64]) -> float:
    """The mean size of a group, for rows that all agree: nothing can be measured, and each group counts as one row."""
    sizes = np.bincount(group_of, totals)
    return max(1.0, float(sizes[sizes > 0].mean())) if (sizes > 0).any() else 1.0


@dataclass(frozen=True)
class Bootstrap:
    """Draws groups of rows with replacement (Efron 1979; Field and Welsh 2007); deterministic by seed."""

    group_of: NDArray[np.int64]
    """The group of each row [rows], counted from 0; a row that belongs to none is a group of its own."""
    seed: int = 0

    @property
    def draws(self) -> int:
        """As many as CELLS allows, within its bounds."""
        return int(np.clip(CELLS // max(len(self.group_of), 1), FEWEST_DRAWS, MOST_DRAWS))

    def weights(self) -> Sequence[Weights]:
        """How often each row was drawn, in chunks of [rows, draws]; the same at every call."""
        return self._weights

    @cached_property
    def _weights(self) -> tuple[Weights, ...]:
        chunks = []
        random = np.random.default_rng(self.seed)
        groups = int(self.group_of.max()) + 1 if len(self.group_of) else 0
        for start in range(0, self.draws, CHUNK):
            size = min(CHUNK, self.draws - start)
            drawn = random.multinomial(groups, np.full(groups, 1 / max(groups, 1)), size=size)
            chunks.append(np.ascontiguousarray(drawn.T[self.group_of], dtype=np.float32))
        return tuple(chunks)


def percentiles(replicates: Floats) -> Interval | None:
    """The middle 95 % of the replicates that have a value; None if fewer than nine in ten have one."""
    finite = replicates[np.isfinite(replicates)]
    if len(finite) == 0 or len(finite) < 0.9 * len(replicates):
        return None
    low, high = np.percentile(finite, [2.5, 97.5])
    return Interval(float(low), float(high))


def reflected(value: float, replicates: Floats) -> Interval | None:
    """The basic bootstrap interval, 2 * value - percentiles, not below 0: for figures that resampling itself raises."""
    finite = percentiles(replicates)
    return finite and Interval(max(0.0, 2 * value - finite.high), max(0.0, 2 * value - finite.low))


def groups_of(names: list[str | None]) -> NDArray[np.int64]:
    """Group numbers from group names; None is a group of its own each time."""
    numbers: dict[object, int] = {}
    keys = [name if name is not None else (index,) for index, name in enumerate(names)]
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
