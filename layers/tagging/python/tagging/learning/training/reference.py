"""The reference of a training: vectors of the rows' sentences or images, and how far held-out items are from them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import msgspec
import numpy as np

from tagging.learning.heads import Labelled
from tagging.learning.numeric import Floats, Floats32, Ints
from tagging.learning.training.training_data import TRAIN_ONLY_FOLD, TrainingData
from tagging.model import Aggregate, Reference, nearest_cosine, unit_vectors

MAX_VECTORS = 512
"""Sentences of rows that are kept: half a megabyte."""
FEWEST_ROWS = 30
"""Rows below which no reference is made: they cannot tell what is unlike."""
BEYOND = 0.05
"""Share of held-out rows beyond the cut."""
PENALTY = 40.0
"""What a logit loses for each unit of distance beyond the cut, where there is a background to tune thresholds on."""


@dataclass(frozen=True)
class RowSentences:
    """The sentences of the rows whose distance counts."""

    vectors: Floats32
    """[sentences, dimension]."""
    item_of: Ints
    folds: Ints
    """The fold of each sentence's row; -1 where the row was never held out [sentences]."""


@dataclass(frozen=True)
class FoldedReference:
    """A reference that knows where its vectors come from."""

    reference: Reference
    folds: Ints
    """The fold of each vector; -1 for one that is in all [vectors]."""

    def distances(self, vectors: Floats32, folds: Ints) -> Floats32:
        """The distance of each vector [vectors, dimension] to the reference's vectors of other folds [vectors]."""
        cosines = self.reference.cosines(vectors)
        cosines[folds[:, None] == self.folds] = -1
        distances: Floats32 = 1 - nearest_cosine(cosines)
        return distances

    def offsets(self, held_out: Labelled, dense: Floats32) -> Floats:
        """What the logits of each text [all texts] lose in serving, for those of the held-out items; else 0.

        A full text loses as little as the nearest of its sentences.
        """
        items, offsets = held_out.items, np.zeros(len(dense))
        texts, first = np.unique(items.sentences, return_index=True)
        folds = held_out.folds[items.item_of[first]]
        offsets[texts] = self.reference.penalties(self.distances(dense[texts], folds))
        offsets[items.full_texts] = np.minimum.reduceat(offsets[items.sentences], items.starts)
        return offsets


def reference_of(data: TrainingData, aggregate: Aggregate, seed: int) -> FoldedReference | None:
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
    folded = make_reference(rows, phrases, seed)
    if folded is None or data.background is None:
        return folded
    return replace(folded, reference=msgspec.structs.replace(folded.reference, penalty=PENALTY))


def make_reference(rows: RowSentences, phrases: Floats32, seed: int) -> FoldedReference | None:
    """The reference of these sentences; phrases [phrases, dimension], such as greetings, are like any training data.

    Distances are those of rows that were held out, to the sentences of other folds.
    """
    count = len(np.unique(rows.item_of))
    if count < FEWEST_ROWS:
        return None
    mean: Floats32 = rows.vectors.mean(axis=0)
    chosen = np.sort(np.random.default_rng(seed).permutation(len(rows.vectors))[:MAX_VECTORS])
    vectors = unit_vectors(np.vstack([rows.vectors[chosen], phrases]) - mean)
    folds = np.concatenate([rows.folds[chosen], np.full(len(phrases), -1)])
    held_out = rows.folds >= 0
    distances = FoldedReference(Reference(mean, vectors, 0.0), folds).distances(
        rows.vectors[held_out], rows.folds[held_out]
    )
    item_of = rows.item_of[held_out]
    sentences = np.bincount(item_of)
    of_rows = np.bincount(item_of, weights=distances)[sentences > 0] / sentences[sentences > 0]
    cut = round(float(np.quantile(of_rows, 1 - BEYOND)), 6)
    return FoldedReference(Reference(mean, vectors, cut), folds)


def image_reference(features: Floats32, folds: Ints, seed: int) -> Reference | None:
    """The reference of images [images, dimension], with the fold of each; None if they are too few."""
    folded = make_reference(RowSentences(features, np.arange(len(features)), folds), features[:0], seed)
    return None if folded is None else folded.reference
