"""One-vs-rest logistic regression for many labels over the same rows, unknown cells left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from tagging.learning.rows import Answers

Floats = NDArray[np.float64]
NEVER = -12.0
"""Logit of a label without a known yes among the rows: it cannot be learned and is never given."""


@dataclass(frozen=True)
class Recipe:
    """What training can be told; chosen on NLU++ banking, runs 0 to 2 (see LOG.md)."""

    inverse_penalty: float = 30.0
    """C of scikit-learn: larger fits the rows more closely."""
    balance: float = 1.0
    """Exponent on the ratio of no to yes that a yes is weighted with: 0 treats rows alike, 1 balances fully."""
    lexical_weight: float = 0.6
    """Length of the lexical row beside three dense vectors of length 1."""
    threshold_prior: float = 20.0
    """Known yes that a label's own threshold needs to count as much as the head's."""


@dataclass(frozen=True)
class Linear:
    """Weights [features, labels] and biases [labels]."""

    weights: Floats
    biases: Floats

    def logits(self, features: NDArray[np.floating]) -> Floats:
        """[rows, features] -> [rows, labels]."""
        result: Floats = features @ self.weights + self.biases
        return result

    def as_stored(self) -> Linear:
        """Weights as the heads file keeps them, in 16 bits."""
        return Linear(self.weights.astype(np.float16).astype(np.float64), self.biases.astype(np.float32).astype(float))


@dataclass(frozen=True)
class Rotated:
    """Rows in the coordinates they span: with fewer rows than features, exactly the same fit for less work.

    The penalty does not see rotations, so that a fit on `rows` [n, rank] gives the weights `basis @ w`.
    """

    rows: Floats
    basis: Floats


def rotate(features: NDArray[np.floating]) -> Rotated:
    """Rotate [rows, features] onto the rows' own span by the eigenvectors of their Gram matrix."""
    wide = features.astype(np.float64)
    if wide.shape[0] >= wide.shape[1]:
        return Rotated(wide, np.eye(wide.shape[1]))
    values, vectors = np.linalg.eigh(wide @ wide.T)
    kept = values > values[-1] * 1e-10
    lengths = np.sqrt(values[kept])
    return Rotated(vectors[:, kept] * lengths, wide.T @ (vectors[:, kept] / lengths))


def fit(rows: Floats, answers: Answers, recipe: Recipe) -> Linear:
    """Fit each label on the rows where it is known; C and balance as the recipe says."""
    labels = answers.yes.shape[1]
    weights, biases = np.zeros((rows.shape[1], labels)), np.full(labels, NEVER)
    for label in range(labels):
        known = answers.known[:, label]
        yes = answers.yes[known, label]
        if not yes.any():
            continue
        if yes.all():
            biases[label] = -NEVER
            continue
        weighted = np.where(yes, ((~yes).sum() / yes.sum()) ** recipe.balance, 1.0)
        model = LogisticRegression(C=recipe.inverse_penalty, max_iter=300)
        model.fit(rows[known], yes, sample_weight=weighted * len(yes) / weighted.sum())
        weights[:, label], biases[label] = model.coef_[0], model.intercept_[0]
    return Linear(weights, biases)
