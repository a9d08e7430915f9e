"""Heads without a single row: similarity to each label's name, description and examples, standardised over texts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tagging.learning.calibration import OutOfFold
from tagging.learning.data import DataError
from tagging.learning.features import Encoded, EncodedItems, encode_all, encode_items, load_background, read_texts
from tagging.learning.heads import (
    Choice,
    Hyperparameters,
    Linear,
    PooledLogits,
    Pooling,
    label_directions,
    standardised,
)
from tagging.learning.numeric import Annotations, Floats
from tagging.learning.training.request import CHECKED, Progress, TrainingResult, TrainRequest
from tagging.learning.training.text_trainer import golden_candidates
from tagging.model import Lexicon, load_encoder
from tagging.taxonomy import Taxonomy

SLOPE = 3.0
"""Logits per standard deviation of a label's similarity."""
USUAL = 2.0
"""Standard deviations above a label's mean similarity at which the logit is 0: about one text in fifty."""
FEWEST_TEXTS = 10
POOLING = Pooling("both")


def train_zero_shot(request: TrainRequest, taxonomy: Taxonomy, progress: Progress) -> TrainingResult:
    """Heads for labels without a row, all unproven. Raises DataError and BundleError as `train_bundle` does."""
    encoder, version = load_encoder(request.encoder)

    def encode(texts: Sequence[str]) -> Encoded:
        return encode_all(encoder, texts, request.cache, version, lambda d, t: progress("features", d, t))

    if request.unlabelled is not None:
        items = encode_items(read_texts(request.unlabelled), encode)
    elif request.background is not None:
        items = load_background(request.background, encode, version).without(request.background_without).items
    else:
        raise DataError("there are neither rows nor unlabelled texts: give some, or a background")
    if len(items.full_texts) < FEWEST_TEXTS:
        raise DataError(f"{len(items.full_texts)} unlabelled texts; at least {FEWEST_TEXTS} are needed without rows")
    directions = label_directions(encoder, list(taxonomy.labels.values()))
    similarity = _pooled(items, Linear(directions, np.zeros(directions.shape[1])))
    linear = standardised(directions, similarity, SLOPE, USUAL).as_stored()
    labels = len(taxonomy.labels)
    unknown = np.zeros((len(similarity), labels), dtype=bool)
    none = np.zeros(labels, dtype=np.int64)
    return TrainingResult(
        linear=linear,
        out_of_fold=OutOfFold(_pooled(items, linear), Annotations(unknown, unknown), positive_rows=none),
        annotations=Annotations(unknown[:0], unknown[:0]),
        hyperparameters=request.hyperparameters or Hyperparameters(),
        choice=Choice(POOLING, {}),
        lexicon=Lexicon((), ()),
        encoder_version=version,
        dense=items.encoded.dense.shape[1],
        checked=items.encoded.dense[items.full_texts[:CHECKED]],
        golden=golden_candidates(taxonomy),
        skipped={},
        composed=False,
    )


def _pooled(items: EncodedItems, linear: Linear) -> Floats:
    """The logits of items [items, labels]."""
    logits = linear.logits(items.encoded.dense)
    return POOLING.logits(PooledLogits(items.sentence_max(logits), logits[items.full_texts], items.counts))
