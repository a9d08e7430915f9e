"""More than independent labels, each idea beside plain heads on the same rows (figures in LOG.md).

`python layers/mail_model/experiments.py --data DIR [--only NAME …]` where DIR holds `nlupp/` and `multidogo/`.
Half of the rows that an official NLU++ run would test are taken as unlabelled, the others tested, for all alike.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
from experiment_rows import RECIPE, Rows, multidogo, nlupp  # type: ignore[import-not-found]  # beside this script
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering

from benchmarks.quality.f1 import f1_scores
from tagging.learning.heads import Directions, Features, Linear, Rotated, fit, masses, rotate
from tagging.learning.numeric import Answers, Loss, WholeRows, deal, minimise, sigmoid, tuned_thresholds

Floats = NDArray[np.float64]
Logits = Callable[[Features], Floats]
PARTS = 3
SECOND = 1e-3
"""Slope at which a second layer is learned enough."""
WEAKENED = 30.0
"""Divides the logits that a correlation layer sees: its square is how much dearer a weight is there."""


def plain(rows: Rows) -> Logits:
    """Independent labels, as shipped."""
    heads = fit(rows.features, rows.answers, RECIPE, rows.directions.guess(rows.features, rows.answers))
    return heads.logits


def unseen(rows: Rows, learn: Callable[[Rows], Logits]) -> Floats:
    """Logits of every row by heads that did not learn from it."""
    parts = deal(rows.answers.yes, PARTS, seed=0)
    result = np.zeros(rows.answers.yes.shape)
    for part in range(PARTS):
        inside = parts == part
        result[inside] = learn(rows.take(~inside))(rows.features.take(inside))
    return result


def softly(rows: Rotated, share: Floats, mass: Floats, prior: Linear) -> Linear:
    """Like `fit`, towards shares of a yes and with any masses; labels without a yes keep the prior's."""
    held = np.flatnonzero((share * (mass > 0)).max(axis=0) > 0.5)
    drawn_to = Linear(prior.weights[:, held], np.zeros(len(held))).logits(rows)
    found = Linear(prior.weights.copy(), prior.biases.copy())
    loss = Loss(WholeRows(rows.rows), share[:, held], RECIPE.inverse_penalty * mass[:, held], drawn_to)
    weights, found.biases[held] = minimise(loss)
    found.weights[:, held] += rows.basis @ weights
    return found


def correlation(rows: Rows) -> Logits:
    """A layer of weights between all labels' logits, learned on logits out of fold."""
    scores, first = unseen(rows, plain), plain(rows)
    loss = Loss(WholeRows(scores / WEAKENED), rows.answers.yes.astype(float), masses(rows.answers, 0.0), scores)
    weights, biases = minimise(loss, SECOND)

    def logits(features: Features) -> Floats:
        before = first(features)
        return before + before / WEAKENED @ weights + biases

    return logits


def chain(rows: Rows) -> Logits:
    """A chain from the most to the least frequent label: each sees the answers before it, at test their chances."""
    scores, first = unseen(rows, plain), plain(rows)
    held, mass = rows.answers.yes.astype(float), masses(rows.answers, 0.0)
    order = np.argsort(-held.sum(axis=0), kind="stable")
    links = []
    for place, label in enumerate(order):
        one = Loss(WholeRows(held[:, order[:place]]), held[:, [label]], mass[:, [label]], scores[:, [label]])
        links.append(minimise(one, SECOND))

    def logits(features: Features) -> Floats:
        result = first(features)
        for place, (label, (weights, bias)) in enumerate(zip(order, links, strict=True)):
            result[:, label] += sigmoid(result[:, order[:place]]) @ weights[:, 0] + bias
        return result

    return logits


