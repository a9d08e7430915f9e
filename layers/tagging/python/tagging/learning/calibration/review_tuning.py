"""Which items are reviewed: those most likely to be wrong, as many as the taxonomy's review share allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from tagging.learning.calibration.out_of_fold import OutOfFold, assignment_of, scores_for
from tagging.learning.heads import Assignment
from tagging.learning.numeric import Bools, Floats, Ints
from tagging.model import Decision, ReviewRule, expected_error, log_odds
from tagging.taxonomy import Taxonomy

FEWEST = 5
"""Wrong and right rows, and rows with and without a label, below which the weight of having no label is not learned."""
MOST_WEIGHT = 5.0


@dataclass(frozen=True)
class _Risks:
    """The risk of each label set, whether it is empty and whether wrong; how many items it stands for [items]."""

    risk: Floats
    unlabelled: Bools
    wrong: Bools
    counts: Ints


def tune_review(taxonomy: Taxonomy, out_of_fold: OutOfFold, decisions: Mapping[str, Decision]) -> ReviewRule | None:
    """The rule that reviews the taxonomy's share of rows like those of the data; None where no row has an answer.

    Of longer items, which are wrong more often, more are reviewed: items of equal risk are wrong equally often,
    whatever their length.
    """
    natural = out_of_fold.natural_rows()
    if not natural.annotations.observed.any():
        return None
    rows = _risks_of(taxonomy, natural, decisions)
    of_none = _weight_of_no_label(rows)
    cut = _cut(np.repeat(rows.risk + of_none * rows.unlabelled, rows.counts), taxonomy.review_share)
    return ReviewRule(round(cut, 4), of_none)


def _risks_of(taxonomy: Taxonomy, items: OutOfFold, decisions: Mapping[str, Decision]) -> _Risks:
    scores = scores_for(taxonomy, items.logits, decisions)
    assignment = closed(taxonomy, assignment_of(taxonomy, scores, decisions))
    error = expected_error(taxonomy, closed_scores(taxonomy, scores, assignment), assignment.assigned, assignment.ran)
    wrong = (assignment.assigned != items.annotations.positive) & items.annotations.observed
    unlabelled = np.asarray(~assignment.assigned.any(axis=1))
    counts = np.ones(len(wrong), dtype=np.int64) if items.counts is None else items.counts
    return _Risks(log_odds(error), unlabelled, np.asarray(wrong.any(axis=1)), counts)


def closed(taxonomy: Taxonomy, assignment: Assignment) -> Assignment:
    """The same with the implied labels."""
    assigned = assignment.assigned.copy()
    columns = {label_id: column for column, label_id in enumerate(taxonomy.labels)}
    for label_id, column in columns.items():
        for implied in taxonomy.closed([label_id]):
            assigned[:, columns[implied]] |= assignment.assigned[:, column]
    return Assignment(assignment.ran, assigned)


def closed_scores(taxonomy: Taxonomy, scores: Floats, assignment: Assignment) -> Floats:
    """The scores; an assigned label's is at least that of the assigned labels that imply it, as in serving."""
    highest = scores.copy()
    columns = {label_id: column for column, label_id in enumerate(taxonomy.labels)}
    for label_id, column in columns.items():
        own = np.where(assignment.assigned[:, column], scores[:, column], 0.0)
        for implied in taxonomy.closed([label_id]):
            highest[:, columns[implied]] = np.maximum(highest[:, columns[implied]], own)
    return highest


def _weight_of_no_label(rows: _Risks) -> float:
    """What having no label adds to the risk: where every row has a label, it is nearly always wrong."""
    counts = (rows.wrong.sum(), (~rows.wrong).sum(), rows.unlabelled.sum(), (~rows.unlabelled).sum())
    if min(counts) < FEWEST:
        return 0.0
    features = np.stack([rows.risk, rows.unlabelled], axis=1)
    slope, weight = LogisticRegression().fit(features, rows.wrong, rows.counts).coef_[0]
    return round(float(np.clip(weight / slope, -MOST_WEIGHT, MOST_WEIGHT)), 4) if slope > 0 else 0.0


def _cut(risk: Floats, share: float) -> float:
    """The risk from which at most this share of the rows is; rows of equal risk are all above it or all below."""
    falling = np.sort(risk)[::-1]
    below = float(falling[min(int(share * len(risk)), len(risk) - 1)])
    above = falling[falling > below]
    return (float(above[-1]) + below) / 2 if len(above) else below + 1.0
