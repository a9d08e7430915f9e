"""Functions of probability without scipy, beside scipy's."""

import numpy as np
import pytest
from scipy import special, stats

from tagging.quality.distributions import binomial, f_tail, incomplete_beta, xlogy


@pytest.mark.parametrize("numerator", [1, 2, 4, 7])
@pytest.mark.parametrize("denominator", [1, 3, 21, 84, 400])
def test_the_tail_of_f_is_scipys_also_where_it_is_tiny(numerator: float, denominator: float) -> None:
    values = [0.0, 1e-6, 0.01, 0.5, 1.0, 2.5, 10.0, 60.0, 900.0]
    ours = [f_tail(value, numerator, denominator) for value in values]
    assert ours == pytest.approx(stats.f.sf(values, numerator, denominator), rel=1e-9, abs=0)


def test_the_incomplete_beta_function_is_scipys() -> None:
    for a in (0.5, 1.0, 3.5, 40.0, 900.0):
        for b in (0.5, 2.0, 33.3, 700.0):
            for x in (0.0, 1e-9, 0.01, 0.3, 0.5, 0.77, 0.999, 1.0):
                assert incomplete_beta(a, b, x) == pytest.approx(special.betainc(a, b, x), rel=1e-8, abs=1e-13)


@pytest.mark.parametrize("trials", [0, 1, 7, 300])
@pytest.mark.parametrize("chance", [0.0, 1e-4, 0.2, 0.5, 0.99, 1.0])
def test_binomial_chances_are_scipys(trials: int, chance: float) -> None:
    expected = stats.binom.pmf(np.arange(trials + 1), trials, chance)
    assert binomial(trials, chance) == pytest.approx(expected, rel=1e-9, abs=1e-280)


def test_x_log_y_is_0_where_x_is_0() -> None:
    x, y = np.array([0.0, 0.0, 2.0]), np.array([0.0, 5.0, 3.0])
    assert xlogy(x, y) == pytest.approx(special.xlogy(x, y))
