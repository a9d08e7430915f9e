"""Simulated daily histograms of scores: a weekly rhythm, and rates that wander from day to day."""

from __future__ import annotations

from math import erf, sqrt

import numpy as np
from numpy.typing import NDArray

from benchmarks.live.traffic import RATES, SEPARATION
from tagging.quality import BINS, HourSummary, LabelCounts, of_label
from tagging.simulation import WEEKDAYS, Restlessness, seasonal, wandering

Floats = NDArray[np.float64]

MAILS_A_DAY = 1000


def daily_scores(
    random: np.random.Generator,
    days: int,
    restlessness: Restlessness,
    factor: Floats | None = None,
    base_rates: Floats = RATES,
) -> Floats:
    """Histograms [days, labels, bins] as drift compares them, from a Monday on.

    `factor` [days, labels] multiplies the rates; labels are given by a calibrated version, with threshold 0.5.
    """
    factors = wandering(random, days, len(base_rates), restlessness)
    weekday = np.arange(days) % 7
    volume = random.poisson(MAILS_A_DAY * WEEKDAYS[weekday])
    rates = base_rates * seasonal(weekday)[:, None] * factors * (1.0 if factor is None else factor)
    having = random.binomial(volume[:, None], np.minimum(rates, 0.95))
    shares = [score_shares(rate) for rate in base_rates]
    return np.array(
        [
            [
                _histogram(random.multinomial(count, found) + random.multinomial(volume[day] - count, others))
                for count, (others, found) in zip(having[day], shares, strict=True)
            ]
            for day in range(days)
        ]
    )


def score_shares(rate: float) -> tuple[Floats, Floats]:
    """The shares of the score bins [BINS], of items without a label of this rate and of those with it.

    As in `traffic`: the logit of a calibrated score is normal, with SEPARATION² between the classes.
    """
    middle = np.log(rate / (1 - rate)) - SEPARATION**2 / 2
    without, having = (_normal_shares(middle + SEPARATION**2 * label) for label in (0, 1))
    return without, having


def _normal_shares(mean: float) -> Floats:
    edges = (np.arange(BINS - 1) * 0.5 - 7.0 - mean) / SEPARATION
    below = np.array([0.0, *((1 + erf(edge / sqrt(2))) / 2 for edge in edges), 1.0])
    return np.diff(below)


def _histogram(scores: NDArray[np.int64]) -> Floats:
    given = np.arange(BINS) >= BINS // 2
    counts = LabelCounts(tuple(np.where(given, scores, 0).tolist()), tuple(np.where(given, 0, scores).tolist()))
    return of_label(HourSummary(labels={"label": counts}), "label")
