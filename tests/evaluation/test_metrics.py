"""Our vectorised metrics against scikit-learn and against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as reference
from sklearn.linear_model import LogisticRegression

from tagging.learning.evaluation import metrics
from tagging.learning.evaluation.calibration_quality import (
    brier_skill,
    calibration_error,
    calibration_slope,
    chance_errors,
)

ONCE = np.ones((300, 1), dtype=np.float32)


@pytest.fixture
def cells() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores with ties, labels given from 0.5, and answers: [300, 6]; one label never holds."""
    random = np.random.default_rng(0)
    yes = random.random((300, 6)) < [0.5, 0.3, 0.2, 0.1, 0.05, 0.0]
    scores = np.clip(np.round(random.normal(0.35 + 0.3 * yes, 0.2), 2), 0, 1)
    return scores, scores >= 0.5, yes


def test_average_precision_is_scikit_learns_with_ties_and_with_weights(
    cells: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    scores, _, yes = cells
    weights = np.random.default_rng(1).multinomial(300, np.full(300, 1 / 300), size=20).T.astype(np.float32)
    for label in range(5):
        result = metrics.average_precision(scores[:, label], yes[:, label], weights)
        expected = [
            reference.average_precision_score(yes[:, label], scores[:, label], sample_weight=weights[:, draw])
            for draw in range(20)
        ]
        assert result == pytest.approx(expected, abs=1e-5)
    assert np.isnan(metrics.average_precision(scores[:, 5], yes[:, 5], ONCE)).all()


def test_f1_is_scikit_learns_and_has_no_value_where_nothing_holds(
    cells: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    _, given, yes = cells
    result = metrics.f1(*(metrics.resampled_sums(part, ONCE) for part in (given & yes, given, yes)))[:, 0]
    assert result[:5] == pytest.approx(reference.f1_score(yes[:, :5], given[:, :5], average=None))
    assert np.isnan(result[5])


def test_f1_of_rows_and_ranking_precision_are_scikit_learns(cells: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    scores, given, yes = cells
    expected = reference.f1_score(yes, given, average="samples", zero_division=1.0)
    assert metrics.sample_f1(given, yes).mean() == pytest.approx(expected)
    expected = reference.label_ranking_average_precision_score(yes, scores)
    assert metrics.ranking_precision(scores, yes).mean() == pytest.approx(expected)


def test_brier_skill_is_one_less_the_ratio_of_brier_scores(cells: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    scores, _, yes = cells
    brier = reference.brier_score_loss(yes[:, 0], scores[:, 0])
    always = reference.brier_score_loss(yes[:, 0], np.full(300, yes[:, 0].mean()))
    assert brier_skill(scores[:, 0], yes[:, 0], ONCE)[0] == pytest.approx(1 - brier / always, abs=1e-5)


def test_calibration_error_by_hand_leaves_low_scores_out() -> None:
    """Two bins: three rows at 0.2 of which one holds (gap 0.4/3), two at 0.9 that both hold (gap 0.1)."""
    scores = np.array([0.05, 0.05, 0.2, 0.2, 0.2, 0.9, 0.9])
    yes = np.array([1, 1, 1, 0, 0, 1, 1], dtype=bool)
    once = np.ones((7, 1), dtype=np.float32)
    assert calibration_error(scores, yes, once)[0] == pytest.approx((3 * (1 / 3 - 0.2) + 2 * 0.1) / 5, abs=1e-6)
    assert np.isnan(calibration_error(scores[:2], yes[:2], once[:2])).all()


def test_exactly_right_scores_have_the_error_that_chance_gives_and_wrong_ones_a_larger_one() -> None:
    random = np.random.default_rng(3)
    scores = random.random(300)
    yes = random.random((200, 300)) < scores
    errors = np.array([calibration_error(scores, held, ONCE)[0] for held in yes])
    by_chance = chance_errors(scores)
    assert by_chance.mean() == pytest.approx(errors.mean(), rel=0.05)
    assert np.quantile(by_chance, 0.975) == pytest.approx(np.quantile(errors, 0.975), rel=0.15)
    wrong = calibration_error(scores**2, yes[0], ONCE)[0]
    assert wrong > np.quantile(chance_errors(scores**2), 0.975)
    assert len(chance_errors(np.full(9, 0.05))) == 0


@pytest.mark.parametrize("sureness", [0.5, 1.0, 2.0])
def test_the_slope_finds_how_much_too_sure_scores_are(sureness: float) -> None:
    random = np.random.default_rng(2)
    logits = random.normal(0, 2, 4000)
    yes = random.random(4000) < 1 / (1 + np.exp(-logits))
    scores = (1 / (1 + np.exp(-sureness * logits))).round(4)
    result = calibration_slope(scores, yes, np.arange(4000))
    assert result is not None
    assert result.interval.low < 1 / sureness < result.interval.high
    inner = np.clip(scores, 5e-5, 1 - 5e-5)
    model = LogisticRegression(C=np.inf).fit(np.log(inner / (1 - inner)).reshape(-1, 1), yes)
    assert result.value == pytest.approx(model.coef_[0, 0], abs=2e-3)


def test_there_is_no_slope_where_scores_part_yes_from_no_without_fail() -> None:
    scores, yes = np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, False, True, True])
    assert calibration_slope(scores, yes, np.arange(4)) is None
    assert calibration_slope(np.full(4, 0.5), yes, np.arange(4)) is None
    assert calibration_slope(scores, ~np.zeros(4, dtype=bool), np.arange(4)) is None
