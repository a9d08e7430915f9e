"""Fits all heads of a taxonomy on features of texts, each group of columns by its kind of head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from tagging.learning.features import Encoded
from tagging.learning.heads.descriptions import Directions
from tagging.learning.heads.head_kind import TrainingHeadKind, training_kind
from tagging.learning.heads.logistic import ROTATED, Hyperparameters, Linear, Rotated, rotate
from tagging.learning.heads.similarity_prior import SimilarityPrior
from tagging.learning.numeric import Annotations, Bools, Floats, Ints, WideRows
from tagging.model import Lexicon, n_grams
from tagging.taxonomy import Head

FEW_OBSERVED = 0.5
"""If fewer rows than this share have an observed cell among the labels fitted together, the other rows are left out."""


@dataclass(frozen=True)
class RotatedTexts:
    """Some texts, rotated onto their own span."""

    rotated: Rotated
    row_of: Ints
    """The row of each text in `rotated`; -1 for a text that is not in it [all texts]."""


@dataclass(frozen=True)
class HeadTrainer:
    """Everything that fitting needs besides rows and annotations; their columns are labels in taxonomy order."""

    features: WideRows
    """Of all texts [all texts, features]; the methods take indices of texts."""
    heads: Sequence[Head]
    hyperparameters: Hyperparameters
    directions: Directions | None = None
    """The prior from the labels' descriptions; None to learn from rows alone."""
    rotated_texts: RotatedTexts | None = None
    similarity: SimilarityPrior | None = None
    """Beside few rows, for heads with a class of none; None without a background."""

    def rows(self, texts: Ints) -> WideRows:
        """The features of these texts."""
        all_rows = self.features
        return WideRows(all_rows.full[texts], all_rows.rest[texts], all_rows.full_columns, all_rows.rest_columns)

    def prepared(self, texts: Ints) -> Rotated | WideRows:
        """The same, in the form that is fastest to fit."""
        rows = None if self.rotated_texts is None else self.rotated_texts.row_of[texts]
        if self.rotated_texts is None or rows is None or (rows < 0).any():
            return self.rows(texts)
        return Rotated(self.rotated_texts.rotated.rows[rows], self.rotated_texts.rotated.basis)

    def rotated_for(self, texts: Ints) -> HeadTrainer:
        """The same trainer, faster on any of these texts if they are few enough."""
        texts = np.unique(texts)
        rows = self.rows(texts)
        if len(texts) > min(ROTATED, rows.shape[1] - 1):
            return self
        dense = np.zeros(rows.shape, dtype=np.float32)
        dense[:, rows.full_columns], dense[:, rows.rest_columns] = rows.full, rows.rest.toarray()
        row_of = np.full(len(self.features.full), -1)
        row_of[texts] = np.arange(len(texts))
        return replace(self, rotated_texts=RotatedTexts(rotate(dense), row_of))

    def fit(self, rows: Rotated | WideRows, annotations: Annotations) -> Linear:
        """Heads for all labels."""
        prior = None if self.directions is None else self.directions.zero_shot(rows, annotations)
        labels = annotations.positive.shape[1]
        width = rows.basis.shape[0] if isinstance(rows, Rotated) else rows.shape[1]
        linear = Linear(np.zeros((width, labels)), np.zeros(labels))
        for kind, columns in column_groups(self.heads):
            part = Annotations(annotations.positive[:, columns], annotations.observed[:, columns])
            prior_mean = None if prior is None else Linear(prior.weights[:, columns], prior.biases[columns])
            observed: Bools = np.any(part.observed, axis=1)
            # Rows without an observed cell have the weight 0: without them the same minimum is found faster.
            few = observed.mean() < FEW_OBSERVED
            of_rows, part = (rows.take(observed), part.take(observed)) if few else (rows, part)
            of_head = kind.fit(of_rows, part, self.hyperparameters, prior_mean)
            linear.weights[:, columns], linear.biases[columns] = of_head.weights, of_head.biases
            if kind.learns_none and self.similarity is not None:
                self._add_similarity(self.similarity, linear, rows, annotations, columns)
        return linear

    def _add_similarity(
        self,
        similarity: SimilarityPrior,
        linear: Linear,
        rows: Rotated | WideRows,
        annotations: Annotations,
        columns: Ints,
    ) -> None:
        dense = self.features.full_columns
        of_rows = rows.rows @ rows.basis[dense].T if isinstance(rows, Rotated) else rows.full
        added = similarity.added(of_rows, annotations, columns)
        if added is not None:
            linear.weights[np.ix_(dense, columns)] += added.weights
            linear.biases[columns] += added.biases

    def logits(self, linear: Linear, texts: Ints) -> Floats:
        """[all texts, labels]; rows of other texts than these are not computed, and nan."""
        result = np.full((len(self.features.full), len(linear.biases)), np.nan)
        result[texts] = linear.logits(self.rows(texts))
        return result


def column_groups(heads: Sequence[Head]) -> list[tuple[TrainingHeadKind, Ints]]:
    """Columns that are fitted in one call: those of heads that can be fitted together and wait for the same label, or
    none; else each head's own."""
    groups: list[tuple[TrainingHeadKind, Ints]] = []
    together: dict[tuple[TrainingHeadKind, str | None], list[int]] = {}
    start = 0
    for head in heads:
        columns = list(range(start, start + len(head.labels)))
        start += len(head.labels)
        kind = training_kind(head.kind)
        if kind.fitted_together:
            together.setdefault((kind, head.when), []).extend(columns)
        else:
            groups.append((kind, np.array(columns)))
    return [(kind, np.array(columns)) for (kind, _), columns in together.items()] + groups


def wide_features(encoded: Encoded, lexicon: Lexicon) -> WideRows:
    """Equal to `encoded.features(lexicon)` in a fifth of the memory: n-gram columns are sparse."""
    dense, grams = encoded.dense.shape[1], len(lexicon.grams)
    column = {gram: index for index, gram in enumerate(lexicon.grams)}
    frequency = np.array(lexicon.idf, dtype=np.float32)
    ends, columns, values = [0], [], []
    for pieces in encoded.pieces:
        known = sorted(column[gram] for gram in n_grams(pieces) if gram in column)
        weights = frequency[known]
        columns += known
        values.append(weights * np.float32(lexicon.weight / np.sqrt(np.sum(weights * weights))) if known else weights)
        ends.append(len(columns))
    cells = (
        np.concatenate([*values, np.zeros(0, dtype=np.float32)]),
        np.array(columns, dtype=np.int64),
        np.array(ends),
    )
    rest = sparse.csr_array(cells, shape=(len(encoded.pieces), grams), dtype=np.float32)
    return WideRows(encoded.dense, rest, np.arange(dense), np.arange(dense, dense + grams))
