"""A measured number with its interval and the number of cells or rows that it was computed from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.numeric import Floats, Interval, design_effect, wilson


@dataclass(frozen=True)
class MetricValue:
    """A value and its 95 % interval, rounded to 4 decimals; `of` is the number of cells or rows.

    `value` is None where it is undefined, both ends are None where there are too few rows for an interval.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    of: int = 0

    @property
    def per_cent(self) -> str:
        """The value in per cent with its interval, for people; with one decimal where all of it is below 10 %."""
        if self.value is None:
            return "\u2013"
        digits = 1 if 0 < max(self.value, self.high or 0.0) < 0.1 else 0
        if self.low is None or self.high is None:
            return f"{100 * self.value:.{digits}f} %"
        return f"{100 * self.value:.{digits}f} % ({100 * self.low:.{digits}f}\u2013{100 * self.high:.{digits}f})"

    def format(self, digits: int = 2) -> str:
        """The value with its interval, for people."""
        if self.value is None:
            return "\u2013"
        if self.low is None or self.high is None:
            return f"{self.value:.{digits}f}"
        to = " to " if self.low < 0 else "\u2013"
        return f"{self.value:.{digits}f} ({self.low:.{digits}f}{to}{self.high:.{digits}f})"


def metric_value(value: float, interval: Interval | None, of: float) -> MetricValue:
    """A MetricValue, rounded; nan is no value."""
    if not np.isfinite(value):
        return MetricValue(None, of=int(of))
    if interval is None:
        return MetricValue(round(float(value), 4), of=int(of))
    return MetricValue(round(float(value), 4), round(interval.low, 4), round(interval.high, 4), int(of))


def share(counts: Floats, totals: Floats, group_of: NDArray[np.int64], fewest: int = 1) -> MetricValue:
    """Sum of `counts` over sum of `totals`, both [rows], with a Wilson interval that groups of rows widen.

    Below a total of `fewest` there is a value and no interval.
    """
    total, count = float(totals.sum()), float(counts.sum())
    if total == 0:
        return MetricValue(None)
    used = totals > 0
    design = design_effect(counts[used], totals[used], np.unique(group_of[used], return_inverse=True)[1])
    return metric_value(count / total, wilson(count, total, design) if total >= fewest else None, total)
