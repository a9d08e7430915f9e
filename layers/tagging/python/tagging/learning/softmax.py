"""Softmax regression for an exclusive head: of its labels exactly one holds, or none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]  # scipy ships no types

from tagging.learning.lbfgs import Rows
from tagging.learning.logistic import NEVER, Linear, Recipe
from tagging.learning.rows import Answers

Floats = NDArray[np.float64]
MOST_TURNS = 200


@dataclass(frozen=True)
class Targets:
    """What a head should say [rows, labels], each row adding up to 1, and what each row counts [rows]."""

    share: Floats
    mass: Floats


def targets_of(answers: Answers, balance: float) -> Targets:
    """All on the label that holds; evenly spread where none does, which keeps every label below its threshold
    (Dhamija et al. 2018); a row of which that is not known counts nothing.

    Rows of rare labels count more, by `balance` as for independent labels; the mean mass of a known row is 1.
    """
    yes = answers.yes & answers.known
    one, none = yes.sum(axis=1) == 1, ~yes.any(axis=1) & answers.known.all(axis=1)
    labels = yes.shape[1]
    share = np.where(one[:, None], yes, 1 / labels).astype(np.float64)
    which = np.where(one, yes.argmax(axis=1), labels)
    counts = np.bincount(which[one | none], minlength=labels + 1)
    weights = (counts.max() / np.maximum(counts, 1)) ** balance
    mass = np.where(one | none, weights[which], 0.0)
    return Targets(share, mass * (one | none).sum() / max(mass.sum(), 1e-12))


def fit_exclusive(rows: Rows, answers: Answers, recipe: Recipe) -> Linear:
    """One weight vector per label by softmax cross-entropy over the rows known; NEVER for a label without a yes."""
    learned = (answers.yes & answers.known).any(axis=0)
    weights, biases = np.zeros((rows.shape[1], len(learned))), np.full(len(learned), NEVER)
    if learned.sum() == 1:
        biases[learned] = -NEVER
    if learned.sum() < 2:
        return Linear(weights, biases)
    targets = targets_of(Answers(answers.yes[:, learned], answers.known[:, learned]), recipe.balance)
    weights[:, learned], biases[learned] = _minimum(rows, targets, recipe.inverse_penalty)
    return Linear(weights, biases)


def _minimum(rows: Rows, targets: Targets, inverse_penalty: float) -> tuple[Floats, Floats]:
    features, labels = rows.shape[1], targets.share.shape[1]
    mass = inverse_penalty * targets.mass[:, None]

    def loss(point: Floats) -> tuple[float, Floats]:
        matrix = point.reshape(features + 1, labels)
        logits = rows.times(matrix[:-1]) + matrix[-1]
        logs = logits - logits.max(axis=1, keepdims=True)
        logs = logs - np.log(np.exp(logs).sum(axis=1, keepdims=True))
        errors = mass * (np.exp(logs) - targets.share)
        slope = np.vstack([rows.turned_times(errors) + matrix[:-1], errors.sum(axis=0)])
        value = -float((mass * targets.share * logs).sum()) + 0.5 * float((matrix[:-1] ** 2).sum())
        return value, slope.ravel()

    start = np.zeros((features + 1) * labels)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": MOST_TURNS, "maxcor": 10})
    matrix = found.x.reshape(features + 1, labels)
    # Adding the same to all labels changes no softmax; without it, logits of different sentences can be compared.
    biases: Floats = matrix[-1] - matrix[-1].mean()
    return matrix[:-1], biases
