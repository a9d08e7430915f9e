"""What review finds: the wrong items among those that are reviewed, and the curve of risk over coverage."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from tagging.learning.evaluation.metric_values import MetricValue, share
from tagging.learning.evaluation.predictions import PredictionSet
from tagging.learning.numeric import Bools, Floats

WITHIN_BUDGET = frozenset({"near_threshold"})
"""Reasons that the taxonomy's review share bounds; the others stand outside."""
POINTS = 50


class SeenOfLabel(msgspec.Struct, frozen=True):
    """One label: its wrong cells, and how many of them are in the riskiest share of the items."""

    id: str
    wrong: int
    seen: int


class ReviewQuality(msgspec.Struct, frozen=True):
    """Review by the risk of items (El-Yaniv and Wiener 2010); only labels with an answer make an item wrong."""

    budget: float
    """The taxonomy's review share."""
    flagged: MetricValue
    """Share of items that are reviewed because their labels are uncertain: by reasons within the budget."""
    apart: MetricValue
    """Share of items that are reviewed for other reasons alone."""
    wrong: MetricValue
    seen: MetricValue
    """Share of the wrong items among the riskiest `budget` of all items."""
    seen_in_review: MetricValue
    """Share of the wrong items that are reviewed for any reason."""
    curve: tuple[tuple[float, float], ...]
    """(share of items reviewed, the riskiest first; share of the wrong ones seen)."""
    labels: tuple[SeenOfLabel, ...]
    """Those with a wrong cell, the most wrong first."""


def quality_of_review(predictions: PredictionSet) -> ReviewQuality:
    """Over all rows."""
    cells = (predictions.predicted != predictions.annotations.positive) & predictions.annotations.observed
    wrong = np.asarray(cells.any(axis=1))
    risk = np.array([label_set.risk for label_set in predictions.label_sets])
    flagged = np.array([bool(WITHIN_BUDGET & {*one.review_reasons}) for one in predictions.label_sets], dtype=bool)
    riskiest = _riskiest(risk, predictions.taxonomy.review_share)
    labels = [
        SeenOfLabel(label, int(cells[:, column].sum()), int((cells[:, column] & riskiest).sum()))
        for column, label in enumerate(predictions.labels)
    ]
    return ReviewQuality(
        budget=predictions.taxonomy.review_share,
        flagged=_share(flagged, np.ones_like(flagged), predictions),
        apart=_share(predictions.review & ~flagged, np.ones_like(flagged), predictions),
        wrong=_share(wrong, np.ones_like(wrong), predictions),
        seen=_share(wrong & riskiest, wrong, predictions),
        seen_in_review=_share(wrong & predictions.review, wrong, predictions),
        curve=_curve(risk, wrong),
        labels=tuple(sorted((one for one in labels if one.wrong), key=lambda one: -one.wrong)),
    )


def split_reasons(reasons: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """The reasons within the budget, and the others."""
    within = {reason: count for reason, count in reasons.items() if reason in WITHIN_BUDGET}
    return within, {reason: count for reason, count in reasons.items() if reason not in within}


def _riskiest(risk: Floats, budget: float) -> Bools:
    chosen = np.zeros(len(risk), dtype=bool)
    chosen[np.argsort(-risk, kind="stable")[: round(budget * len(risk))]] = True
    return chosen


def _curve(risk: Floats, wrong: Bools) -> tuple[tuple[float, float], ...]:
    """Empty where nothing is wrong."""
    if not wrong.any():
        return ()
    seen = np.cumsum(wrong[np.argsort(-risk, kind="stable")]) / wrong.sum()
    counts = np.unique(np.linspace(0, len(risk), POINTS + 1).round().astype(int))
    return tuple(
        (round(int(count) / len(risk), 4), round(float(seen[count - 1]) if count else 0.0, 4)) for count in counts
    )


def _share(marked: Bools, of: Bools, predictions: PredictionSet) -> MetricValue:
    return share(marked.astype(float), of.astype(float), predictions.group_of)
