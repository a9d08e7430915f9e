"""The three functions of probability that estimates need, without scipy, which functions do not load."""

from __future__ import annotations

from math import exp, lgamma, log

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_LEAST = 1e-300
_PRECISION = 1e-14
_MOST_STEPS = 10_000


def xlogy(x: Floats, y: Floats) -> Floats:
    """x · ln y by element; 0 where x is 0."""
    with np.errstate(divide="ignore"):
        return np.asarray(x * np.log(np.where(x == 0, 1.0, y)))


def binomial(trials: int, chance: float) -> Floats:
    """The probability of each number of successes [trials + 1], for a chance between 0 and 1."""
    successes = range(trials + 1)
    ways = np.array([lgamma(trials + 1) - lgamma(each + 1) - lgamma(trials - each + 1) for each in successes])
    counts = np.arange(trials + 1, dtype=float)
    odds = xlogy(counts, np.asarray(chance)) + xlogy(trials - counts, np.asarray(1 - chance))
    return np.asarray(np.exp(ways + odds))


def f_tail(value: float, numerator: float, denominator: float) -> float:
    """The probability that F with these degrees of freedom is above a value: a tail of the beta distribution."""
    if value <= 0:
        return 1.0
    return incomplete_beta(denominator / 2, numerator / 2, denominator / (denominator + numerator * value))


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function (DLMF 8.17), by its continued fraction (8.17.22)."""
    if not 0 < x < 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):  # where the other side converges faster
        return 1 - incomplete_beta(b, a, 1 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    return front / a / _fraction(a, b, x)


def _fraction(a: float, b: float, x: float) -> float:
    """1 + d₁x / (1 + d₂x / (1 + …)), evaluated from the front (Lentz 1976; Thompson and Barnett 1986)."""
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1, _MOST_STEPS):
        m = step // 2
        if step % 2:
            part = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            part = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / (1 + part * d or _LEAST)
        c = 1 + part / c or _LEAST
        value *= c * d
        if abs(c * d - 1) < _PRECISION:
            return value
    raise ArithmeticError(f"the incomplete beta function of {a:g}, {b:g} does not converge at {x:g}")
