"""Alternatives to independent labels, each compared with plain heads on the same rows (results in LOG.md).

`python -m layers.mail_model.experiments --data DIR [--only NAME …]` where DIR holds `nlupp/` and `multidogo/`.
Half of the test rows of an official NLU++ run serve as unlabelled rows, the others as test rows.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering

from benchmarks.quality.f1 import f1_scores
from layers.mail_model.experiment_rows import HYPERPARAMETERS, Rows, multidogo, nlupp
from tagging.learning.heads import Directions, Features, Linear, Rotated, balanced_sample_weights, fit, rotate
from tagging.learning.numeric import Annotations, DenseRows, Loss, minimise, sigmoid, split_evenly, tuned_thresholds

Floats = NDArray[np.float64]
Logits = Callable[[Features], Floats]
FOLDS = 3
SECOND_LAYER_TOLERANCE = 1e-3
"""Gradient at which the training of a second layer stops."""
LOGIT_DIVISOR = 30.0
"""Divides the input logits of a correlation layer; its square multiplies the penalty of a weight there."""


def plain(rows: Rows) -> Logits:
    """Independent labels, as shipped."""
    heads = fit(
        rows.features, rows.annotations, HYPERPARAMETERS, rows.directions.zero_shot(rows.features, rows.annotations)
    )
    return heads.logits


def out_of_fold(rows: Rows, learn: Callable[[Rows], Logits]) -> Floats:
    """Logits of every row by heads that were not trained on it."""
    folds = split_evenly(rows.annotations.positive, FOLDS, seed=0)
    result = np.zeros(rows.annotations.positive.shape)
    for fold in range(FOLDS):
        inside = folds == fold
        result[inside] = learn(rows.take(~inside))(rows.features.take(inside))
    return result


def fit_shares(rows: Rotated, share: Floats, sample_weights: Floats, prior: Linear) -> Linear:
    """Like `fit`, on shares of a positive, with any sample weights; a label without a positive keeps the prior's."""
    labels = np.flatnonzero((share * (sample_weights > 0)).max(axis=0) > 0.5)
    prior_mean = Linear(prior.weights[:, labels], np.zeros(len(labels))).logits(rows)
    result = Linear(prior.weights.copy(), prior.biases.copy())
    loss = Loss(
        DenseRows(rows.rows), share[:, labels], HYPERPARAMETERS.inverse_penalty * sample_weights[:, labels], prior_mean
    )
    weights, result.biases[labels] = minimise(loss)
    result.weights[:, labels] += rows.basis @ weights
    return result


def correlation(rows: Rows) -> Logits:
    """A linear layer over all labels' logits, trained on out-of-fold logits."""
    scores, first = out_of_fold(rows, plain), plain(rows)
    loss = Loss(
        DenseRows(scores / LOGIT_DIVISOR),
        rows.annotations.positive.astype(float),
        balanced_sample_weights(rows.annotations, 0.0),
        scores,
    )
    weights, biases = minimise(loss, SECOND_LAYER_TOLERANCE)

    def logits(features: Features) -> Floats:
        before = first(features)
        return before + before / LOGIT_DIVISOR @ weights + biases

    return logits


def chain(rows: Rows) -> Logits:
    """A classifier chain from the most to the least frequent label; at test time it uses probabilities for answers."""
    scores, first = out_of_fold(rows, plain), plain(rows)
    positive, sample_weights = rows.annotations.positive.astype(float), balanced_sample_weights(rows.annotations, 0.0)
    order = np.argsort(-positive.sum(axis=0), kind="stable")
    links = []
    for index, label in enumerate(order):
        one = Loss(
            DenseRows(positive[:, order[:index]]), positive[:, [label]], sample_weights[:, [label]], scores[:, [label]]
        )
        links.append(minimise(one, SECOND_LAYER_TOLERANCE))

    def logits(features: Features) -> Floats:
        result = first(features)
        for index, (label, (weights, bias)) in enumerate(zip(order, links, strict=True)):
            result[:, label] += sigmoid(result[:, order[:index]]) @ weights[:, 0] + bias
        return result

    return logits


