"""Metrics of an encoder by linear heads on its features: tags of one source, screenshots, kinds on unseen sources.

Heads are fitted on the images that the encoder was trained on; C and thresholds come from the calibration images,
which it was not trained on; then the heads are fitted once more on both. Metrics are of the sets' own validation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from layers.image_model.image_splits import LabelledImage, Split
from layers.image_model.targets import kind_of
from tagging.learning.heads import Hyperparameters, Linear, fit, fit_exclusive, learnable
from tagging.learning.numeric import Annotations, tuned_thresholds

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
PENALTIES = (1.0, 4.0, 16.0)
BALANCES = (0.0, 0.5)
RECALL = 0.95
ALWAYS = frozenset({"clothing", "screenshot"})
"""Tags that name their source: they hold for nearly all of its images, and would inflate the metrics."""
FEWEST = 5
"""Positives in the measured images that a tag needs to count for mAP."""


@dataclass(frozen=True)
class EncodedImages:
    """All images of labels.csv with their features: rows in the same order."""

    images: Sequence[LabelledImage]
    splits: Sequence[Split]
    features: Floats
    """[images, dimension], scaled to a mean length of 1."""

    def rows(self, split: Split, sources: Sequence[str]) -> Bools:
        images = zip(self.images, self.splits, strict=True)
        return np.array([one == split and image.source in sources for image, one in images])


@dataclass(frozen=True)
class TagMetrics:
    f1: float
    """Micro-F1 over all tags."""
    f1_frequent: float
    """Micro-F1 over the tags with at least FEWEST positives."""
    mean_ap: float
    """Over the tags with at least FEWEST positives."""
    tags: int
    hyperparameters: Hyperparameters


def label_annotations(encoded: EncodedImages, rows: Bools, tags: Sequence[str]) -> Annotations:
    chosen = [image for image, taken in zip(encoded.images, rows, strict=True) if taken]
    positive = np.array([[tag in image.tags for tag in tags] for image in chosen])
    return Annotations(positive, np.ones_like(positive))


def f1_of(predicted: Bools, positive: Bools) -> float:
    return float(2 * (predicted & positive).sum() / max(predicted.sum() + positive.sum(), 1))


def mean_precision(logits: Floats, positive: Bools) -> float:
    frequent = np.flatnonzero(positive.sum(0) >= FEWEST)
    return float(np.mean([average_precision_score(positive[:, tag], logits[:, tag]) for tag in frequent]))


def tag_metrics(encoded: EncodedImages, source: str, measured: Split = "val") -> TagMetrics:
    """Metrics of heads for the tags of one source, trained on its images only."""
    train, tuning, test = (encoded.rows(split, [source]) for split in ("train", "calibration", measured))
    tag_sets = [image.tags for image, taken in zip(encoded.images, train, strict=True) if taken]
    tags = sorted({tag for tags in tag_sets for tag in tags} - ALWAYS)
    fitted, tuned, tested = (label_annotations(encoded, rows, tags) for rows in (train, tuning, test))
    best, chosen, thresholds = -1.0, Hyperparameters(), np.zeros(len(tags))
    rows = learnable(encoded.features[train])
    for penalty in PENALTIES:
        for balance in BALANCES:
            hyperparameters = replace(chosen, inverse_penalty=penalty, balance=balance)
            logits = fit(rows, fitted, hyperparameters).logits(encoded.features[tuning])
            ranked = mean_precision(logits, tuned.positive)
            candidates = tuned_thresholds(logits, tuned, hyperparameters.threshold_prior)
            score = ranked + f1_of(logits >= candidates, tuned.positive)
            if score > best:
                best, chosen, thresholds = score, hyperparameters, candidates
    both = train | tuning if measured == "val" else train
    logits = fit(learnable(encoded.features[both]), label_annotations(encoded, both, tags), chosen).logits(
        encoded.features[test]
    )
    frequent = tested.positive.sum(0) >= FEWEST
    predicted = logits >= thresholds
    return TagMetrics(
        f1=f1_of(predicted, tested.positive),
        f1_frequent=f1_of(predicted[:, frequent], tested.positive[:, frequent]),
        mean_ap=mean_precision(logits, tested.positive),
        tags=int(frequent.sum()),
        hyperparameters=chosen,
    )


@dataclass(frozen=True)
class Kinds:
    """An exclusive head over the kinds, with a threshold for each."""

    names: tuple[str, ...]
    linear: Linear
    thresholds: Floats
    """On the probabilities."""

    def predict(self, features: Floats) -> Bools:
        """[images, kinds]: the kinds whose probability reaches their threshold."""
        return self.probabilities(features) >= self.thresholds

    def probabilities(self, features: Floats) -> Floats:
        """The softmax [images, kinds]."""
        return softmax(self.linear.logits(features))

    def with_recall(self, features: Floats, positive: Bools) -> Kinds:
        """The same head with the highest thresholds at which each kind has recall RECALL on these images."""
        probabilities = self.probabilities(features)
        thresholds = [
            np.quantile(probabilities[positive[:, kind], kind], 1 - RECALL, method="lower")
            for kind in range(len(self.names))
        ]
        return Kinds(self.names, self.linear, np.array(thresholds))


def softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(1, keepdims=True))
    result: Floats = powers / powers.sum(1, keepdims=True)
    return result


def kinds_of(encoded: EncodedImages, rows: Bools, names: Sequence[str]) -> Bools:
    chosen = [kind_of(image) for image, taken in zip(encoded.images, rows, strict=True) if taken]
    return np.array([[kind == name for name in names] for kind in chosen])


def fit_kinds(encoded: EncodedImages, sources: Sequence[str], hyperparameters: Hyperparameters) -> Kinds:
    """A head trained on these sources, with recall RECALL of each kind on their calibration images."""
    train, tuning = encoded.rows("train", sources), encoded.rows("calibration", sources)
    names = tuple(sorted({kind_of(p) for p, taken in zip(encoded.images, train, strict=True) if taken}))
    positive = kinds_of(encoded, train, names)
    linear = fit_exclusive(
        learnable(encoded.features[train]), Annotations(positive, np.ones_like(positive)), hyperparameters
    )
    kinds = Kinds(names, linear, np.zeros(len(names)))
    return kinds.with_recall(encoded.features[tuning], kinds_of(encoded, tuning, names))
