"""Heads learned from images: one feature vector each; tuned on images whose labels the encoder has not learned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.calibration import OutOfFold
from tagging.learning.data import DataError, Example, annotations_of, groups_of
from tagging.learning.features import encode_images
from tagging.learning.heads import Choice, HeadTrainer, Hyperparameters, Linear, Pooling, conditioned_annotations
from tagging.learning.numeric import Annotations, Bools, Ints, split_evenly, wide_rows
from tagging.learning.training.drawn_images import drawn_images
from tagging.learning.training.reference import image_reference
from tagging.learning.training.request import CHECKED, Progress, TrainingResult, TrainRequest
from tagging.model import load_image_encoder
from tagging.taxonomy import Taxonomy

HYPERPARAMETERS = Hyperparameters(inverse_penalty=30.0, balance=0.5)
"""For features of mean length 1; chosen on calibration rows of the shipped encoder."""
CALIBRATION = "calibration"
"""The split of rows to tune on alone: an encoder that was fine-tuned has learned the labels of all others."""
FOLDS = 5
FEWEST_ROWS = 10


@dataclass(frozen=True)
class ImageRows:
    """Rows to learn from, and the fold of each in cross-validation."""

    features: NDArray[np.float32]
    """[rows, dimension], as the encoder gives them."""
    annotations: Annotations
    folds: Ints
    """Heads that learned from the other folds predict a fold; -1 is never predicted [rows]."""
    skipped: dict[str, str]


def train_images(request: TrainRequest, taxonomy: Taxonomy, progress: Progress) -> TrainingResult:
    """Heads for the labels of `taxonomy`. Raises DataError and BundleError as `train_bundle` does.

    Where some rows are of the split `calibration`, decisions are tuned on those, with heads learned from all others.
    Else every row is predicted by heads learned from four fifths of the rows without it. The final heads learn from all
    rows.
    """
    hyperparameters = request.hyperparameters or HYPERPARAMETERS
    data, version = _image_rows(request, taxonomy, progress)
    # One penalty suits features of any scale; the heads take features as the encoder gives them.
    scale = np.float32(1 / np.linalg.norm(data.features, axis=1).mean())
    trainer = HeadTrainer(wide_rows(data.features * scale), taxonomy.heads, hyperparameters).rotated_for(
        np.arange(len(data.features))
    )
    out_of_fold = predict_out_of_fold(trainer, data, lambda done, total: progress("heads", done, total + 1))
    linear = _fitted(trainer, data.annotations, np.ones(len(data.features), dtype=bool))
    progress("heads", 1, 1)
    return TrainingResult(
        linear=Linear(linear.weights * scale, linear.biases).as_stored(),
        out_of_fold=out_of_fold,
        annotations=data.annotations,
        hyperparameters=hyperparameters,
        choice=Choice(Pooling("whole"), {}),
        lexicon=None,
        encoder_version=version,
        dense=data.features.shape[1],
        checked=data.features[:CHECKED],
        golden=drawn_images(),
        skipped=data.skipped,
        composed=False,
        reference=image_reference(data.features, data.folds, request.seed),
    )


def _image_rows(request: TrainRequest, taxonomy: Taxonomy, progress: Progress) -> tuple[ImageRows, str]:
    encoder, version = load_image_encoder(request.encoder)
    images = [row.image for row in request.rows if row.image]
    found = encode_images(encoder, images, request.cache, version, lambda d, t: progress("features", d, t))
    usable: list[Example] = []
    features: list[NDArray[np.float32]] = []
    skipped: dict[str, str] = {}
    for row in request.rows:
        if row.image is None:
            if row.features:
                usable.append(row)
                features.append(row.features.dense[0])
        elif row.image.sha256 in found.failed:
            skipped[row.id] = found.failed[row.image.sha256]
        else:
            usable.append(row)
            features.append(found.by_sha256[row.image.sha256])
    if len(usable) < FEWEST_ROWS:
        raise DataError(f"{len(usable)} images that can be learned from; at least {FEWEST_ROWS} are needed")
    annotations = conditioned_annotations(annotations_of(usable, list(taxonomy.labels)), taxonomy)
    if not (annotations.positive & annotations.observed).any():
        raise DataError("no row holds any label of the taxonomy: there is nothing to learn")
    return ImageRows(np.stack(features), annotations, _folds(usable, annotations, request.seed), skipped), version


def _folds(rows: list[Example], annotations: Annotations, seed: int) -> Ints:
    kept_apart = np.array([row.split == CALIBRATION for row in rows])
    if kept_apart.any() and not kept_apart.all():
        return np.where(kept_apart, 0, -1)
    return split_evenly(annotations.positive, FOLDS, seed, groups_of(rows))


def predict_out_of_fold(trainer: HeadTrainer, data: ImageRows, step: Callable[[int, int], None]) -> OutOfFold:
    """Logits of the rows of each fold, by heads learned from all other rows."""
    logits = np.zeros(data.annotations.positive.shape)
    folds = list(_predicted_folds(data.folds))
    for done, fold in enumerate(folds):
        step(done, len(folds))
        inside = data.folds == fold
        heads = _fitted(trainer, data.annotations.take(~inside), ~inside)
        logits[inside] = heads.logits(trainer.rows(np.flatnonzero(inside)))
    kept = data.folds >= 0
    return OutOfFold(logits[kept], data.annotations.take(kept))


def _predicted_folds(folds: Ints) -> Iterator[int]:
    yield from (int(fold) for fold in np.unique(folds) if fold >= 0)


def _fitted(trainer: HeadTrainer, annotations: Annotations, rows: Bools) -> Linear:
    return trainer.fit(trainer.prepared(np.flatnonzero(rows)), annotations)
