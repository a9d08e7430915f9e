"""Multiclass heads as they are learned: softmax regression, for labels of which exactly one holds, or none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from tagging.learning.heads.head_kind import TrainingHeadKind
from tagging.learning.heads.logistic import NEVER, Hyperparameters, Linear, Rotated
from tagging.learning.numeric import (
    Annotations,
    Bools,
    DenseRows,
    Floats,
    Rows,
    ScoreMap,
    WideRows,
    by_level,
    exclusive_maps,
)

MAX_ITERATIONS = 200
TOLERANCE = 1e-6
"""Relative fall of the loss at which a fit ends: with SciPy's own, 2e-9, training took twice as long for equal F1."""
NONE_FROM = 30
"""Rows without a label from which they are a class of their own."""


@dataclass(frozen=True)
class Targets:
    """Target probabilities [rows, labels, and none if it is a class], each row adding up to 1, and the weight of each
    row [rows]."""

    share: Floats
    sample_weights: Floats


def targets_of(annotations: Annotations, balance: float) -> Targets:
    """1 for the label that holds, and for none where none holds; if there are fewer than NONE_FROM such rows, they have
    equal shares, to keep all labels below their thresholds (Dhamija et al. 2018). Unknown rows have the weight 0.

    Rows of rare labels weigh more, by `balance` as for independent labels; the mean weight of an observed row is 1.
    """
    positive = annotations.positive & annotations.observed
    one: Bools = positive.sum(axis=1) == 1
    none: Bools = ~np.any(positive | ~annotations.observed, axis=1)
    labels = positive.shape[1]
    if none.sum() >= NONE_FROM:
        share = np.hstack([positive, none[:, None]]).astype(np.float64)
    else:
        share = np.where(one[:, None], positive, 1 / labels).astype(np.float64)
    which = np.where(one, positive.argmax(axis=1), labels)
    counts = np.bincount(which[one | none], minlength=labels + 1)
    weights = (counts.max() / np.maximum(counts, 1)) ** balance
    sample_weights = np.where(one | none, weights[which], 0.0)
    return Targets(share, sample_weights * (one | none).sum() / max(sample_weights.sum(), 1e-12))


def fit_exclusive(
    features: Rotated | WideRows,
    annotations: Annotations,
    hyperparameters: Hyperparameters,
    prior: Linear | None = None,
) -> Linear:
    """One weight vector per label by softmax cross-entropy over the observed rows, drawn towards the prior's.

    A label without a positive keeps the prior's weights and bias, or is NEVER assigned.
    """
    width = features.basis.shape[0] if isinstance(features, Rotated) else features.shape[1]
    learned = np.flatnonzero((annotations.positive & annotations.observed).any(axis=0))
    labels = annotations.positive.shape[1]
    weights, biases = np.zeros((width, labels)), np.full(labels, NEVER)
    if prior is not None:
        weights, biases = prior.weights.astype(np.float64), prior.biases.copy()
    if len(learned) == 1:
        biases[learned] = -NEVER
    if len(learned) < 2:
        return Linear(weights, biases)
    targets = targets_of(
        Annotations(annotations.positive[:, learned], annotations.observed[:, learned]), hyperparameters.balance
    )
    prior_mean = Linear(weights[:, learned], np.zeros(len(learned))).logits(features)
    if targets.share.shape[1] > len(learned):
        prior_mean = np.hstack([prior_mean, np.zeros((len(prior_mean), 1))])
    rows = DenseRows(features.rows) if isinstance(features, Rotated) else features
    result = _minimum(rows, targets, prior_mean, hyperparameters.inverse_penalty)
    if targets.share.shape[1] > len(learned):
        result = result[:, :-1] - result[:, -1:]  # the logit of none is 0
    weights[:, learned] += features.basis @ result[:-1] if isinstance(features, Rotated) else result[:-1]
    biases[learned] = result[-1]
    return Linear(weights, biases)


