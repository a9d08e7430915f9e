"""Simulated daily histograms of scores: a weekly rhythm, and rates that wander from day to day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.live.traffic import RATES
from tagging.simulation import WEEKDAYS, Restlessness, seasonal, wandering

Floats = NDArray[np.float64]

MAILS_A_DAY = 1000
TRUE_SHARES = np.array([0.03, 0.05, 0.07, 0.25, 0.60])
OTHER_SHARES = np.array([0.900, 0.060, 0.025, 0.010, 0.005])
"""The share of each score bin, the highest last, among items that have a label and among those that do not."""


def daily_scores(
    random: np.random.Generator, days: int, restlessness: Restlessness, factor: Floats | None = None
) -> Floats:
    """Histograms [days, labels, bins], from a Monday on; `factor` [days, labels] multiplies the rates."""
    factors = wandering(random, days, len(RATES), restlessness)
    weekday = np.arange(days) % 7
    volume = random.poisson(MAILS_A_DAY * WEEKDAYS[weekday])
    rates = RATES * seasonal(weekday)[:, None] * factors * (1.0 if factor is None else factor)
    having = random.binomial(volume[:, None], np.minimum(rates, 0.95))
    found = random.multinomial(having, TRUE_SHARES)
    others = random.multinomial(volume[:, None] - having, OTHER_SHARES)
    return np.asarray(found + others, dtype=np.float64)
