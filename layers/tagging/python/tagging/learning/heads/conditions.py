"""Heads that wait for a label: what of their labels can be learned from rows, and of which items they are asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tagging.learning.heads.head_kind import learned_kind
from tagging.learning.numeric import Answers, Bools, Floats
from tagging.taxonomy import Taxonomy


def only_asked(answers: Answers, taxonomy: Taxonomy) -> Answers:
    """The same answers [rows, labels], known of a head that waits for a label only where that label holds.

    That an apple is no dress is true, but the head of dresses is never asked of apples, and has nothing to learn there.
    """
    places = {label: column for column, label in enumerate(taxonomy.labels)}
    asked = [
        np.ones(len(answers.positive), dtype=bool) if head.when is None else _holds(answers, places[head.when])
        for head in taxonomy.heads
    ]
    return Answers(answers.positive, answers.observed & _by_label(taxonomy, asked))


@dataclass(frozen=True)
class Served:
    """What comes of scores, as they are served: boolean arrays [items, labels]."""

    asked: Bools
    """The label's head runs: it waits for no label, or for one that was given."""
    given: Bools
    """Without the labels that others imply."""


def served(taxonomy: Taxonomy, scores: Floats, thresholds: Floats) -> Served:
    """Heads run in their turn, by scores [items, labels] and thresholds [labels]."""
    places = {label: column for column, label in enumerate(taxonomy.labels)}
    given = np.zeros(scores.shape, dtype=bool)
    asked: list[Bools] = []
    for head in taxonomy.heads:
        columns = np.array([places[label.id] for label in head.labels])
        runs = given[:, places[head.when]] if head.when else np.ones(len(scores), dtype=bool)
        given[:, columns] = learned_kind(head.kind).assigned(scores[:, columns], thresholds[columns]) & runs[:, None]
        asked.append(runs)
    return Served(_by_label(taxonomy, asked), given)


def _holds(answers: Answers, column: int) -> Bools:
    result: Bools = answers.positive[:, column] & answers.observed[:, column]
    return result


def _by_label(taxonomy: Taxonomy, by_head: list[Bools]) -> Bools:
    sizes = [len(head.labels) for head in taxonomy.heads]
    return np.repeat(np.stack(by_head, axis=1), sizes, axis=1)
