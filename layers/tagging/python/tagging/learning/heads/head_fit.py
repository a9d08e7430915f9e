"""Fitting all heads of a taxonomy on features of texts: independent labels together, each exclusive head alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from tagging.learning.features import Encoded
from tagging.learning.heads.descriptions import Directions
from tagging.learning.heads.head_kind import LearnedHeadKind, learned_kind
from tagging.learning.heads.logistic import ROTATED, Hyperparameters, Linear, Rotated, rotate
from tagging.learning.numeric import Answers, Bools, Floats, Ints, WideRows
from tagging.model import Lexicon, n_grams
from tagging.taxonomy import Head

FEW_ASKED = 0.5
"""Share of rows that know any of the labels fitted together below which the others are set aside."""


@dataclass(frozen=True)
class Turned:
    """Some texts in the coordinates that they span."""

    rotated: Rotated
    places: Ints
    """Where each of all texts is among them; -1 where it is not [all texts]."""


@dataclass(frozen=True)
class HeadTrainer:
    """All that fitting needs beside rows and answers; columns of answers are the heads' labels in taxonomy order."""

    features: WideRows
    """Of all texts there are; `fit` is given the places of those to learn from."""
    heads: Sequence[Head]
    recipe: Hyperparameters
    directions: Directions | None = None
    """Where the labels' descriptions point; None to learn from rows alone."""
    turned: Turned | None = None

    def rows(self, texts: Ints) -> WideRows:
        """The features of the texts at these places."""
        found = self.features
        return WideRows(found.full[texts], found.rest[texts], found.full_columns, found.rest_columns)

    def prepared(self, texts: Ints) -> Rotated | WideRows:
        """The same, in the form that is fitted most quickly."""
        place = None if self.turned is None else self.turned.places[texts]
        if self.turned is None or place is None or (place < 0).any():
            return self.rows(texts)
        return Rotated(self.turned.rotated.rows[place], self.turned.rotated.basis)

    def turning(self, texts: Ints) -> HeadTrainer:
        """The same learner, quicker on any of these texts, if they are few enough for that."""
        texts = np.unique(texts)
        rows = self.rows(texts)
        if len(texts) > min(ROTATED, rows.shape[1] - 1):
            return self
        whole = np.zeros(rows.shape, dtype=np.float32)
        whole[:, rows.full_columns], whole[:, rows.rest_columns] = rows.full, rows.rest.toarray()
        places = np.full(len(self.features.full), -1)
        places[texts] = np.arange(len(texts))
        return replace(self, turned=Turned(rotate(whole), places))

    def fit(self, rows: Rotated | WideRows, answers: Answers) -> Linear:
        """Heads for all labels."""
        prior = None if self.directions is None else self.directions.guess(rows, answers)
        labels = answers.positive.shape[1]
        width = rows.basis.shape[0] if isinstance(rows, Rotated) else rows.shape[1]
        found = Linear(np.zeros((width, labels)), np.zeros(labels))
        for kind, columns in column_groups(self.heads):
            asked = Answers(answers.positive[:, columns], answers.observed[:, columns])
            drawn_to = None if prior is None else Linear(prior.weights[:, columns], prior.biases[columns])
            there: Bools = np.any(asked.observed, axis=1)
            # Rows that say nothing of these labels count nothing: without most of them the same is found sooner.
            few = there.mean() < FEW_ASKED
            of_rows, asked = (rows.take(there), asked.take(there)) if few else (rows, asked)
            of_head = kind.fit(of_rows, asked, self.recipe, drawn_to)
            found.weights[:, columns], found.biases[columns] = of_head.weights, of_head.biases
        return found

    def logits(self, linear: Linear, texts: Ints) -> Floats:
        """[all texts, labels]; rows of other texts than these are not computed, and nan."""
        result = np.full((len(self.features.full), len(linear.biases)), np.nan)
        result[texts] = linear.logits(self.rows(texts))
        return result


def column_groups(heads: Sequence[Head]) -> list[tuple[LearnedHeadKind, Ints]]:
    """Columns that are fitted in one call: those of heads that can be fitted together and wait for the same label, or
    none; else each head's own."""
    groups: list[tuple[LearnedHeadKind, Ints]] = []
    together: dict[tuple[LearnedHeadKind, str | None], list[int]] = {}
    start = 0
    for head in heads:
        columns = list(range(start, start + len(head.labels)))
        start += len(head.labels)
        kind = learned_kind(head.kind)
        if kind.fitted_together:
            together.setdefault((kind, head.when), []).extend(columns)
        else:
            groups.append((kind, np.array(columns)))
    return [(kind, np.array(columns)) for (kind, _), columns in together.items()] + groups


def wide_features(encoded: Encoded, lexicon: Lexicon) -> WideRows:
    """Equal to `encoded.features(lexicon)` in a fifth of the memory: n-grams are kept as what is in them."""
    dense, grams = encoded.dense.shape[1], len(lexicon.grams)
    column = {gram: place for place, gram in enumerate(lexicon.grams)}
    frequency = np.array(lexicon.idf, dtype=np.float32)
    ends, places, values = [0], [], []
    for pieces in encoded.pieces:
        known = sorted(column[gram] for gram in n_grams(pieces) if gram in column)
        weights = frequency[known]
        places += known
        values.append(weights * np.float32(lexicon.weight / np.sqrt(np.sum(weights * weights))) if known else weights)
        ends.append(len(places))
    cells = (np.concatenate([*values, np.zeros(0, dtype=np.float32)]), np.array(places, dtype=np.int64), np.array(ends))
    rest = sparse.csr_array(cells, shape=(len(encoded.pieces), grams), dtype=np.float32)
    return WideRows(encoded.dense, rest, np.arange(dense), np.arange(dense, dense + grams))
