"""The reference of a training: vectors of the rows' sentences or images, and how far held-out items are from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace

from tagging.learning.features import Background
from tagging.learning.heads import Labelled
from tagging.learning.numeric import Bools, Floats, Floats32, Ints
from tagging.learning.training.training_data import TRAIN_ONLY_FOLD, TrainingData
from tagging.model import Aggregate, Reference, unit_vectors

MAX_VECTORS = 512
"""Sentences of rows that are kept: half a megabyte."""
FEWEST_ROWS = 30
"""Rows below which no reference is made: they cannot tell what is unlike."""
BEYOND = 0.05
"""Share of held-out rows beyond the cut."""
OUTSIDE_WITHIN = 0.01
"""Share of texts outside the training data that may lie within the cut, if fewer than BEYOND of the rows need it: rows
that are much alike would else draw the cut so close that other wordings of the same labels lie beyond it."""
MAX_OUTSIDE = 256
"""Sentences of the background that are kept."""
CONTRAST = 0.4
"""What the cosine to the background adds to the distance."""
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
        return self.reference.distances_from(cosines)

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


def reference_of(
    data: TrainingData, aggregate: Aggregate, seed: int, outside: RowSentences | None = None
) -> FoldedReference | None:
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
    return make_reference(rows, phrases, seed, outside)


def sentences_outside(background: Background, items: Labelled) -> RowSentences:
    """The sentences of a background that are not similar to any row: items whose labels are all known not to hold."""
    unlike: Bools = np.all(items.annotations.observed, axis=1)
    own, folds = background.items.take(unlike), items.folds[unlike]
    texts, first = np.unique(own.sentences, return_index=True)
    return RowSentences(own.encoded.dense[texts], own.item_of[first], folds[own.item_of[first]])


def make_reference(
    rows: RowSentences, phrases: Floats32, seed: int, outside: RowSentences | None = None
) -> FoldedReference | None:
    """The reference of these sentences; phrases [phrases, dimension], such as greetings, are like any training data.

    Distances are those of rows that were held out, to the sentences of other folds. With sentences `outside` the
    training data, likeness to those adds to the distance, and the distance lowers logits.
    """
    count = len(np.unique(rows.item_of))
    if count < FEWEST_ROWS:
        return None
    mean: Floats32 = rows.vectors.mean(axis=0)
    chosen = np.sort(np.random.default_rng(seed).permutation(len(rows.vectors))[:MAX_VECTORS])
    parts, folds_of = [rows.vectors[chosen], phrases], [rows.folds[chosen], np.full(len(phrases), -1)]
    reference = Reference(mean, phrases, 0.0)
    if outside is not None and len(outside.vectors):
        spread = np.linspace(0, len(outside.vectors) - 1, min(MAX_OUTSIDE, len(outside.vectors))).astype(np.int64)
        parts.append(outside.vectors[spread])
        folds_of.append(outside.folds[spread])
        reference = Reference(mean, phrases, 0.0, PENALTY, len(spread), CONTRAST)
    vectors, folds = unit_vectors(np.vstack(parts) - mean), np.concatenate(folds_of)
    reference = replace(reference, vectors=vectors)
    folded = FoldedReference(reference, folds)
    cut = float(np.quantile(_item_distances(folded, rows), 1 - BEYOND))
    if reference.outside and outside is not None:
        cut = max(cut, float(np.quantile(_item_distances(folded, outside), OUTSIDE_WITHIN)))
    return FoldedReference(replace(reference, cut=round(cut, 6)), folds)


def _item_distances(reference: FoldedReference, rows: RowSentences) -> Floats:
    """The mean distance of the sentences of each held-out item [held-out items]."""
    held_out = rows.folds >= 0
    distances = reference.distances(rows.vectors[held_out], rows.folds[held_out])
    item_of = rows.item_of[held_out]
    sentences = np.bincount(item_of)
    return np.bincount(item_of, weights=distances)[sentences > 0] / sentences[sentences > 0]


def image_reference(features: Floats32, folds: Ints, seed: int) -> Reference | None:
    """The reference of images [images, dimension], with the fold of each; None if they are too few."""
    folded = make_reference(RowSentences(features, np.arange(len(features)), folds), features[:0], seed)
    return None if folded is None else folded.reference
