"""Simulated daily histograms of scores: a weekly rhythm, and rates that wander from day to day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.live.traffic import RATES

Floats = NDArray[np.float64]

MAILS_A_DAY = 1000
WEEKDAYS = np.array([1.2, 1.1, 1.05, 1.0, 1.0, 0.5, 0.4])
"""Mails of a weekday relative to MAILS_A_DAY, from Monday."""
WEEKEND_FACTOR = 1.15
"""Labels are this much more frequent at weekends."""
TRUE_SHARES = np.array([0.03, 0.05, 0.07, 0.25, 0.60])
OTHER_SHARES = np.array([0.900, 0.060, 0.025, 0.010, 0.005])
"""The share of each score bin, the highest last, among items that have a label and among those that do not."""


@dataclass(frozen=True)
class Restlessness:
    """How the rate of each label wanders: a log-normal factor a day."""

    deviation: float
    """Standard deviation of its logarithm."""
    correlation: float = 0.0
    """Correlation of a day with the next."""


def daily_scores(
    random: np.random.Generator, days: int, restlessness: Restlessness, factor: Floats | None = None
) -> Floats:
    """Histograms [days, labels, bins], from a Monday on; `factor` [days, labels] multiplies the rates."""
    walk = _walk(random, days, restlessness)
    weekday = np.arange(days) % 7
    volume = random.poisson(MAILS_A_DAY * WEEKDAYS[weekday])
    seasonal = np.where(weekday >= 5, WEEKEND_FACTOR, 1.0)[:, None]
    rates = RATES * seasonal * np.exp(walk) * (1.0 if factor is None else factor)
    having = random.binomial(volume[:, None], np.minimum(rates, 0.95))
    found = random.multinomial(having, TRUE_SHARES)
    others = random.multinomial(volume[:, None] - having, OTHER_SHARES)
    return np.asarray(found + others, dtype=np.float64)


def _walk(random: np.random.Generator, days: int, restlessness: Restlessness) -> Floats:
    """An autoregressive process of order 1 [days, labels], lowered so that its exponential has mean 1."""
    steps = random.normal(size=(days, len(RATES)))
    kept = np.sqrt(1 - restlessness.correlation**2)
    walk = np.empty_like(steps)
    walk[0] = steps[0]
    for day in range(1, days):
        walk[day] = restlessness.correlation * walk[day - 1] + kept * steps[day]
    return restlessness.deviation * walk - restlessness.deviation**2 / 2
