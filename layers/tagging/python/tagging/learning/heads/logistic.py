"""One-vs-rest logistic regression for many labels over the same rows, unknown cells left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.numeric import Annotations, Bools, DenseRows, Floats, Loss, WideRows, minimise, wide_rows

NEVER = -12.0
"""Logit of a label without a positive and without a prior: it cannot be learned and is never assigned."""
ROTATED = 1200
"""Rows up to which rotation pays: its cost is their number cubed, and it makes fits several times faster."""
CELLS_AT_ONCE = 2_000_000
"""Rows x labels that are fitted together at most: this bounds the memory."""


@dataclass(frozen=True)
class Hyperparameters:
    """The hyperparameters of training; defaults chosen on NLU++ banking, runs 0 to 2 (see LOG.md)."""

    inverse_penalty: float = 30.0
    """C of scikit-learn: larger fits the rows more closely."""
    balance: float = 1.0
    """A positive has the weight (negatives / positives) ** balance: 0 treats rows alike, 1 balances fully."""
    lexical_weight: float = 0.6
    """Length of the lexical row beside three dense vectors of length 1."""
    threshold_prior: float = 40.0
    """Positives at which a label's own threshold counts as much as the head's."""


LEXICAL_OF_SEVERAL = 0.3
"""Lexical weight for an encoder of several languages: the n-grams of rows in one are not those of the others."""


def hyperparameters_for(languages: Sequence[str]) -> Hyperparameters:
    """The defaults for texts in the languages that an encoder knows."""
    return Hyperparameters(lexical_weight=LEXICAL_OF_SEVERAL) if len(languages) > 1 else Hyperparameters()


@dataclass(frozen=True)
class Rotated:
    """Rows in the coordinates they span: with fewer rows than features, exactly the same fit for less work.

    The penalty is invariant under rotation, so that a fit on `rows` [n, rank] gives the weights `basis @ w`.
    """

    rows: Floats
    basis: Floats

    def take(self, rows: Bools) -> Rotated:
        """The rows marked True, in the coordinates of all."""
        return Rotated(self.rows[rows], self.basis)

    def times(self, weights: Floats) -> Floats:
        """Weights in the features' coordinates [features, labels] -> [rows, labels]."""
        result: Floats = self.rows @ (self.basis.T @ weights)
        return result


Features = NDArray[np.floating] | Rotated | WideRows
"""[rows, features], as they are or prepared by `learnable`."""


@dataclass(frozen=True)
class Linear:
    """Weights [features, labels] and biases [labels]."""

    weights: Floats
    biases: Floats

    def logits(self, features: Features) -> Floats:
        """[rows, features] -> [rows, labels]."""
        if isinstance(features, (Rotated, WideRows)):
            return features.times(self.weights) + self.biases
        result: Floats = features @ self.weights + self.biases
        return result

    def as_stored(self) -> Linear:
        """Weights as the heads file keeps them, in 16 bits."""
        return Linear(self.weights.astype(np.float16).astype(np.float64), self.biases.astype(np.float32).astype(float))


def rotate(features: NDArray[np.floating]) -> Rotated:
    """Rotate [rows, features] onto the rows' own span by the eigenvectors of their Gram matrix."""
    wide = features.astype(np.float64)
    if wide.shape[0] >= wide.shape[1]:
        return Rotated(wide, np.eye(wide.shape[1]))
    values, vectors = np.linalg.eigh(wide @ wide.T)
    kept = values > values[-1] * 1e-10
    lengths = np.sqrt(values[kept])
    return Rotated(vectors[:, kept] * lengths, wide.T @ (vectors[:, kept] / lengths))


def learnable(features: NDArray[np.floating]) -> Rotated | WideRows:
    """Prepare [rows, features] once for several fits on them, or on some of the rows (`take`)."""
    count, width = features.shape
    return rotate(features) if count < width and count <= ROTATED else wide_rows(features)


def balanced_sample_weights(annotations: Annotations, balance: float) -> Floats:
    """The weight of each row for each label [rows, labels]: 0 where unknown, 1 on average over the observed cells."""
    observed, positives = annotations.observed.sum(axis=0), (annotations.positive & annotations.observed).sum(axis=0)
    ratio = (np.maximum(observed - positives, 1) / np.maximum(positives, 1)) ** balance
    weighted = np.where(annotations.positive, ratio, 1.0) * annotations.observed
    result: Floats = weighted * observed / np.maximum(weighted.sum(axis=0), 1e-9)
    return result


def fit(
    features: Features, annotations: Annotations, hyperparameters: Hyperparameters, prior: Linear | None = None
) -> Linear:
    """Fit each label on the rows where it is observed, with the C and balance of `hyperparameters`.

    Weights are drawn towards the prior's (towards 0 without one): with few rows they stay near it. A label without a
    positive keeps the prior's weights and bias.
    """
    rows = features if isinstance(features, (Rotated, WideRows)) else learnable(features)
    with_positive: Bools = np.any(annotations.positive & annotations.observed, axis=0)
    always: Bools = with_positive & np.all(annotations.positive | ~annotations.observed, axis=0)
    width = rows.basis.shape[0] if isinstance(rows, Rotated) else rows.shape[1]
    if prior is None:
        linear = Linear(np.zeros((width, len(with_positive))), np.where(always, -NEVER, NEVER))
    else:
        linear = Linear(prior.weights.astype(np.float64), np.where(always, -NEVER, prior.biases))
    learned = np.flatnonzero(with_positive & ~always)
    at_once = max(1, CELLS_AT_ONCE // max(len(annotations.positive), 1))
    for start in range(0, len(learned), at_once):
        _fit_labels(rows, annotations, hyperparameters, linear, learned[start : start + at_once])
    return linear


def _fit_labels(
    rows: Rotated | WideRows,
    annotations: Annotations,
    hyperparameters: Hyperparameters,
    linear: Linear,
    labels: NDArray[np.intp],
) -> None:
    """Fit these labels, drawn towards the weights in `linear`; the result is written there."""
    part = Annotations(annotations.positive[:, labels], annotations.observed[:, labels])
    prior_mean = Linear(linear.weights[:, labels], np.zeros(len(labels)))
    loss = Loss(
        rows=DenseRows(rows.rows) if isinstance(rows, Rotated) else rows,
        targets=part.positive.astype(np.float64),
        sample_weights=hyperparameters.inverse_penalty * balanced_sample_weights(part, hyperparameters.balance),
        offsets=prior_mean.logits(rows) if prior_mean.weights.any() else np.zeros(part.positive.shape),
    )
    weights, linear.biases[labels] = minimise(loss)
    linear.weights[:, labels] += rows.basis @ weights if isinstance(rows, Rotated) else weights
