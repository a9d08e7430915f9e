"""How many labels have scores that can be read as probabilities, by the limits that bundles are measured against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tagging.learning.evaluation import brier_skill, calibration_error, calibration_slope, chance_errors
from tagging.learning.numeric import Annotations, Floats

MIN_POSITIVES = 50
DRAWS = 400
SLOPES = (0.7, 1.4)
MAX_ERROR = 0.08


@dataclass(frozen=True)
class CalibrationSummary:
    """Of the labels with at least MIN_POSITIVES known positives: how many keep each limit."""

    labels: int
    skill: int
    """Brier skill with the lower end of its 95 % interval above 0."""
    slope: int
    """Slope within SLOPES, or undefined because positives and negatives are separable."""
    error: int
    """Expected calibration error, over items with a score of at least 0.1, of at most MAX_ERROR."""
    error_by_chance: int
    """Labels with a larger error that exact scores could have too: within the middle 95 % of simulations."""
    mean_error: float
    chance_error: float
    """The mean error that exact scores would have: with few items it is above 0."""
    worst_error: float
    slopes: tuple[float, float]
    """The lowest and the highest."""


def summarise_calibration(scores: Floats, annotations: Annotations, repeats: int = 1) -> CalibrationSummary:
    """Check every label of `scores` [items, labels]; intervals by a bootstrap over items, that is, over test sampling.

    Where items are composed of rows and each row is in `repeats` items, labels count by their rows.
    """
    random = np.random.default_rng(0)
    skills, slopes, errors, chance, upper_limits = [], [], [], [], []
    for label in range(scores.shape[1]):
        known = annotations.observed[:, label]
        label_scores, positive = scores[known, label], annotations.positive[known, label]
        if positive.sum() < MIN_POSITIVES * repeats:
            continue
        count = len(label_scores)
        weights = random.multinomial(count, np.full(count, 1 / count), DRAWS).T.astype(np.float32)
        skills.append(float(np.percentile(brier_skill(label_scores, positive, weights), 2.5)))
        slope = calibration_slope(label_scores, positive, np.arange(count))
        slopes.append(1.0 if slope is None else slope.value)
        equal_weights = np.ones((count, 1), dtype=np.float32)
        errors.append(float(calibration_error(label_scores, positive, equal_weights)[0]))
        simulated = chance_errors(label_scores)
        chance.append(float(simulated.mean()) if len(simulated) else 0.0)
        upper_limits.append(float(np.percentile(simulated, 97.5)) if len(simulated) else 0.0)
    return CalibrationSummary(
        labels=len(skills),
        skill=sum(skill > 0 for skill in skills),
        slope=sum(SLOPES[0] <= slope <= SLOPES[1] for slope in slopes),
        error=sum(error <= MAX_ERROR for error in errors),
        error_by_chance=sum(MAX_ERROR < error <= limit for error, limit in zip(errors, upper_limits, strict=True)),
        mean_error=round(float(np.mean(errors or [0.0])), 4),
        chance_error=round(float(np.mean(chance or [0.0])), 4),
        worst_error=round(max(errors, default=0.0), 4),
        slopes=(round(min(slopes, default=1.0), 3), round(max(slopes, default=1.0), 3)),
    )
