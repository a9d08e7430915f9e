"""How many labels' scores can be read as probabilities on held-out items, by the bars that a bundle is measured by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tagging.learning.evaluation import brier_skill, calibration_error, calibration_slope, chance_errors
from tagging.learning.numeric import Answers, Floats

TELLING_POSITIVES = 50
DRAWS = 400
SLOPES = (0.7, 1.4)
MOST_ERROR = 0.08


@dataclass(frozen=True)
class Calibrated:
    """Of the labels with at least TELLING_POSITIVES known yes, how many keep each bar."""

    labels: int
    skill: int
    """Brier skill with the lower end of its 95 % interval above 0."""
    slope: int
    """Slope within SLOPES, or none because yes and no are apart."""
    error: int
    """Expected calibration error, over items that score at least 0.1, at most MOST_ERROR."""
    error_by_chance: int
    """Labels with a larger error that exactly right scores may have as well: within the middle 95 % of replays."""
    mean_error: float
    chance_error: float
    """What the mean error would be if every score were exactly right: so few items are never spread evenly."""
    worst_error: float
    slopes: tuple[float, float]
    """The lowest and the highest."""


def calibrated(scores: Floats, answers: Answers, repeats: int = 1) -> Calibrated:
    """Judge the labels of `scores` [items, labels]; intervals by a bootstrap over items, that is, of test sampling.

    Where items are composed of rows, each in `repeats` of them, labels count by the rows that hold them.
    """
    random = np.random.default_rng(0)
    skills, slopes, errors, by_chance, at_most = [], [], [], [], []
    for label in range(scores.shape[1]):
        known = answers.known[:, label]
        own, yes = scores[known, label], answers.yes[known, label]
        if yes.sum() < TELLING_POSITIVES * repeats:
            continue
        draws = random.multinomial(len(own), np.full(len(own), 1 / len(own)), DRAWS).T.astype(np.float32)
        once = np.ones((len(own), 1), dtype=np.float32)
        skills.append(float(np.percentile(brier_skill(own, yes, draws), 2.5)))
        found = calibration_slope(own, yes, np.arange(len(own)))
        slopes.append(1.0 if found is None else found.value)
        errors.append(float(calibration_error(own, yes, once)[0]))
        replayed = chance_errors(own)
        by_chance.append(float(replayed.mean()) if len(replayed) else 0.0)
        at_most.append(float(np.percentile(replayed, 97.5)) if len(replayed) else 0.0)
    return Calibrated(
        labels=len(skills),
        skill=sum(skill > 0 for skill in skills),
        slope=sum(SLOPES[0] <= slope <= SLOPES[1] for slope in slopes),
        error=sum(error <= MOST_ERROR for error in errors),
        error_by_chance=sum(MOST_ERROR < error <= most for error, most in zip(errors, at_most, strict=True)),
        mean_error=round(float(np.mean(errors or [0.0])), 4),
        chance_error=round(float(np.mean(by_chance or [0.0])), 4),
        worst_error=round(max(errors, default=0.0), 4),
        slopes=(round(min(slopes, default=1.0), 3), round(max(slopes, default=1.0), 3)),
    )
