"""Each label's decision - score map, threshold, review band - from out-of-fold logits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from tagging.learning.calibration.objectives import (
    Threshold,
    above_chance,
    bayes_threshold,
    cost_threshold,
    precision_threshold,
    recall_threshold,
)
from tagging.learning.heads import Assignment, assign_labels, training_kind
from tagging.learning.numeric import Annotations, Bools, Floats, Ints, logit, sigmoid
from tagging.model import Decision, scores_of
from tagging.taxonomy import Head, Label, NumericObjective, Taxonomy

FEWEST_POSITIVES = 5
"""Positives below which a label has no threshold of its own, and its objective does not count as met."""
MOST_REVIEWED = 0.1
"""Share of items that review bands may send to a person."""
WIDEST = 0.4
"""Half the width of a review band at most, in logits of the score: from .40 to .60 around a threshold of one half."""
SCORE_MARGIN = 1e-4
"""Scores have four decimals: a threshold is never 0 or 1."""


@dataclass(frozen=True)
class OutOfFold:
    """Items to tune on: out-of-fold logits [items, labels] and annotations."""

    logits: Floats
    annotations: Annotations
    repeats: float = 1.0
    """Items per labelled row: composed mails use a row more than once, which adds no certainty."""
    positive_rows: Ints | None = None
    """Labelled rows with each label [labels]; None: estimated from the items."""

    def rows_of(self, known_positive: Bools) -> Ints:
        """How many independent rows with each label the items rest on [labels]."""
        if self.positive_rows is not None:
            return self.positive_rows
        rows: Ints = np.rint(known_positive.sum(axis=0) / self.repeats).astype(np.int64)
        return rows

    def take(self, columns: slice) -> OutOfFold:
        """The labels of these columns."""
        annotations = Annotations(self.annotations.positive[:, columns], self.annotations.observed[:, columns])
        rows = None if self.positive_rows is None else self.positive_rows[columns]
        return OutOfFold(self.logits[:, columns], annotations, self.repeats, rows)


def tune_decisions(taxonomy: Taxonomy, out_of_fold: OutOfFold, prior: float, learned: Bools) -> dict[str, Decision]:
    """A decision for every label; labels that are not `learned` [labels] had no positive in any row: zero-shot.

    `prior`: the number of positives at which a label's own threshold counts as much as its head's.
    """
    decisions: dict[str, Decision] = {}
    start = 0
    for head in taxonomy.heads:
        columns = slice(start, start + len(head.labels))
        start += len(head.labels)
        decisions |= _tune_head(head, out_of_fold.take(columns), prior, learned[columns])
    return _with_review_bands(taxonomy, out_of_fold, decisions)


def assignment_of(taxonomy: Taxonomy, scores: Floats, decisions: Mapping[str, Decision]) -> Assignment:
    """Which heads run and which labels are assigned by these decisions, for scores [items, labels]."""
    return assign_labels(taxonomy, scores, np.array([decisions[label].threshold for label in taxonomy.labels]))


def scores_for(taxonomy: Taxonomy, logits: Floats, decisions: Mapping[str, Decision]) -> Floats:
    """Scores [items, labels] of all heads, the same as in serving for the heads that run."""
    by_head, start = [], 0
    for head in taxonomy.heads:
        by_head.append(scores_of(head, logits[:, start : start + len(head.labels)], decisions))
        start += len(head.labels)
    return np.hstack(by_head)


def _tune_head(head: Head, out_of_fold: OutOfFold, prior: float, learned: Bools) -> dict[str, Decision]:
    kind = training_kind(head.kind)
    annotations = out_of_fold.annotations
    maps = kind.score_maps(out_of_fold.logits, annotations, out_of_fold.repeats)
    known_positive = annotations.positive & annotations.observed
    positives = out_of_fold.rows_of(known_positive)
    decisions = {
        label.id: Decision(
            threshold=0.5,
            slope=score_map.slope,
            intercept=score_map.intercept,
            breakpoints=score_map.breakpoints,
            beside_none=score_map.beside_none,
            positives=int(positives[column]),
            zero_shot=not learned[column],
        )
        for column, (label, score_map) in enumerate(zip(head.labels, maps, strict=True))
    }
    scores = kind.assignable(scores_of(head, out_of_fold.logits, decisions))
    of_head = (
        kind.best_threshold(scores[annotations.observed], known_positive[annotations.observed])
        if known_positive.any()
        else 0.5
    )
    for column, label in enumerate(head.labels):
        observed = annotations.observed[:, column]
        shrinkage = Shrinkage(of_head, decisions[label.id].positives, prior, kind.best_threshold)
        tuned = _threshold(label, scores[observed, column], known_positive[observed, column], shrinkage)
        decisions[label.id] = msgspec.structs.replace(
            decisions[label.id],
            threshold=round(float(np.clip(tuned.threshold, SCORE_MARGIN, 1 - SCORE_MARGIN)), 4),
            meets_objective=tuned.meets_objective and shrinkage.positives >= FEWEST_POSITIVES,
        )
    return decisions


@dataclass(frozen=True)
class Shrinkage:
    """The threshold towards which each label's own threshold is shrunk, and how strongly."""

    mean: float
    positives: int
    prior: float
    best: Callable[[Floats, Bools], float]
    """The threshold of the highest F1, from a label's scores and annotations."""

    def shrink(self, own: float) -> float:
        """Between the two, in logits of the score: `own` has the weight n / (n + prior).

        The best threshold on a handful of rows is mostly chance: without shrinkage .09 micro-F1 was lost in a trial.
        """
        share = self.positives / (self.positives + self.prior)
        return float(sigmoid(share * logit(own) + (1 - share) * logit(self.mean)))