def _minimum(rows: Rows, targets: Targets, offsets: Floats, inverse_penalty: float) -> Floats:
    """Weights and, in the last row, biases [features + 1, labels]."""
    features, labels = rows.shape[1], targets.share.shape[1]
    sample_weights = inverse_penalty * targets.sample_weights[:, None]

    def loss(point: Floats) -> tuple[float, Floats]:
        matrix = point.reshape(features + 1, labels)
        logits = rows.times(matrix[:-1]) + matrix[-1] + offsets
        logs = logits - logits.max(axis=1, keepdims=True)
        logs = logs - np.log(np.exp(logs).sum(axis=1, keepdims=True))
        errors = sample_weights * (np.exp(logs) - targets.share)
        slope = np.vstack([rows.transposed_times(errors) + matrix[:-1], errors.sum(axis=0)])
        value = -float((sample_weights * targets.share * logs).sum()) + 0.5 * float((matrix[:-1] ** 2).sum())
        return value, slope.ravel()

    start = np.zeros((features + 1) * labels)
    result = minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"maxiter": MAX_ITERATIONS, "maxcor": 10, "ftol": 1e-6}
    )
    matrix: Floats = result.x.reshape(features + 1, labels)
    # A constant added to all labels changes no softmax; without it, logits of different sentences are comparable.
    matrix[-1] -= matrix[-1].mean()
    return matrix


class Exclusive:
    """Labels that are learned together, of which at most one is assigned."""

    fitted_together = False
    learns_none = True
    has_confusion = True

    def fit(
        self,
        features: Rotated | WideRows,
        annotations: Annotations,
        hyperparameters: Hyperparameters,
        prior: Linear | None,
    ) -> Linear:
        """One softmax regression."""
        return fit_exclusive(features, annotations, hyperparameters, prior)

    def score_maps(self, logits: Floats, annotations: Annotations, repeats: float) -> list[ScoreMap]:  # noqa: ARG002
        """One slope for all labels; `repeats` does not change it."""
        return exclusive_maps(logits, annotations)

    def assignable(self, scores: Floats) -> Floats:
        """Each row's highest score; 0 for the other labels."""
        return np.where(_is_highest(scores), scores, 0.0)

    def best_threshold(self, scores: Floats, positive: Bools) -> float:
        """Half of the best F1: the best threshold for calibrated scores (Lipton, Elkan and Naryanaswamy 2014).

        The rows alone could not decide: every threshold below the lowest top score assigns the same labels to them.
        For a new item unlike any row, whose top score is lower still, the threshold matters.
        """
        _, true_positives, assigned, positives = by_level(scores, positive)
        return float((true_positives / (assigned + positives)).max())

    def assigned(self, scores: Floats, thresholds: Floats) -> Bools:
        """The label with the highest score, if it reaches its threshold."""
        result: Bools = (scores >= thresholds) & _is_highest(scores)
        return result

    def unanswered(self, assigned: Bools) -> Bools:
        """Rows without an assigned label."""
        result: Bools = np.asarray(~assigned.any(axis=1))
        return result

    def of_composed(self, annotations: Annotations, *, ranked: bool) -> Annotations:
        """Annotations of items with rows of different labels: the first label if the head is ranked, else unknown."""
        return (_first if ranked else _only)(annotations.positive, annotations.observed)


def _is_highest(scores: Floats) -> Bools:
    """Whether a label's score is the highest of its row [rows, labels]."""
    result: Bools = scores >= scores.max(axis=1, keepdims=True)
    return result


def _only(positive: Bools, observed: Bools) -> Annotations:
    """Nothing is observed in rows where several labels hold."""
    several = (positive.sum(axis=1) > 1)[:, None]
    return Annotations(positive & ~several, observed & ~several)


def _first(positive: Bools, observed: Bools) -> Annotations:
    """The first label that holds, if every label before it is known to be negative."""
    columns = np.arange(positive.shape[1])
    possible = positive | ~observed
    first = np.where(possible.any(axis=1), possible.argmax(axis=1), len(columns))[:, None]
    holds = positive & (columns == first)
    decided = holds.any(axis=1) | (first[:, 0] == len(columns))
    return Annotations(holds, np.broadcast_to(decided[:, None], positive.shape))


KIND: TrainingHeadKind = Exclusive()
