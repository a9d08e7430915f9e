"""Precision, recall and F1 of a label on live traffic, with intervals, from the answers to a drawn sample.

Stratified Beta-Bernoulli estimates (Marchant and Rubinstein 2017): items are put into strata by score; the share of
true labels in a stratum has a Beta posterior from its weighted answers; items without an answer are drawn from it.
Answers are weighted by 1 / inclusion probability (Hájek 1971).
"""

from __future__ import annotations

from math import lgamma

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tagging.quality.intervals import Interval
from tagging.quality.score_bins import BINS, CENTRES, bins_of

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
DOUBTED = 0.1
"""The probability, before any answer, that the scores of a stratum of assigned items mean nothing."""
LEAST_PRIOR = 1e-6
DRAWS = 4000
FEWEST_ASSIGNED = 10
"""Effective answers among assigned items without which there is no precision."""
FEWEST_POSITIVES = 5
"""Answered positives without which there is no recall."""
FEWEST_ANSWERED = 0.6
"""The share of the items that are due that must have an answer: silence depends on how hard an item is."""


class LabelWindow(Struct, frozen=True):
    """The items of a window for one label, scored by the version that serves now."""

    given: Floats
    """[BINS]: all items with the label, by score."""
    not_given: Floats
    """[BINS]: all items without it."""
    bins: NDArray[np.int64]
    """The bin of each drawn item [drawn]; they are among all items."""
    assigned: Bools
    """Whether each has the label [drawn]."""
    inclusion: Floats
    """The probability with which each was drawn at its first decision [drawn]."""
    answers: Answers
    """YES, NO, or UNSEEN where no answer holds [drawn]."""
    due: Bools
    """Whether silence says something [drawn]: people had time, and nobody gave an answer that does not hold."""


def label_window(scores: Floats, assigned: Bools, inclusion: Floats, drawn: Bools, answers: Answers) -> LabelWindow:
    """The window of these items, about which people had time to answer; all arrays are [items]."""
    bins = bins_of(scores)
    return LabelWindow(
        given=np.bincount(bins[assigned], minlength=BINS).astype(float),
        not_given=np.bincount(bins[~assigned], minlength=BINS).astype(float),
        bins=bins[drawn],
        assigned=assigned[drawn],
        inclusion=inclusion[drawn],
        answers=answers[drawn],
        due=np.ones(int(drawn.sum()), dtype=bool),
    )


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
    """The share of the items that are due that have an answer."""


def estimate(window: LabelWindow, seed: int = 0, answered: float | None = None) -> LabelEstimate:
    """Estimate one label. The same input gives the same estimate.

    `answered`: the share of a longer window, which knows better how people answer.
    """
    known, yes = window.answers != UNSEEN, window.answers == YES
    effective = effective_number(np.where(known, 1 / window.inclusion, 0.0)[window.assigned])
    if answered is None:
        answered = float(known[window.due].sum() / max(window.due.sum(), 1))
    has_precision = answered >= FEWEST_ANSWERED and effective >= FEWEST_ASSIGNED
    has_recall = answered >= FEWEST_ANSWERED and yes.sum() >= FEWEST_POSITIVES
    assigned = int(window.given.sum())
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


def strata(given: Floats, not_given: Floats) -> NDArray[np.int64]:
    """The stratum of each bin [2, BINS]: 0 to 4 for items without the label (first row), 5 and 6 with it, by score.

    Each holds about the same sum of √(s(1 - s)), so that the uncertain scores are in the narrowest strata
    (Dalenius and Hodges 1959).
    """
    of = np.empty((2, BINS), dtype=np.int64)
    for row, (counts, first, parts) in enumerate(
        ((not_given, 0, OTHER_STRATA), (given, OTHER_STRATA, ASSIGNED_STRATA))
    ):
        spread = counts * np.sqrt(CENTRES * (1 - CENTRES))
        middle = np.cumsum(spread) - spread / 2
        of[row] = first + np.minimum(middle / max(spread.sum(), 1e-300) * parts, parts - 1).astype(np.int64)
    return of