def hierarchical(rows: Rows) -> Logits:
    """Groups of similar descriptions: a head per group, and labels shrunk towards their group's weights."""
    towards = rows.directions.towards[0][:, : rows.directions.dense]
    groups = AgglomerativeClustering(n_clusters=max(2, len(towards) // 5)).fit_predict(towards)
    member = np.eye(groups.max() + 1, dtype=bool)[groups]
    positive = (rows.annotations.positive & rows.annotations.observed) @ member
    above = fit(
        rows.features, Annotations(positive, positive | ((rows.annotations.observed @ member) > 0)), HYPERPARAMETERS
    )
    guess = rows.directions.zero_shot(rows.features, rows.annotations)
    return fit(
        rows.features,
        rows.annotations,
        HYPERPARAMETERS,
        Linear(guess.weights + 0.3 * above.weights[:, groups], guess.biases),
    ).logits


def positive_unlabelled(rows: Rows) -> Logits:
    """Negatives weigh less the more likely out-of-fold heads find the label."""
    doubt = sigmoid(out_of_fold(rows, plain))
    sample_weights = balanced_sample_weights(rows.annotations, HYPERPARAMETERS.balance) * np.where(
        rows.annotations.positive, 1, 1 - 0.5 * doubt
    )
    guess = rows.directions.zero_shot(rows.features, rows.annotations)
    return fit_shares(rows.features, rows.annotations.positive.astype(float), sample_weights, guess).logits


def soft_labels(rows: Rows) -> Logits:
    """Annotations smoothed by a tenth with out-of-fold probabilities."""
    share = 0.9 * rows.annotations.positive + 0.1 * sigmoid(out_of_fold(rows, plain))
    guess = rows.directions.zero_shot(rows.features, rows.annotations)
    return fit_shares(
        rows.features, share, balanced_sample_weights(rows.annotations, HYPERPARAMETERS.balance), guess
    ).logits


def self_training(rows: Rows) -> Logits:
    """Unlabelled rows with confident predictions of plain heads, at a quarter of a row's weight."""
    thresholds = tuned_thresholds(out_of_fold(rows, plain), rows.annotations, HYPERPARAMETERS.threshold_prior)
    margins = plain(rows)(rows.unlabelled) - thresholds
    positive = np.vstack([rows.annotations.positive, margins > 0])
    observed = np.vstack([rows.annotations.observed, np.abs(margins) > 1.5])
    both = rotate(np.vstack([rows.plain, rows.unlabelled]))
    sample_weights = balanced_sample_weights(Annotations(positive & observed, observed), HYPERPARAMETERS.balance)
    sample_weights[len(rows.annotations.positive) :] *= 0.25
    return fit_shares(
        both, positive.astype(float), sample_weights, rows.directions.zero_shot(rows.features, rows.annotations)
    ).logits


def separate(rows: Rows) -> Logits:
    """Two separate heads, each with every other label."""
    every = np.arange(rows.annotations.positive.shape[1]) % 2

    def fit_half(half: int) -> Linear:
        inside = every == half
        annotations = Annotations(rows.annotations.positive[:, inside], rows.annotations.observed[:, inside])
        towards = tuple(text[inside] - text[inside].mean(axis=0) for text in rows.directions.towards)
        return fit(
            rows.features,
            annotations,
            HYPERPARAMETERS,
            Directions(towards, rows.directions.dense).zero_shot(rows.features, annotations),
        )

    halves = fit_half(0), fit_half(1)

    def logits(features: Features) -> Floats:
        first = halves[0].logits(features)
        result = np.zeros((len(first), len(every)))
        for half, heads in enumerate(halves):
            result[:, every == half] = heads.logits(features)
        return result

    return logits


DATA_SETS: tuple[Literal["low", "mid", "multidogo"], ...] = ("low", "mid", "multidogo")
IDEAS = (plain, correlation, chain, hierarchical, positive_unlabelled, soft_labels, self_training, separate)


def main() -> None:
    """Print micro- and macro-F1 of each idea on each data set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=[idea.__name__ for idea in IDEAS])
    options = parser.parse_args()
    for name in DATA_SETS:
        trials = list(multidogo(options.data) if name == "multidogo" else nlupp(options.data, name))
        for idea in (idea for idea in IDEAS if idea.__name__ in options.only):
            results = []
            for trial in trials:
                thresholds = tuned_thresholds(
                    out_of_fold(trial.rows, idea), trial.rows.annotations, HYPERPARAMETERS.threshold_prior
                )
                quality = f1_scores(idea(trial.rows)(trial.test) >= thresholds, trial.truth)
                results.append((quality.micro_f1, quality.macro_f1))
            print(f"{name:10} {idea.__name__:20} {np.mean(results, axis=0).round(3).tolist()}", flush=True)


if __name__ == "__main__":
    main()
