"""Precision, recall and F1 of a label on live traffic, with intervals, from the answers to a drawn sample.

Stratified Beta-Bernoulli estimates (Marchant and Rubinstein 2017): items are put into strata by score; the share of
true labels in a stratum has a Beta posterior from its weighted answers; items without an answer are drawn from it.
Answers are weighted by 1 / inclusion probability (Hájek 1971).
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tagging.quality.intervals import Interval

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Answers = NDArray[np.int8]

YES, NO, UNSEEN = 1, 0, -1
ASSIGNED_STRATA, OTHER_STRATA = 2, 5
MISSED_FACTOR, WRONG_FACTOR = 3.0, 2.0
"""The prior expects this many times as many misses, and wrong labels, as the scores do: versions that are too sure of
themselves are common, and answers among sure scores are few."""
OTHER_STRENGTH = 1.0
"""The prior counts as much as this many answers in each stratum of items without the label."""
ASSIGNED_ERRORS, MOST_STRENGTH = 0.5, 20.0
"""The prior counts as many answers in each stratum of assigned items as hold half an error, from 1 to 20. With one
answer throughout, intervals of labels that are nearly always right exclude the errors that nobody has seen yet:
they cover .89 instead of .95."""
LEAST_PRIOR = 1e-6
DRAWS = 4000
FEWEST_ASSIGNED = 10
"""Effective answers among assigned items without which there is no precision."""
FEWEST_POSITIVES = 5
"""Answered positives without which there is no recall."""
FEWEST_ANSWERED = 0.6
"""The share of the drawn items that must have an answer: silence depends on how hard an item is."""


class LabelWindow(Struct, frozen=True):
    """All items of a window for one label, scored by the version that serves now; each array is [items]."""

    scores: Floats
    """Calibrated, 0 to 1."""
    assigned: Bools
    inclusion: Floats
    """The probability with which the item was drawn at its first decision."""
    drawn: Bools
    answers: Answers
    """YES, NO, or UNSEEN where nobody answered; only drawn items have one."""


class Share(Struct, frozen=True):
    """An estimated share with its 95 % interval."""

    value: float
    interval: Interval


class LabelEstimate(Struct, frozen=True):
    """What the answers say of one label; None where they are too few."""

    precision: Share | None
    recall: Share | None
    f1: Share | None
    answers: int
    effective_answers: float
    """Answers among assigned items, as many unweighted ones would be worth (Kish 1965)."""
    positives: int
    answered: float
    """The share of drawn items that have an answer."""


def estimate(window: LabelWindow, seed: int = 0) -> LabelEstimate:
    """Estimate one label. The same input gives the same estimate."""
    known, yes = window.answers != UNSEEN, window.answers == YES
    effective = _effective(np.where(known, 1 / window.inclusion, 0.0)[window.assigned])
    answered = float(known.sum() / max(window.drawn.sum(), 1))
    has_precision = answered >= FEWEST_ANSWERED and effective >= FEWEST_ASSIGNED
    has_recall = answered >= FEWEST_ANSWERED and yes.sum() >= FEWEST_POSITIVES
    assigned = int(window.assigned.sum())
    found, missed = _true_labels(window, np.random.default_rng(seed))
    return LabelEstimate(
        precision=_share(found / assigned) if has_precision else None,
        recall=_share(found / np.maximum(found + missed, 1)) if has_recall else None,
        f1=_share(2 * found / (assigned + found + missed)) if has_precision and has_recall else None,
        answers=int(known.sum()),
        effective_answers=effective,
        positives=int(yes.sum()),
        answered=answered,
    )


def strata(scores: Floats, assigned: Bools) -> NDArray[np.int64]:
    """The stratum of each item: 0 to 4 for items without the label, 5 and 6 with it, by rising score.

    Each holds the same sum of √(s(1 - s)), so that the uncertain scores are in the narrowest strata
    (Dalenius and Hodges 1959).
    """
    of = np.empty(len(scores), dtype=np.int64)
    for chosen, first, count in ((~assigned, 0, OTHER_STRATA), (assigned, OTHER_STRATA, ASSIGNED_STRATA)):
        spread = np.sqrt(scores[chosen] * (1 - scores[chosen])) + 1e-9
        order = np.argsort(scores[chosen], kind="stable")
        cumulative = np.cumsum(spread[order])
        part = np.minimum((cumulative / cumulative[-1:] * count).astype(np.int64), count - 1)
        ranked = np.empty(len(order), dtype=np.int64)
        ranked[order] = first + part
        of[chosen] = ranked
    return of


def _true_labels(window: LabelWindow, random: np.random.Generator) -> tuple[Floats, Floats]:
    """How many items truly have the label, [DRAWS] of those with it and of those without: answered ones as they are.

    The share among items without an answer is that of the answers weighted by (1 - π) / π: those of items that
    had been left out as often.
    """
    stratum, count = strata(window.scores, window.assigned), ASSIGNED_STRATA + OTHER_STRATA
    known, yes = window.answers != UNSEEN, window.answers == YES
    weights = np.where(known, 1 / window.inclusion - 1, 0.0)

    def total(values: Floats | Bools) -> Floats:
        return np.bincount(stratum, values.astype(float), minlength=count).astype(float)

    def ratio(numerator: Floats, denominator: Floats) -> Floats:
        return np.divide(numerator, denominator, out=np.zeros(count), where=denominator > 0)

    weight, unanswered = total(weights), total(~known)
    effective, rate = ratio(weight**2, total(weights**2)), ratio(total(weights * yes), weight)
    prior, strength = _prior(ratio(total(window.scores), unanswered + total(known)))
    share = random.beta(
        strength * prior + effective * rate, strength * (1 - prior) + effective * (1 - rate), size=(DRAWS, count)
    )
    true = total(yes) + random.binomial(unanswered.astype(np.int64), share).astype(float)
    return true[:, OTHER_STRATA:].sum(axis=1), true[:, :OTHER_STRATA].sum(axis=1)


def _prior(mean: Floats) -> tuple[Floats, Floats]:
    """Mean and strength (in answers) of each stratum's Beta prior, from the stratum's mean score."""
    misses = MISSED_FACTOR * mean[:OTHER_STRATA]
    wrong = WRONG_FACTOR * (1 - mean[OTHER_STRATA:])
    prior = np.clip(np.concatenate([misses, 1 - wrong]), LEAST_PRIOR, 1 - LEAST_PRIOR)
    strength = np.full(len(mean), OTHER_STRENGTH)
    strength[OTHER_STRATA:] = np.clip(ASSIGNED_ERRORS / (1 - prior[OTHER_STRATA:]), 1.0, MOST_STRENGTH)
    return prior, strength


def _effective(weights: Floats) -> float:
    """As many answers of equal weight as these are worth: (Σw)²/Σw²."""
    squared = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squared if squared else 0.0


def _share(draws: Floats) -> Share:
    low, high = np.percentile(draws, [2.5, 97.5])
    return Share(float(draws.mean()), Interval(float(low), float(high)))
