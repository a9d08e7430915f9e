"""Figures of an encoder by linear heads on its features: tags of one source, screenshots, kinds on unseen sources.

Heads are fitted on the images that the encoder was trained on; C and thresholds come from the calibration images,
which it has not seen; then the heads are fitted once more on both. Figures are of the sets' own validation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from layers.image_model.image_deal import LabelledImage, Part
from layers.image_model.targets import kind_of
from tagging.learning.heads import Hyperparameters, Linear, fit, fit_exclusive, learnable
from tagging.learning.numeric import Answers, tuned_thresholds

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
PENALTIES = (1.0, 4.0, 16.0)
BALANCES = (0.0, 0.5)
RECALL = 0.95
ALWAYS = frozenset({"clothing", "screenshot"})
"""Tags that name their source: they hold for nearly all of its images, and would only raise the figures."""
FEWEST = 5
"""Positives in the measured images that a tag needs to count for mAP."""


@dataclass(frozen=True)
class Seen:
    """All images of labels.csv with their features: rows in the same order."""

    images: Sequence[LabelledImage]
    parts: Sequence[Part]
    features: Floats
    """[images, dimension], scaled to a mean length of 1."""

    def rows(self, part: Part, sources: Sequence[str]) -> Bools:
        here = zip(self.images, self.parts, strict=True)
        return np.array([found == part and image.source in sources for image, found in here])


@dataclass(frozen=True)
class TagFigures:
    f1: float
    """Micro-F1 over all tags."""
    f1_frequent: float
    """Micro-F1 over the tags with at least FEWEST positives."""
    mean_ap: float
    """Over the tags with at least FEWEST positives."""
    tags: int
    recipe: Hyperparameters


def answers(seen: Seen, rows: Bools, tags: Sequence[str]) -> Answers:
    chosen = [image for image, taken in zip(seen.images, rows, strict=True) if taken]
    yes = np.array([[tag in image.tags for tag in tags] for image in chosen])
    return Answers(yes, np.ones_like(yes))


def f1_of(given: Bools, held: Bools) -> float:
    return float(2 * (given & held).sum() / max(given.sum() + held.sum(), 1))


def mean_precision(logits: Floats, held: Bools) -> float:
    often = np.flatnonzero(held.sum(0) >= FEWEST)
    return float(np.mean([average_precision_score(held[:, tag], logits[:, tag]) for tag in often]))


def tag_figures(seen: Seen, source: str, measured: Part = "val") -> TagFigures:
    """Heads for the tags of one source, which are asked of its images only."""
    train, tuning, test = (seen.rows(part, [source]) for part in ("train", "calibration", measured))
    have = [image.tags for image, taken in zip(seen.images, train, strict=True) if taken]
    tags = sorted({tag for tags in have for tag in tags} - ALWAYS)
    asked, tuned, held = (answers(seen, rows, tags) for rows in (train, tuning, test))
    best, found, thresholds = -1.0, Hyperparameters(), np.zeros(len(tags))
    rows = learnable(seen.features[train])
    for penalty in PENALTIES:
        for balance in BALANCES:
            recipe = replace(found, inverse_penalty=penalty, balance=balance)
            logits = fit(rows, asked, recipe).logits(seen.features[tuning])
            ranked = mean_precision(logits, tuned.positive)
            cuts = tuned_thresholds(logits, tuned, recipe.threshold_prior)
            score = ranked + f1_of(logits >= cuts, tuned.positive)
            if score > best:
                best, found, thresholds = score, recipe, cuts
    both = train | tuning if measured == "val" else train
    logits = fit(learnable(seen.features[both]), answers(seen, both, tags), found).logits(seen.features[test])
    often = held.positive.sum(0) >= FEWEST
    given = logits >= thresholds
    return TagFigures(
        f1=f1_of(given, held.positive),
        f1_frequent=f1_of(given[:, often], held.positive[:, often]),
        mean_ap=mean_precision(logits, held.positive),
        tags=int(often.sum()),
        recipe=found,
    )


@dataclass(frozen=True)
class Kinds:
    """An exclusive head over the kinds, with a threshold for each."""

    names: tuple[str, ...]
    linear: Linear
    thresholds: Floats
    """On the softmax's share."""

    def given(self, features: Floats) -> Bools:
        """[images, kinds]: the kinds whose share reaches their threshold."""
        return self.shares(features) >= self.thresholds

    def shares(self, features: Floats) -> Floats:
        """The softmax [images, kinds]."""
        return softmax(self.linear.logits(features))

    def reaching(self, features: Floats, held: Bools) -> Kinds:
        """With the highest thresholds that find RECALL of each kind's images among these."""
        shares = self.shares(features)
        kept = [np.quantile(shares[held[:, kind], kind], 1 - RECALL, method="lower") for kind in range(len(self.names))]
        return Kinds(self.names, self.linear, np.array(kept))


def softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max(1, keepdims=True))
    result: Floats = powers / powers.sum(1, keepdims=True)
    return result


def kinds_held(seen: Seen, rows: Bools, names: Sequence[str]) -> Bools:
    chosen = [kind_of(image) for image, taken in zip(seen.images, rows, strict=True) if taken]
    return np.array([[kind == name for name in names] for kind in chosen])


def fit_kinds(seen: Seen, sources: Sequence[str], recipe: Hyperparameters) -> Kinds:
    """The kinds by these sources; thresholds are the highest that RECALL of each kind's calibration images reach."""
    train, tuning = seen.rows("train", sources), seen.rows("calibration", sources)
    names = tuple(sorted({kind_of(p) for p, taken in zip(seen.images, train, strict=True) if taken}))
    held = kinds_held(seen, train, names)
    linear = fit_exclusive(learnable(seen.features[train]), Answers(held, np.ones_like(held)), recipe)
    kinds = Kinds(names, linear, np.zeros(len(names)))
    return kinds.reaching(seen.features[tuning], kinds_held(seen, tuning, names))