def _true_labels(window: LabelWindow, random: np.random.Generator) -> tuple[Floats, Floats]:
    """How many items truly have the label, [DRAWS] of those with it and of those without: answered ones as they are.

    The share among items without an answer is that of the answers weighted by (1 - π) / π: those of items that
    had been left out as often.
    """
    of_bins, count = strata(window.given, window.not_given), ASSIGNED_STRATA + OTHER_STRATA
    known, yes = window.answers != UNSEEN, window.answers == YES
    weights, stratum = np.where(known, 1 / window.inclusion - 1, 0.0), of_bins[window.assigned.astype(int), window.bins]

    def total(values: Floats | Bools) -> Floats:
        return np.bincount(stratum, values.astype(float), minlength=count).astype(float)

    def ratio(numerator: Floats, denominator: Floats) -> Floats:
        return np.divide(numerator, denominator, out=np.zeros(count), where=denominator > 0)

    population = np.stack([window.not_given, window.given])
    items, scores = (
        np.bincount(of_bins.ravel(), each.ravel(), minlength=count).astype(float)
        for each in (population, population * CENTRES)
    )
    weight, unanswered = total(weights), np.maximum(items - total(known), 0)
    effective, rate = ratio(weight**2, total(weights**2)), ratio(total(weights * yes), weight)
    share = _shares(ratio(scores, items), effective * rate, effective * (1 - rate), random)
    true = total(yes) + random.binomial(unanswered.astype(np.int64), share).astype(float)
    return true[:, OTHER_STRATA:].sum(axis=1), true[:, :OTHER_STRATA].sum(axis=1)


def _shares(mean: Floats, yes: Floats, no: Floats, random: np.random.Generator) -> Floats:
    """Draws of the share of true labels [DRAWS, strata], by the stratum's mean score and its effective answers.

    Of assigned items the prior is a mixture: one part trusts the scores, the other one, with DOUBTED, says nothing.
    Answers that contradict the scores leave the second (a robust prior: Schmidli and others 2014).
    """
    a, b = _prior(mean)
    share = random.beta(a + yes, b + no, size=(DRAWS, len(mean)))
    doubted = random.beta(1 + yes, 1 + no, size=share.shape)
    odds = DOUBTED / (1 - DOUBTED) * np.exp(_log_beta(1 + yes, 1 + no) + _log_beta(a, b) - _log_beta(a + yes, b + no))
    odds[:OTHER_STRATA] = 0
    return np.where(random.random(share.shape) < odds / (1 + odds), doubted, share)


def _prior(mean: Floats) -> tuple[Floats, Floats]:
    """Both parameters of each stratum's Beta prior, from the stratum's mean score."""
    misses = MISSED_FACTOR * mean[:OTHER_STRATA]
    wrong = WRONG_FACTOR * (1 - mean[OTHER_STRATA:])
    prior = np.clip(np.concatenate([misses, 1 - wrong]), LEAST_PRIOR, 1 - LEAST_PRIOR)
    strength = np.full(len(mean), OTHER_STRENGTH)
    strength[OTHER_STRATA:] = np.clip(ASSIGNED_ERRORS / (1 - prior[OTHER_STRATA:]), 1.0, MOST_STRENGTH)
    return strength * prior, strength * (1 - prior)


def _log_beta(a: Floats, b: Floats) -> Floats:
    """The logarithm of the beta function, by element."""
    return np.array([lgamma(x) + lgamma(y) - lgamma(x + y) for x, y in zip(a, b, strict=True)])


def effective_number(weights: Floats) -> float:
    """As many answers of equal weight as these are worth: (Σw)²/Σw²."""
    squared = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squared if squared else 0.0


def _share(draws: Floats) -> Share:
    low, high = np.percentile(draws, [2.5, 97.5])
    return Share(float(draws.mean()), Interval(float(low), float(high)))
