"""Wilson's interval of a share."""

from __future__ import annotations

from math import sqrt

from msgspec import Struct

Z = 1.959964
"""Two-sided 95 % point of the normal distribution."""


class Interval(Struct, frozen=True):
    """Both ends of a 95 % interval."""

    low: float
    high: float


def wilson(successes: float, total: float, design: float = 1.0) -> Interval | None:
    """Interval of a share (Wilson 1927), with total / design effective rows (Kish 1965); None if total is 0."""
    if total <= 0:
        return None
    share, size = successes / total, total / design
    middle = (share + Z * Z / (2 * size)) / (1 + Z * Z / size)
    half = Z / (1 + Z * Z / size) * sqrt(share * (1 - share) / size + Z * Z / (4 * size * size))
    # A share of 0 or 1 is an end of its own interval; rounding must not put it outside.
    low, high = max(0.0, float(middle - half)), min(1.0, float(middle + half))
    return Interval(0.0 if successes == 0 else low, 1.0 if successes == total else high)
