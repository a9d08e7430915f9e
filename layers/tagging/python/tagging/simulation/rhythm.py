"""How many items arrive, and how often each label holds: weekly and daily rhythm, and rates that wander."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WEEKDAYS = np.array([1.2, 1.1, 1.05, 1.0, 1.0, 0.5, 0.4])
"""Items of a weekday relative to the mean of all weekdays, from Monday."""
HOURS = (0, 0, 0, 0, 0, 0, 4, 8, 12, 14, 14, 12, 10, 12, 12, 11, 10, 8, 6, 5, 4, 0, 0, 0)
"""Items of an hour of the day, relative to the others."""
WEEKEND_FACTOR = 1.15
"""Labels are this much more frequent at weekends."""


@dataclass(frozen=True)
class Restlessness:
    """How the rate of each label wanders: a log-normal factor a day."""

    deviation: float
    """Standard deviation of its logarithm."""
    correlation: float = 0.0
    """Correlation of a day with the next."""


def wandering(random: np.random.Generator, days: int, labels: int, restlessness: Restlessness) -> Floats:
    """The factor on each label's rate [days, labels]: mean 1, an autoregressive process of order 1 in logarithms."""
    steps = random.normal(size=(days, labels))
    kept = np.sqrt(1 - restlessness.correlation**2)
    walk = np.empty_like(steps)
    walk[0] = steps[0]
    for day in range(1, days):
        walk[day] = restlessness.correlation * walk[day - 1] + kept * steps[day]
    return np.exp(restlessness.deviation * walk - restlessness.deviation**2 / 2)


def seasonal(weekdays: NDArray[np.int64]) -> Floats:
    """The factor on the rates of labels [days] of these weekdays; 0 is Monday."""
    return np.where(weekdays >= 5, WEEKEND_FACTOR, 1.0)


def arrivals(
    random: np.random.Generator, a_day: float, weekday: int, hours: Sequence[float] = HOURS
) -> NDArray[np.int64]:
    """The number of items of each hour [24] of a day."""
    counts: NDArray[np.int64] = random.poisson(a_day * WEEKDAYS[weekday] * np.array(hours) / sum(hours))
    return counts
