"""Each label's decision - score map, threshold, review band - from logits of items that its heads did not see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from tagging.learning.calibration.objectives import (
    Threshold,
    bayes,
    cheapest,
    complete,
    precise,
)
from tagging.learning.heads import Served, learned_kind, served
from tagging.learning.numeric import Answers, Bools, Floats, logit, sigmoid
from tagging.model import Decision, scores_of
from tagging.taxonomy import Floor, Head, Label, Taxonomy

FEWEST_POSITIVES = 5
"""Known yes below which a label has no threshold of its own, and nothing about it is proven."""
MOST_REVIEWED = 0.1
"""Share of items that review bands may send to a person."""
WIDEST = 0.4
"""Half the width of a review band at most, in logits of the score: from .40 to .60 around a threshold of one half."""
INSIDE = 1e-4
"""Scores have four decimals: a threshold is never 0 or 1."""


@dataclass(frozen=True)
class OutOfFold:
    """Items to decide on: logits [items, labels] by heads that did not see them, and their answers."""

    logits: Floats
    answers: Answers
    repeats: float = 1.0
    """Items per row that was labelled: composed mails use a row more than once, which makes nothing surer."""


def decide(taxonomy: Taxonomy, trials: OutOfFold, prior: float, learned: Bools) -> dict[str, Decision]:
    """A decision for every label; labels that are not `learned` [labels] had no known yes in any row: guesses.

    `prior` is the known yes that a label's own threshold needs to count as much as its head's.
    """
    decisions: dict[str, Decision] = {}
    start = 0
    for head in taxonomy.heads:
        columns = slice(start, start + len(head.labels))
        start += len(head.labels)
        asked = Answers(trials.answers.positive[:, columns], trials.answers.observed[:, columns])
        of_head = OutOfFold(trials.logits[:, columns], asked, trials.repeats)
        decisions |= _decide_head(head, of_head, prior, learned[columns])
    return _with_bands(taxonomy, trials, decisions)


def told(taxonomy: Taxonomy, scores: Floats, decisions: Mapping[str, Decision]) -> Served:
    """Which labels are asked of which items, and which are given."""
    return served(taxonomy, scores, np.array([decisions[label].threshold for label in taxonomy.labels]))


def scores_for(taxonomy: Taxonomy, logits: Floats, decisions: Mapping[str, Decision]) -> Floats:
    """Scores [items, labels] of all heads, exactly as they are served where they are asked."""
    found, start = [], 0
    for head in taxonomy.heads:
        found.append(scores_of(head, logits[:, start : start + len(head.labels)], decisions))
        start += len(head.labels)
    return np.hstack(found)


def _decide_head(head: Head, trials: OutOfFold, prior: float, learned: Bools) -> dict[str, Decision]:
    kind = learned_kind(head.kind)
    maps = kind.score_maps(trials.logits, trials.answers, trials.repeats)
    held = trials.answers.positive & trials.answers.observed
    made = {
        label.id: Decision(
            threshold=0.5,
            slope=found.slope,
            intercept=found.intercept,
            breakpoints=found.breakpoints,
            positives=round(float(held[:, column].sum()) / trials.repeats),
            zero_shot=not learned[column],
        )
        for column, (label, found) in enumerate(zip(head.labels, maps, strict=True))
    }
    scores = kind.assignable(scores_of(head, trials.logits, made))
    together = (
        kind.best_threshold(scores[trials.answers.observed], held[trials.answers.observed]) if held.any() else 0.5
    )
    for column, label in enumerate(head.labels):
        known = trials.answers.observed[:, column]
        lean = Shrinkage(together, made[label.id].positives, prior, kind.best_threshold)
        cut = _cut(label, scores[known, column], held[known, column], lean)
        threshold = round(float(np.clip(cut.threshold, INSIDE, 1 - INSIDE)), 4)
        proven = cut.proven and lean.positives >= FEWEST_POSITIVES
        made[label.id] = msgspec.structs.replace(made[label.id], threshold=threshold, meets_objective=proven)
    return made


@dataclass(frozen=True)
class Shrinkage:
    """What a label's own threshold is drawn to, and by how much."""

    towards: float
    positives: int
    prior: float
    best: Callable[[Floats, Bools], float]
    """The threshold of the highest F1 of a label's scores and answers."""

    def drawn(self, own: float) -> float:
        """Between the two, in logits of the score: own with n / (n + prior) of a say.

        The best threshold on a handful of rows is mostly chance: taking it as it is lost .09 micro-F1 in a trial.
        """
        share = self.positives / (self.positives + self.prior)
        return float(sigmoid(share * logit(own) + (1 - share) * logit(self.towards)))


def _cut(label: Label, scores: Floats, yes: Bools, lean: Shrinkage) -> Threshold:
    goal = label.objective
    if isinstance(goal, Floor) and goal.cost:
        lean = replace(lean, towards=bayes(goal.cost))
    enough = lean.positives >= FEWEST_POSITIVES
    if not isinstance(goal, Floor):
        return Threshold(lean.drawn(lean.best(scores, yes)) if enough else lean.towards)
    if goal.cost:
        return Threshold(lean.drawn(cheapest(scores, yes, goal.cost)) if enough else lean.towards)
    if not yes.any():
        return Threshold(lean.towards, proven=False)
    return (
        precise(scores, yes, goal.min_precision) if goal.min_precision else complete(scores, yes, goal.min_recall or 0)
    )


def _with_bands(taxonomy: Taxonomy, trials: OutOfFold, decisions: dict[str, Decision]) -> dict[str, Decision]:
    """The same with review bands, as wide as MOST_REVIEWED and WIDEST allow, around the thresholds that matter.

    Those of labels that send an item somewhere or are critical; where there are none, those of all labels.
    """
    cut = [label for head in taxonomy.heads if head.policy == "thresholds" for label in head.labels]
    acting = [label.id for label in cut if label.route or label.critical] or [label.id for label in cut]
    if not acting or not len(trials.logits):
        return decisions
    places = {name: column for column, name in enumerate(taxonomy.labels)}
    columns = [places[name] for name in acting]
    scores = scores_for(taxonomy, trials.logits, decisions)
    distance = np.abs(logit(scores[:, columns]) - logit(np.array([decisions[name].threshold for name in acting])))
    distance[~told(taxonomy, scores, decisions).asked[:, columns]] = np.inf
    nearest = np.sort(distance.min(axis=1))
    half = min(WIDEST, float(nearest[int(MOST_REVIEWED * len(nearest))]))
    for name in acting:
        middle = logit(decisions[name].threshold)
        band = (round(float(sigmoid(middle - half)), 4), round(float(sigmoid(middle + half)), 4))
        decisions[name] = msgspec.structs.replace(decisions[name], review=band)
    return decisions
