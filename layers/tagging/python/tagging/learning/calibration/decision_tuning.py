"""Each label's decision - score map and threshold - from out-of-fold logits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from tagging.learning.calibration.objectives import (
    Threshold,
    above_chance,
    bayes_threshold,
    cost_threshold,
    of_nearly_all,
    precision_threshold,
    recall_threshold,
)
from tagging.learning.calibration.out_of_fold import OutOfFold
from tagging.learning.heads import training_kind
from tagging.learning.numeric import Bools, Floats, logit, sigmoid
from tagging.model import Decision, scores_of
from tagging.taxonomy import Head, Label, NumericObjective, Taxonomy

FEWEST_POSITIVES = 5
"""Positives below which a label has no threshold of its own, and its objective does not count as met."""
SCORE_MARGIN = 1e-4
"""Scores have four decimals: a threshold is never 0 or 1."""


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
    return decisions


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
            meets_objective=tuned.meets_objective and shrinkage.positives > 0,
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
    """The threshold for the label's objective, on the scores of observed cells; only floors need to be proven."""
    objective = label.objective
    if isinstance(objective, NumericObjective) and objective.cost:
        shrinkage = replace(shrinkage, mean=bayes_threshold(objective.cost))
    enough = shrinkage.positives >= FEWEST_POSITIVES
    repeats = float(positive.sum()) / max(shrinkage.positives, 1)
    if not isinstance(objective, NumericObjective):
        return Threshold(_best_threshold(scores, positive, shrinkage))
    if objective.cost:
        own = cost_threshold(scores, positive, objective.cost) if enough and objective.cost.tuned else None
        return Threshold(shrinkage.mean if own is None else shrinkage.shrink(own))
    if not positive.any():
        return Threshold(shrinkage.mean, meets_objective=False)
    if objective.min_precision:
        tuned = precision_threshold(scores, positive, objective.min_precision, repeats)
    else:
        tuned = recall_threshold(scores, positive, objective.min_recall or 0, repeats)
    if of_nearly_all(scores, positive, tuned.threshold):
        return Threshold(_best_threshold(scores, positive, shrinkage), meets_objective=False)
    return replace(tuned, meets_objective=tuned.meets_objective and enough)


def _best_threshold(scores: Floats, positive: Bools, shrinkage: Shrinkage) -> float:
    """The threshold of the highest F1, or one that assigns the label to no more items than hold it.

    That of the head where positives are so few that they prove nothing, also not that it is too low.
    """
    if shrinkage.positives < FEWEST_POSITIVES or not positive.any():
        return shrinkage.mean
    repeats = float(positive.sum()) / shrinkage.positives
    return above_chance(scores, positive, shrinkage.shrink(shrinkage.best(scores, positive)), repeats).threshold
