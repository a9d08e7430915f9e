"""The first screen, for managers: the outcome of 100 items, and what the numbers rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from tagging.learning.evaluation import TRIAGE, Evaluation, MetricValue, PredictionSet
from tagging.taxonomy import NumericObjective

OUTCOMES = {
    "right": ("fully right", "every label right, no person needed"),
    "partly": ("partly wrong", "a label too many or too few, but not lost"),
    "review": ("sent to review", "the model is not sure: a person decides"),
    "missed": ("missed", "labels hold, and none of them was found"),
}
"""Outcome -> its name and its meaning, in the order of the page."""
SEEN = "the model has learned from these very rows: all metrics are too good"
FEW_ROWS = 200


@dataclass(frozen=True)
class ReportSource:
    """Bundle and data by their file names, the data's hash, and how many of its rows could not be read."""

    bundle: str
    data: str
    sha256: str
    skipped: int
    seen: bool = False
    """Whether the bundle has learned from these very rows."""
    learned: Mapping[str, str] = field(default_factory=dict, hash=False)
    """The training data by the bundle's manifest."""


@dataclass(frozen=True)
class Card:
    """One outcome: how many of 100 items have it, and the measured share."""

    outcome: str
    name: str
    meaning: str
    count: int
    share: MetricValue


def outcome_cards(evaluation: Evaluation) -> list[Card]:
    """A card for each outcome; their counts add up to 100."""
    shares = [getattr(evaluation.triage, outcome) for outcome in TRIAGE]
    counts = per_hundred([share.value or 0.0 for share in shares])
    return [
        Card(outcome, *OUTCOMES[outcome], count, share)
        for outcome, count, share in zip(TRIAGE, counts, shares, strict=True)
    ]


def per_hundred(shares: Sequence[float]) -> list[int]:
    """Integers that add up to 100, as near to the shares as they can be (largest remainders)."""
    exact = 100 * np.array(shares, dtype=float) / max(sum(shares), 1e-12)
    counts = np.floor(exact).astype(int)
    for index in np.argsort(counts - exact, kind="stable")[: 100 - int(counts.sum())]:
        counts[index] += 1
    return [int(count) for count in counts]


def basis(evaluation: Evaluation, source: ReportSource) -> list[str]:
    """Sentences about the data that the numbers rest on."""
    data = evaluation.data
    sentences = [
        f"{data.tagged:,} {data.item_word}s with answers, {100 * data.known_share:.0f} % of the cells known yes or no, "
        f"{data.positives:,} times yes."
    ]
    if data.sources:
        sentences.append("Sources: " + ", ".join(f"{name} ({count:,})" for name, count in data.sources.items()) + ".")
    if "data" in source.learned:
        sentences.append(f"The model learned from {source.learned['data'].rstrip('.')}.")
    if data.tagged < FEW_ROWS:
        sentences.append(f"Fewer than {FEW_ROWS} {data.item_word}s: read the ranges, not the numbers.")
    if unusable := sum(data.quarantined.values()) + source.skipped:
        sentences.append(f"{unusable} rows could not be read or tagged; no number includes them.")
    if data.unannotated:
        sentences.append(f"The data have no answers for {', '.join(data.unannotated)}.")
    return sentences


def unproven_of(evaluation: Evaluation, predictions: PredictionSet) -> list[str]:
    """The labels that did not meet their objective in training, also those of which the data say nothing."""
    decisions = predictions.tagger.bundle.decisions
    proven = {label_id: decisions[label_id].meets_objective for label_id in predictions.labels}
    proven |= {label.id: label.meets_objective for label in evaluation.labels}
    return [label_id for label_id, meets_objective in proven.items() if not meets_objective]


def floors_of(predictions: PredictionSet) -> list[str]:
    """The labels whose objective is a floor, which asks for a proof, also those of which the data say nothing."""
    objectives = [(label.id, label.objective) for label in predictions.taxonomy.labels.values()]
    return [name for name, objective in objectives if isinstance(objective, NumericObjective) and not objective.cost]
