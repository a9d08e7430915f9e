"""Maps from out-of-fold logits to probabilities: as fine as the number of examples allows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from sklearn.isotonic import IsotonicRegression

from tagging.learning.numeric.arrays import Annotations, Bools, Floats, Ints
from tagging.learning.numeric.lbfgs import DenseRows, Loss, minimise

FEWEST = 5
"""Positives, and negatives, below which no map is learned: the logit is used as it is."""
OWN_FROM = 30
"""Positives from which a label has a Platt map of its own; with fewer, it has its head's."""
ISOTONIC_FROM = 200
"""Positives from which a label has an isotonic map."""
NONE_FROM = 100
"""Items without a label from which the scores of an exclusive head compare its labels with none."""
FEWEST_NONE = 30
"""The same where they are at least a quarter as many as the items with a label: few rows beside a background."""
POSITIVES_PER_STEP = 10
"""Positives in one step of an isotonic map at least: a step on fewer would follow chance."""
TILT = 0.25
"""Part of the smaller gap to the neighbouring blocks by which an isotonic map falls and rises within a block: with
level blocks, more than half of the scores above 0.9 were equal."""


@dataclass(frozen=True)
class ScoreMap:
    """How one label's logit becomes a score, as in `Decision`."""

    slope: float = 1.0
    intercept: float = 0.0
    breakpoints: tuple[tuple[float, float], ...] = ()
    beside_none: bool = False


def independent_maps(logits: Floats, annotations: Annotations, repeats: float = 1.0) -> list[ScoreMap]:
    """One map per label of a head whose labels are independent [items, labels]; `repeats`: items per labelled row."""
    known_positive = annotations.positive & annotations.observed
    pooled = platt(logits[annotations.observed], known_positive[annotations.observed]) or ScoreMap()
    maps: list[ScoreMap] = []
    for label in range(logits.shape[1]):
        observed = annotations.observed[:, label]
        own, positive = logits[observed, label], known_positive[observed, label]
        score_map: ScoreMap | None = None
        rows = positive.sum() / repeats
        if rows >= ISOTONIC_FROM:
            score_map = isotonic(own, positive, round(POSITIVES_PER_STEP * repeats))
        if score_map is None and rows >= OWN_FROM:
            score_map = platt(own, positive)
        maps.append(score_map or pooled)
    return maps


def platt(logits: Floats, positive: Bools) -> ScoreMap | None:
    """The logistic map of Platt 1999, towards his targets, which keep it finite; None where it cannot be learned.

    None too where it does not rise: it must not reverse the order of scores.
    """
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if min(positives, negatives) < FEWEST:
        return None
    targets = np.where(positive, (positives + 1) / (positives + 2), 1 / (negatives + 2))[:, None]
    middle, spread = float(logits.mean()), float(logits.std()) or 1.0
    # The sample weights are so large that the penalty on the slope, which is meant for heads, has no effect.
    sample_weights = np.full(targets.shape, 1e3)
    rows = DenseRows(((logits - middle) / spread)[:, None])
    weight, bias = minimise(Loss(rows, targets, sample_weights, np.zeros(targets.shape)), 1e-7)
    slope = float(weight[0, 0]) / spread
    return ScoreMap(round(slope, 6), round(float(bias[0]) - slope * middle, 6)) if slope > 0 else None


def isotonic(logits: Floats, positive: Bools, positives_per_step: int = POSITIVES_PER_STEP) -> ScoreMap | None:
    """Isotonic regression (Zadrozny and Elkan 2002) over steps of so many positives, joined by straight lines.

    Steps of equal share are one block, within which the line rises by TILT. It ends half-way to 0 at the lowest logit
    and half-way to 1 at the highest. Half a positive and half a negative are added to each block. None if only one
    block remains.
    """
    edges = np.unique(np.sort(logits[positive])[::positives_per_step])
    step_of = np.searchsorted(edges, logits, side="right")
    counts = np.bincount(step_of)
    there = np.flatnonzero(counts)
    weights, positives = counts[there].astype(np.float64), np.bincount(step_of, weights=positive)[there]
    middles = np.bincount(step_of, weights=logits)[there] / weights
    block_of = _pooled(positives / weights, weights)
    in_block = np.bincount(block_of, weights=weights).astype(np.float64)
    shares: Floats = (np.bincount(block_of, weights=positives) + 0.5) / (in_block + 1)
    again = _pooled(shares, in_block)  # with the halves, a small block may no longer be above the one before
    block_of = again[block_of]
    shares = np.bincount(again, weights=shares * in_block) / np.bincount(again, weights=in_block)
    if len(shares) < 2:
        return None
    first = np.searchsorted(block_of, np.arange(len(shares)))
    last = np.append(first[1:], len(block_of)) - 1
    gaps = np.diff(shares, prepend=0.0, append=1.0)
    rise = np.where(last > first, TILT * np.minimum(gaps[:-1], gaps[1:]), 0.0)
    positions = [logits.min(), *np.stack([middles[first], middles[last]], axis=1).ravel(), logits.max()]
    heights = [shares[0] / 2, *np.stack([shares - rise, shares + rise], axis=1).ravel(), (1 + shares[-1]) / 2]
    points = zip(np.round(positions, 4).tolist(), np.clip(heights, 1e-4, 1 - 1e-4).round(4).tolist(), strict=True)
    return ScoreMap(breakpoints=tuple(dict(points).items()))


