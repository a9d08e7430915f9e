"""Leave one source out: how heads trained without a source label its images; did `kind` learn kinds, or sources?"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from layers.image_model.heads import Paths, taxonomy_of_images, train
from layers.image_model.image_rows import VAL
from tagging.learning.data import Example
from tagging.learning.evaluation import PredictionSet, predict_rows
from tagging.start import load_bundle

RECALL = 0.95
"""In-source recall at which the false alarms of different models are compared."""
KINDS = ("garment", "grocery")


@dataclass(frozen=True)
class UnseenSourceResult:
    """Results for a source without garments and groceries, by a model that was trained without the source."""

    source: str
    images: int
    false: float
    """Share labelled garment or grocery, at the thresholds of the bundle."""
    garment_recall: float
    """At the same thresholds, over the validation images of the other sources."""
    grocery_recall: float
    false_at_recall: float
    """Share labelled garment or grocery, at thresholds where those have recall RECALL."""
    recall: float = RECALL


def check_unseen_source(
    rows: Sequence[Example], source: str, encoder: Path, cache: Path | None = None
) -> UnseenSourceResult:
    """Train heads without the source and tag all its images; `encoder` must have been trained without it too."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "bundle"
        train(rows, taxonomy_of_images(), Paths(encoder, out, cache), without=source)
        tagger = load_bundle(out)
    unseen = predict_rows(tagger, [row for row in rows if row.source == source])
    seen = predict_rows(tagger, [row for row in rows if row.split == VAL and row.source in ("clothing", "grocery")])
    false = np.zeros(len(unseen.rows), dtype=bool)
    at_recall = false.copy()
    recalls = []
    for label in KINDS:
        column = unseen.labels.index(label)
        positive = seen.annotations.positive[:, column]
        false |= unseen.predicted[:, column]
        recalls.append(round(float(seen.predicted[positive, column].mean()), 4))
        at_recall |= unseen.scores[:, column] >= threshold_at_recall(seen, column)
    return UnseenSourceResult(
        source=source,
        images=len(unseen.rows),
        false=round(float(false.mean()), 4),
        garment_recall=recalls[0],
        grocery_recall=recalls[1],
        false_at_recall=round(float(at_recall.mean()), 4),
    )


def threshold_at_recall(seen: PredictionSet, column: int) -> float:
    """The highest threshold at which the label has recall RECALL."""
    scores = np.sort(seen.scores[seen.annotations.positive[:, column], column])
    return float(scores[int(np.floor((1 - RECALL) * len(scores)))])
