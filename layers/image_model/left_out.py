"""What heads that have never seen a source take its images for: whether `kind` has learned kinds, or sources."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from layers.image_model.heads import Places, taxonomy_of_images, train
from layers.image_model.image_rows import VAL
from tagging.learning.data import Row
from tagging.learning.evaluation import PredictionSet, predict_rows
from tagging.start import load_bundle

RECALL = 0.95
"""In-source recall at which the false alarms of different models are compared."""
SOUGHT = ("garment", "grocery")


@dataclass(frozen=True)
class LeftOut:
    """Images of a source, of which none is a garment or grocery, by a model that was trained without the source."""

    source: str
    images: int
    false: float
    """Share that gets garment or grocery, by the thresholds that the model is served with."""
    garment_recall: float
    """By the same thresholds, over the validation images of the other sources."""
    grocery_recall: float
    false_at_recall: float
    """Share that reaches the score from which RECALL of those are found, of garment or of grocery."""
    recall: float = RECALL


def check_left_out(rows: Sequence[Row], source: str, encoder: Path, cache: Path | None = None) -> LeftOut:
    """Learn heads without the source, and tag all its images; `encoder` must have been trained without it too."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "bundle"
        train(rows, taxonomy_of_images(), Places(encoder, out, cache), without=source)
        tagger = load_bundle(out)
    unseen = predict_rows(tagger, [row for row in rows if row.source == source])
    seen = predict_rows(tagger, [row for row in rows if row.split == VAL and row.source in ("clothing", "grocery")])
    false = np.zeros(len(unseen.rows), dtype=bool)
    at_recall = false.copy()
    recalls = []
    for label in SOUGHT:
        column = unseen.labels.index(label)
        held = seen.answers.positive[:, column]
        false |= unseen.predicted[:, column]
        recalls.append(round(float(seen.predicted[held, column].mean()), 4))
        at_recall |= unseen.scores[:, column] >= reached_by(seen, column)
    return LeftOut(
        source=source,
        images=len(unseen.rows),
        false=round(float(false.mean()), 4),
        garment_recall=recalls[0],
        grocery_recall=recalls[1],
        false_at_recall=round(float(at_recall.mean()), 4),
    )


def reached_by(seen: PredictionSet, column: int) -> float:
    """The highest score that RECALL of the images with the label reach."""
    scores = np.sort(seen.scores[seen.answers.positive[:, column], column])
    return float(scores[int(np.floor((1 - RECALL) * len(scores)))])
