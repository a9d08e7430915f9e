"""The reference of a training: vectors of the rows' sentences, and the cut from which an item is unlike them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tagging.learning.numeric import Floats32, Ints
from tagging.learning.training.training_data import TRAIN_ONLY_FOLD, TrainingData
from tagging.model import Aggregate, Reference, nearest_cosine, unit_vectors

MAX_VECTORS = 512
"""Sentences of rows that are kept: half a megabyte."""
FEWEST_ROWS = 30
"""Rows below which no reference is made: they cannot tell what is unlike."""
BEYOND = 0.05
"""Share of held-out rows beyond the cut."""


@dataclass(frozen=True)
class RowSentences:
    """The sentences of the rows whose distance counts."""

    vectors: Floats32
    """[sentences, dimension]."""
    item_of: Ints
    folds: Ints
    """The fold of each sentence's row [sentences]."""


def reference_of(data: TrainingData, aggregate: Aggregate, seed: int) -> Reference | None:
    """The reference of the rows, without the taxonomy's examples; None if they are too few."""
    own = data.rows.take(data.rows.folds != TRAIN_ONLY_FOLD)
    dense, items = data.encoded.dense, own.items
    phrases = dense[data.phrases.items.sentences]
    if aggregate == "whole":
        return make_reference(
            RowSentences(dense[items.full_texts], np.arange(len(own.folds)), own.folds), phrases, seed
        )
    # The full sentences of each row, or all of a row that has none.
    has_full = np.bincount(items.item_of, weights=data.full_sentences, minlength=len(own.folds)) > 0
    counted = data.full_sentences | ~has_full[items.item_of]
    item_of = items.item_of[counted]
    rows = RowSentences(dense[items.sentences[counted]], item_of, own.folds[item_of])
    return make_reference(rows, phrases, seed)


def make_reference(rows: RowSentences, phrases: Floats32, seed: int) -> Reference | None:
    """The reference of these sentences; phrases [phrases, dimension], such as greetings, are like any training data.

    Distances of rows are to the sentences of other folds.
    """
    count = len(np.unique(rows.item_of))
    if count < FEWEST_ROWS:
        return None
    mean: Floats32 = rows.vectors.mean(axis=0)
    chosen = np.sort(np.random.default_rng(seed).permutation(len(rows.vectors))[:MAX_VECTORS])
    vectors = unit_vectors(np.vstack([rows.vectors[chosen], phrases]) - mean)
    fold_of = np.concatenate([rows.folds[chosen], np.full(len(phrases), -1)])
    reference = Reference(mean, vectors, 0.0)
    cosines = reference.cosines(rows.vectors)
    cosines[rows.folds[:, None] == fold_of] = -1
    distances = 1 - nearest_cosine(cosines)
    sentences = np.bincount(rows.item_of)
    of_rows = np.bincount(rows.item_of, weights=distances)[sentences > 0] / sentences[sentences > 0]
    return Reference(mean, vectors, round(float(np.quantile(of_rows, 1 - BEYOND)), 6))