def _threshold(label: Label, scores: Floats, positive: Bools, shrinkage: Shrinkage) -> Threshold:
    """The threshold for the label's objective, on the scores of observed cells."""
    objective = label.objective
    if isinstance(objective, NumericObjective) and objective.cost:
        shrinkage = replace(shrinkage, mean=bayes_threshold(objective.cost))
    enough = shrinkage.positives >= FEWEST_POSITIVES
    if not isinstance(objective, NumericObjective):
        threshold = shrinkage.shrink(shrinkage.best(scores, positive)) if enough else shrinkage.mean
        repeats = float(positive.sum()) / max(shrinkage.positives, 1)
        return above_chance(scores, positive, threshold, repeats) if positive.any() else Threshold(threshold)
    if objective.cost:
        own = cost_threshold(scores, positive, objective.cost) if enough else None
        return Threshold(shrinkage.mean if own is None else shrinkage.shrink(own))
    if not positive.any():
        return Threshold(shrinkage.mean, meets_objective=False)
    if objective.min_precision:
        return precision_threshold(scores, positive, objective.min_precision)
    return recall_threshold(scores, positive, objective.min_recall or 0)


def _with_review_bands(
    taxonomy: Taxonomy, out_of_fold: OutOfFold, decisions: dict[str, Decision]
) -> dict[str, Decision]:
    """The same with review bands, as wide as MOST_REVIEWED and WIDEST allow, around the thresholds that matter.

    Those are the thresholds of labels that have a route or are critical; where there are none, those of all labels.
    """
    thresholded = [label for head in taxonomy.heads if head.policy == "thresholds" for label in head.labels]
    acting = [label.id for label in thresholded if label.route or label.critical] or [label.id for label in thresholded]
    if not acting or not len(out_of_fold.logits):
        return decisions
    column_of = {name: column for column, name in enumerate(taxonomy.labels)}
    columns = [column_of[name] for name in acting]
    scores = scores_for(taxonomy, out_of_fold.logits, decisions)
    distance = np.abs(logit(scores[:, columns]) - logit(np.array([decisions[name].threshold for name in acting])))
    distance[~assignment_of(taxonomy, scores, decisions).ran[:, columns]] = np.inf
    nearest = np.sort(distance.min(axis=1))
    half = min(WIDEST, float(nearest[int(MOST_REVIEWED * len(nearest))]))
    for name in acting:
        middle = logit(decisions[name].threshold)
        band = (round(float(sigmoid(middle - half)), 4), round(float(sigmoid(middle + half)), 4))
        decisions[name] = msgspec.structs.replace(decisions[name], review=band)
    return decisions
