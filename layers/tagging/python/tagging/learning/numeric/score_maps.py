"""From logits of items that heads did not see to maps that make them probabilities: as fine as the examples allow."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import minimize
from sklearn.isotonic import IsotonicRegression

from tagging.learning.numeric.arrays import Answers, Bools, Floats
from tagging.learning.numeric.lbfgs import Loss, WholeRows, minimise

FEWEST = 5
"""Known yes, and known no, below which nothing is learned: the logit is taken as it is."""
OWN_FROM = 30
"""Known yes from which a label has a Platt map of its own; below, it has its head's."""
ISOTONIC_FROM = 200
"""Known yes from which it has an isotonic map."""
YES_PER_STEP = 10
"""Known yes that one step of an isotonic map rests on at least: a step on fewer would follow chance."""


@dataclass(frozen=True)
class ScoreMap:
    """How one label's logit becomes a score; what `Decision` keeps of it."""

    slope: float = 1.0
    intercept: float = 0.0
    breakpoints: tuple[tuple[float, float], ...] = ()


def independent_maps(logits: Floats, answers: Answers, repeats: float = 1.0) -> list[ScoreMap]:
    """One map per label of a head whose labels are independent [items, labels]; `repeats`: items per labelled row."""
    held = answers.positive & answers.observed
    pooled = platt(logits[answers.observed], held[answers.observed]) or ScoreMap()
    maps: list[ScoreMap] = []
    for label in range(logits.shape[1]):
        known = answers.observed[:, label]
        own, yes = logits[known, label], held[known, label]
        found: ScoreMap | None = None
        rows = yes.sum() / repeats
        if rows >= ISOTONIC_FROM:
            found = isotonic(own, yes, round(YES_PER_STEP * repeats))
        if found is None and rows >= OWN_FROM:
            found = platt(own, yes)
        maps.append(found or pooled)
    return maps


def platt(logits: Floats, yes: Bools) -> ScoreMap | None:
    """The logistic map of Platt 1999, towards his targets, which keep it finite; None where it cannot be learned.

    It must rise, or it is not used: it may not turn the order of scores around.
    """
    held, not_held = int(yes.sum()), int((~yes).sum())
    if min(held, not_held) < FEWEST:
        return None
    targets = np.where(yes, (held + 1) / (held + 2), 1 / (not_held + 2))[:, None]
    middle, spread = float(logits.mean()), float(logits.std()) or 1.0
    # So much mass that the penalty on the weight, which is meant for heads, does not count.
    mass = np.full(targets.shape, 1e3)
    rows = WholeRows(((logits - middle) / spread)[:, None])
    weight, bias = minimise(Loss(rows, targets, mass, np.zeros(targets.shape)), 1e-7)
    slope = float(weight[0, 0]) / spread
    return ScoreMap(round(slope, 6), round(float(bias[0]) - slope * middle, 6)) if slope > 0 else None


def isotonic(logits: Floats, yes: Bools, yes_per_step: int = YES_PER_STEP) -> ScoreMap | None:
    """Isotonic regression (Zadrozny and Elkan 2002) over steps of so many known yes, joined by straight lines.

    A step's probability is drawn by one item towards the half, so that none is 0 or 1. None where one step is left.
    """
    edges = np.unique(np.sort(logits[yes])[::yes_per_step])
    step_of = np.searchsorted(edges, logits, side="right")
    counts = np.bincount(step_of)
    there = np.flatnonzero(counts)
    counts, hits = counts[there], np.bincount(step_of, weights=yes)[there]
    middles = np.bincount(step_of, weights=logits)[there] / counts
    shares = (hits + 0.5) / (counts + 1)
    if len(there) < 2:
        return None
    fitted = IsotonicRegression().fit_transform(middles, shares, sample_weight=counts)
    # Of a level stretch only the ends matter.
    kept = [
        place
        for place in range(len(fitted))
        if place in (0, len(fitted) - 1) or not fitted[place - 1] == fitted[place] == fitted[place + 1]
    ]
    breakpoints = tuple((round(float(middles[place]), 4), round(float(fitted[place]), 4)) for place in kept)
    rising = all(one[0] < other[0] for one, other in pairwise(breakpoints))
    return ScoreMap(breakpoints=breakpoints) if rising and breakpoints[0][1] < breakpoints[-1][1] else None


def exclusive_maps(logits: Floats, answers: Answers) -> list[ScoreMap]:
    """Maps for a head of which at most one label holds: one slope for all (temperature, Guo et al. 2017), and from
    OWN_FROM known yes an intercept per label.

    Learned on items that hold exactly one of its labels, and on those that hold none, towards even scores; where there
    are too few, logits are taken as they are.
    """
    held = answers.positive & answers.observed
    one, none = held.sum(axis=1) == 1, ~held.any(axis=1) & answers.observed.all(axis=1)
    counts = held[one].sum(axis=0)
    if one.sum() < OWN_FROM or (counts > 0).sum() < 2:
        return [ScoreMap()] * logits.shape[1]
    rows, own = logits[one | none], counts >= OWN_FROM
    targets = np.where(one[:, None], held, 1 / logits.shape[1])[one | none]

    def loss(point: Floats) -> tuple[float, Floats]:
        mapped = np.exp(point[0]) * rows + np.where(own, point[1:], 0.0)
        logs = mapped - mapped.max(axis=1, keepdims=True)
        logs = logs - np.log(np.exp(logs).sum(axis=1, keepdims=True))
        errors = np.exp(logs) - targets
        slope = np.concatenate([[(errors * rows).sum() * np.exp(point[0])], np.where(own, errors.sum(axis=0), 0.0)])
        # A penalty worth one item keeps intercepts finite where items can be told apart without fail.
        return -float((targets * logs).sum()) + 0.5 * float((point**2).sum()), slope + point

    found = minimize(loss, np.zeros(logits.shape[1] + 1), jac=True, method="L-BFGS-B").x
    slope = round(float(np.exp(found[0])), 6)
    return [ScoreMap(slope, round(float(found[1 + label]), 6) if own[label] else 0.0) for label in range(len(own))]
