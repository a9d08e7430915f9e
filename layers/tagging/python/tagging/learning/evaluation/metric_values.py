"""One measured number with its interval and the number of cells or rows that it rests on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.numeric import Floats, Interval, design_effect, wilson


@dataclass(frozen=True)
class MetricValue:
    """A value, rounded to 4 decimals, both ends of its 95 % interval where there is one, and what it was counted over.

    `value` is None where the data cannot say.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    of: int = 0

    @property
    def per_cent(self) -> str:
        """The value in per cent with its interval: what people read; one decimal where all of it is below 10 %."""
        if self.value is None:
            return "\u2013"
        digits = 1 if 0 < max(self.value, self.high or 0.0) < 0.1 else 0
        if self.low is None or self.high is None:
            return f"{100 * self.value:.{digits}f} %"
        return f"{100 * self.value:.{digits}f} % ({100 * self.low:.{digits}f}\u2013{100 * self.high:.{digits}f})"

    def told(self, digits: int = 2) -> str:
        """The value with its interval."""
        if self.value is None:
            return "\u2013"
        if self.low is None or self.high is None:
            return f"{self.value:.{digits}f}"
        to = " to " if self.low < 0 else "\u2013"
        return f"{self.value:.{digits}f} ({self.low:.{digits}f}{to}{self.high:.{digits}f})"


def figure(value: float, interval: Interval | None, of: float) -> MetricValue:
    """A MetricValue of these; nan is no value."""
    if not np.isfinite(value):
        return MetricValue(None, of=int(of))
    if interval is None:
        return MetricValue(round(float(value), 4), of=int(of))
    return MetricValue(round(float(value), 4), round(interval.low, 4), round(interval.high, 4), int(of))


def share(hits: Floats, totals: Floats, group_of: NDArray[np.int64], fewest: int = 1) -> MetricValue:
    """The share of hits among cells with its Wilson interval; both are counted per row [rows], rows may share groups.

    Below `fewest` cells there is a value and no interval.
    """
    total, found = float(totals.sum()), float(hits.sum())
    if total == 0:
        return MetricValue(None)
    counted = totals > 0
    design = design_effect(hits[counted], totals[counted], np.unique(group_of[counted], return_inverse=True)[1])
    return figure(found / total, wilson(found, total, design) if total >= fewest else None, total)