def hierarchical(rows: Rows) -> Logits:
    """Groups of like descriptions: a head per group, and labels drawn towards their group's weights."""
    towards = rows.directions.towards[0][:, : rows.directions.dense]
    groups = AgglomerativeClustering(n_clusters=max(2, len(towards) // 5)).fit_predict(towards)
    member = np.eye(groups.max() + 1, dtype=bool)[groups]
    yes = (rows.answers.yes & rows.answers.known) @ member
    above = fit(rows.features, Answers(yes, yes | ((rows.answers.known @ member) > 0)), RECIPE)
    guess = rows.directions.guess(rows.features, rows.answers)
    return fit(
        rows.features, rows.answers, RECIPE, Linear(guess.weights + 0.3 * above.weights[:, groups], guess.biases)
    ).logits


def positive_unlabelled(rows: Rows) -> Logits:
    """A no counts the less, the likelier its row holds the label by heads that did not see it."""
    doubt = sigmoid(unseen(rows, plain))
    mass = masses(rows.answers, RECIPE.balance) * np.where(rows.answers.yes, 1, 1 - 0.5 * doubt)
    guess = rows.directions.guess(rows.features, rows.answers)
    return softly(rows.features, rows.answers.yes.astype(float), mass, guess).logits


def soft_labels(rows: Rows) -> Logits:
    """A tenth of each answer is what heads say that did not see the row."""
    share = 0.9 * rows.answers.yes + 0.1 * sigmoid(unseen(rows, plain))
    guess = rows.directions.guess(rows.features, rows.answers)
    return softly(rows.features, share, masses(rows.answers, RECIPE.balance), guess).logits


def self_training(rows: Rows) -> Logits:
    """Unlabelled rows with what plain heads say of them where they are sure, at a quarter of a row's mass."""
    cut = tuned_thresholds(unseen(rows, plain), rows.answers, RECIPE.threshold_prior)
    told = plain(rows)(rows.unlabelled) - cut
    yes = np.vstack([rows.answers.yes, told > 0])
    known = np.vstack([rows.answers.known, np.abs(told) > 1.5])
    both = rotate(np.vstack([rows.plain, rows.unlabelled]))
    mass = masses(Answers(yes & known, known), RECIPE.balance)
    mass[len(rows.answers.yes) :] *= 0.25
    return softly(both, yes.astype(float), mass, rows.directions.guess(rows.features, rows.answers)).logits


def separate(rows: Rows) -> Logits:
    """Two heads of every other label each, nothing learned over both."""
    every = np.arange(rows.answers.yes.shape[1]) % 2

    def of(half: int) -> Linear:
        mine = every == half
        asked = Answers(rows.answers.yes[:, mine], rows.answers.known[:, mine])
        towards = tuple(text[mine] - text[mine].mean(axis=0) for text in rows.directions.towards)
        return fit(rows.features, asked, RECIPE, Directions(towards, rows.directions.dense).guess(rows.features, asked))

    halves = of(0), of(1)

    def logits(features: Features) -> Floats:
        first = halves[0].logits(features)
        result = np.zeros((len(first), len(every)))
        for half, heads in enumerate(halves):
            result[:, every == half] = heads.logits(features)
        return result

    return logits


WHERE: tuple[Literal["low", "mid", "multidogo"], ...] = ("low", "mid", "multidogo")
IDEAS = (plain, correlation, chain, hierarchical, positive_unlabelled, soft_labels, self_training, separate)


def main() -> None:
    """Print micro- and macro-F1 of each idea on each data set."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--only", nargs="*", default=[idea.__name__ for idea in IDEAS])
    given = asked.parse_args()
    for where in WHERE:
        trials = list(multidogo(given.data) if where == "multidogo" else nlupp(given.data, where))
        for idea in (idea for idea in IDEAS if idea.__name__ in given.only):
            found = []
            for one in trials:
                cut = tuned_thresholds(unseen(one.rows, idea), one.rows.answers, RECIPE.threshold_prior)
                quality = f1_scores(idea(one.rows)(one.test) >= cut, one.truth)
                found.append((quality.micro_f1, quality.macro_f1))
            print(f"{where:10} {idea.__name__:20} {np.mean(found, axis=0).round(3).tolist()}", flush=True)


if __name__ == "__main__":
    main()
