"""Heads learned from images: one feature vector each, tried on images whose labels the encoder has not seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.calibration import OutOfFold
from tagging.learning.data import DataError, Row, answers_of, groups_of
from tagging.learning.features import encode_images
from tagging.learning.heads import Choice, HeadTrainer, Hyperparameters, Linear, Pooling, only_asked
from tagging.learning.numeric import Answers, Bools, Ints, deal, wide_rows
from tagging.learning.training.drawn_images import drawn_images
from tagging.learning.training.request import CHECKED, Progress, TrainingResult, TrainRequest
from tagging.model import load_image_encoder
from tagging.taxonomy import Taxonomy

RECIPE = Hyperparameters(inverse_penalty=30.0, balance=0.5)
"""For features of mean length 1; chosen on calibration rows of the shipped encoder."""
CALIBRATION = "calibration"
"""The split of rows that only trials are made of: an encoder that was fine-tuned has seen the others' labels."""
PARTS = 5
FEWEST_ROWS = 10


@dataclass(frozen=True)
class ImageRows:
    """Rows that can be learned from, and where each is tried."""

    features: NDArray[np.float32]
    """[rows, dimension], as the encoder gives them."""
    answers: Answers
    parts: Ints
    """Rows of one part are tried by heads that learned from the others; -1 is never tried [rows]."""
    skipped: dict[str, str]


def train_images(request: TrainRequest, taxonomy: Taxonomy, progress: Progress) -> TrainingResult:
    """Heads for the labels of `taxonomy`. Raises DataError and BundleError as `train_bundle` does.

    Where rows are of the split `calibration`, trials are those: what heads say of them that learned from the others.
    Else every row is tried by heads that learned from four fifths of the rows without it. The heads that are kept learn
    from all.
    """
    recipe = request.recipe or RECIPE
    data, version = _gathered(request, taxonomy, progress)
    # Features of any scale suit one penalty, and the heads take them as they come.
    scale = np.float32(1 / np.linalg.norm(data.features, axis=1).mean())
    learner = HeadTrainer(wide_rows(data.features * scale), taxonomy.heads, recipe).turning(
        np.arange(len(data.features))
    )
    trials = tried(learner, data, lambda done, total: progress("heads", done, total + 1))
    linear = _fitted(learner, data.answers, np.ones(len(data.features), dtype=bool))
    progress("heads", 1, 1)
    return TrainingResult(
        linear=Linear(linear.weights * scale, linear.biases).as_stored(),
        trials=trials,
        answers=data.answers,
        recipe=recipe,
        choice=Choice(Pooling("whole"), {}),
        lexicon=None,
        encoder_version=version,
        dense=data.features.shape[1],
        checked=data.features[:CHECKED],
        golden=drawn_images(),
        skipped=data.skipped,
        composed=False,
    )


def _gathered(request: TrainRequest, taxonomy: Taxonomy, progress: Progress) -> tuple[ImageRows, str]:
    encoder, version = load_image_encoder(request.encoder)
    images = [row.image for row in request.rows if row.image]
    found = encode_images(encoder, images, request.cache, version, lambda d, t: progress("features", d, t))
    usable: list[Row] = []
    features: list[NDArray[np.float32]] = []
    skipped: dict[str, str] = {}
    for row, image in zip(request.rows, images, strict=True):
        if image.sha256 in found.failed:
            skipped[row.id] = found.failed[image.sha256]
        else:
            usable.append(row)
            features.append(found.by_sha256[image.sha256])
    if len(usable) < FEWEST_ROWS:
        raise DataError(f"{len(usable)} images that can be learned from; at least {FEWEST_ROWS} are needed")
    answers = only_asked(answers_of(usable, list(taxonomy.labels)), taxonomy)
    if not (answers.positive & answers.observed).any():
        raise DataError("no row holds any label of the taxonomy: there is nothing to learn")
    return ImageRows(np.stack(features), answers, _parts(usable, answers, request.seed), skipped), version


def _parts(rows: list[Row], answers: Answers, seed: int) -> Ints:
    kept_apart = np.array([row.split == CALIBRATION for row in rows])
    if kept_apart.any() and not kept_apart.all():
        return np.where(kept_apart, 0, -1)
    return deal(answers.positive, PARTS, seed, groups_of(rows))


def tried(learner: HeadTrainer, data: ImageRows, step: Callable[[int, int], None]) -> OutOfFold:
    """What heads say of the rows of each part that learned from the rows of all others."""
    logits = np.zeros(data.answers.positive.shape)
    parts = list(_tried_parts(data.parts))
    for done, part in enumerate(parts):
        step(done, len(parts))
        inside = data.parts == part
        heads = _fitted(learner, data.answers.take(~inside), ~inside)
        logits[inside] = heads.logits(learner.rows(np.flatnonzero(inside)))
    kept = data.parts >= 0
    return OutOfFold(logits[kept], data.answers.take(kept))


def _tried_parts(parts: Ints) -> Iterator[int]:
    yield from (int(part) for part in np.unique(parts) if part >= 0)


def _fitted(learner: HeadTrainer, answers: Answers, rows: Bools) -> Linear:
    return learner.fit(learner.prepared(np.flatnonzero(rows)), answers)