def _pooled(shares: Floats, weights: Floats) -> Ints:
    """The block of each step, from 0: neighbours that an isotonic fit to these shares makes equal are one."""
    fitted = IsotonicRegression().fit_transform(np.arange(len(shares)), shares, sample_weight=weights)
    return np.cumsum(np.diff(fitted, prepend=fitted[0]) > 0)


def exclusive_maps(logits: Floats, annotations: Annotations) -> list[ScoreMap]:
    """Maps for a head of which at most one label holds: one slope for all (temperature, Guo et al. 2017), and from
    OWN_FROM positives an intercept per label.

    Learned on items that hold exactly one of its labels, and on those that hold none, towards even scores; if there
    are too few, logits are used as they are.
    """
    known_positive = annotations.positive & annotations.observed
    one, none = known_positive.sum(axis=1) == 1, ~known_positive.any(axis=1) & annotations.observed.all(axis=1)
    counts = known_positive[one].sum(axis=0)
    if one.sum() < OWN_FROM or (counts > 0).sum() < 2:
        return [ScoreMap()] * logits.shape[1]
    if none.sum() >= NONE_FROM or none.sum() >= max(FEWEST_NONE, one.sum() / 4):
        return _maps_beside_none(logits[one | none], known_positive[one | none])
    rows, own = logits[one | none], counts >= OWN_FROM
    targets = np.where(one[:, None], known_positive, 1 / logits.shape[1])[one | none]

    def loss(point: Floats) -> tuple[float, Floats]:
        mapped = np.exp(point[0]) * rows + np.where(own, point[1:], 0.0)
        logs = mapped - mapped.max(axis=1, keepdims=True)
        logs = logs - np.log(np.exp(logs).sum(axis=1, keepdims=True))
        errors = np.exp(logs) - targets
        slope = np.concatenate([[(errors * rows).sum() * np.exp(point[0])], np.where(own, errors.sum(axis=0), 0.0)])
        # A penalty with the weight of one item keeps intercepts finite where items are perfectly separable.
        return -float((targets * logs).sum()) + 0.5 * float((point**2).sum()), slope + point

    point = minimize(loss, np.zeros(logits.shape[1] + 1), jac=True, method="L-BFGS-B").x
    slope = round(float(np.exp(point[0])), 6)
    return [ScoreMap(slope, round(float(point[1 + label]), 6) if own[label] else 0.0) for label in range(len(own))]


def _maps_beside_none(logits: Floats, positive: Bools) -> list[ScoreMap]:
    """One slope and one intercept for all labels, beside none with the logit 0, for items of one label or none."""
    targets = np.hstack([positive, ~positive.any(axis=1, keepdims=True)])

    def loss(point: Floats) -> tuple[float, Floats]:
        slope, intercept = np.exp(point[0]), point[1]
        mapped = np.hstack([slope * logits + intercept, np.zeros((len(logits), 1))])
        logs = mapped - mapped.max(axis=1, keepdims=True)
        logs = logs - np.log(np.exp(logs).sum(axis=1, keepdims=True))
        errors = (np.exp(logs) - targets)[:, :-1]
        gradient = np.array([(errors * logits).sum() * slope, errors.sum()])
        return -float((targets * logs).sum()) + 0.5 * float((point**2).sum()), gradient + point

    point = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B").x
    found = ScoreMap(round(float(np.exp(point[0])), 6), round(float(point[1]), 6), beside_none=True)
    return [found] * logits.shape[1]
