"""A prior from the names and descriptions of labels, for labels with few examples or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.data import Example, words_of
from tagging.learning.features import Encoded, encode_all
from tagging.learning.heads.logistic import Features, Linear, balanced_sample_weights, learnable
from tagging.learning.numeric import Annotations, DenseRows, Floats, Loss, minimise
from tagging.model import Lexicon, TextEncoder
from tagging.taxonomy import Label

SLOPES = np.array([7.0, 33.0, 1.0, 18.0])
"""Prior means of the four similarity weights: name (dense, lexical), then description (dense, lexical)."""
UNITS = np.array([7.0, 33.0, 7.0, 33.0])
"""Prior scales of the same weights. Means and scales were learned on NLU++ banking (see LOG.md)."""
BIAS = -3.4
LOOSENESS = 0.25
"""Prior variance of a weight's distance from its mean, in units of its scale: with a larger one, rows move it more."""
BALANCE = 0.25
MOST_CELLS = 2_000_000
"""The weights are learned from at most this many cells (rows x labels); with more, from evenly spaced labels."""


@dataclass(frozen=True)
class Prior:
    """Names and descriptions of some labels, encoded: each [labels]."""

    texts: tuple[Encoded, ...]

    @property
    def pieces(self) -> tuple[tuple[str, ...], ...]:
        """Word pieces of all the texts: the lexicon must contain them too."""
        return tuple(pieces for text in self.texts for pieces in text.pieces)

    def directions(self, lexicon: Lexicon) -> Directions:
        """The direction of each label in the features' space, with this lexicon's columns."""
        dense = self.texts[0].dense.shape[1]
        return Directions(tuple(_centred(text.features(lexicon)) for text in self.texts), dense)


@dataclass(frozen=True)
class Directions:
    """For each kind of text, the features that distinguish a label from the others: [labels, features], dense first."""

    towards: tuple[NDArray[np.float32], ...]
    dense: int

    def similarity_weights(self, labels: NDArray[np.intp]) -> list[Floats]:
        """For each kind of text, the weights [features, labels] that compute its dense and its lexical similarity."""
        found = []
        for text in self.towards:
            for columns in (slice(None, self.dense), slice(self.dense, None)):
                part = np.zeros((text.shape[1], len(labels)))
                part[columns] = text[labels, columns].T
                found.append(part)
        return found

    def zero_shot(self, features: Features, annotations: Annotations) -> Linear:
        """Heads [features, labels] by similarity alone: the prior of `fit`, and the heads of labels without a positive.

        All labels share the similarity weights. The more rows there are, the further these may move from their prior.
        """
        rows = learnable(features) if isinstance(features, np.ndarray) else features
        slopes, bias = self._slopes(rows, annotations)
        everything = np.arange(annotations.positive.shape[1])
        weights = sum(slope * part for slope, part in zip(slopes, self.similarity_weights(everything), strict=True))
        middle = Linear(np.asarray(weights), np.zeros(len(everything))).logits(rows).mean(axis=0)
        return Linear(np.asarray(weights), bias - middle)

    def _slopes(self, rows: Features, annotations: Annotations) -> tuple[Floats, float]:
        labels = np.flatnonzero((annotations.positive & annotations.observed).any(axis=0))
        if not len(labels):
            return SLOPES, BIAS
        most = max(1, MOST_CELLS // len(annotations.positive))
        labels = labels[np.linspace(0, len(labels) - 1, min(most, len(labels))).astype(np.intp)]
        nothing = np.zeros(len(labels))
        similarities = [Linear(part, nothing).logits(rows) for part in self.similarity_weights(labels)]
        part = Annotations(annotations.positive[:, labels], annotations.observed[:, labels])
        cells = np.stack([(one - one.mean(axis=0))[part.observed] for one in similarities], axis=1)
        loss = Loss(
            rows=DenseRows(cells * UNITS),
            targets=part.positive[part.observed][:, None].astype(np.float64),
            sample_weights=LOOSENESS * balanced_sample_weights(part, BALANCE)[part.observed][:, None],
            offsets=(cells @ SLOPES)[:, None],
        )
        moved, bias = minimise(loss)
        # A weight below 0 is chance: similarity to its description is no evidence against a label.
        return np.maximum(SLOPES + UNITS * moved[:, 0], 0), float(bias[0])


def description_prior(encoder: TextEncoder, labels: Sequence[Label]) -> Prior:
    """Encode the names (ids as words) and descriptions of these labels, in this order."""
    names = [words_of(label.id) for label in labels]
    return Prior(tuple(encode_all(encoder, texts) for texts in (names, [label.description for label in labels])))


def example_rows(labels: Sequence[Label]) -> tuple[Example, ...]:
    """The taxonomy's examples as rows to learn from; all other labels are unknown in them."""
    ids = frozenset(label.id for label in labels)
    return tuple(
        Example(f"{label.id}-example-{place}", text, frozenset({label.id}), ids - {label.id}, source="taxonomy")
        for label in labels
        for place, text in enumerate(label.examples)
    )


def _centred(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Without what all labels have in common ("the customer asks …"); a single label is left as it is."""
    return features - features.mean(axis=0) if len(features) > 1 else features
