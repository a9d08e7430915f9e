"""Which items are reviewed: those most likely to be wrong, as many as the taxonomy's review share allows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from sklearn.linear_model import LogisticRegression

from tagging.learning.calibration.out_of_fold import OutOfFold, assignment_of, scores_for
from tagging.learning.heads import Assignment
from tagging.learning.numeric import Bools, Floats
from tagging.model import Decision, ReviewRule, expected_error, log_odds
from tagging.taxonomy import Taxonomy

FEWEST = 5
"""Wrong and right rows, and rows with and without a label, below which the weight of having no label is not learned."""
MOST_WEIGHT = 5.0


def tune_review(taxonomy: Taxonomy, out_of_fold: OutOfFold, decisions: Mapping[str, Decision]) -> ReviewRule | None:
    """The rule that reviews the taxonomy's share of rows like those of the data; None where no row has an answer.

    Composed mails and background items do not count: their errors are not as frequent as those of rows.
    """
    rows = out_of_fold.natural_rows()
    if not rows.annotations.observed.any():
        return None
    scores = scores_for(taxonomy, rows.logits, decisions)
    assignment = closed(taxonomy, assignment_of(taxonomy, scores, decisions))
    error = expected_error(taxonomy, closed_scores(taxonomy, scores, assignment), assignment.assigned, assignment.ran)
    risk, unlabelled = log_odds(error), np.asarray(~assignment.assigned.any(axis=1))
    wrong = np.asarray(((assignment.assigned != rows.annotations.positive) & rows.annotations.observed).any(axis=1))
    weight = _weight_of_no_label(risk, unlabelled, wrong)
    return ReviewRule(round(_cut(risk + weight * unlabelled, taxonomy.review_share), 4), weight)


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


def _weight_of_no_label(risk: Floats, unlabelled: Bools, wrong: Bools) -> float:
    """What having no label adds to the risk: where every row has a label, it is nearly always wrong."""
    counts = (wrong.sum(), (~wrong).sum(), unlabelled.sum(), (~unlabelled).sum())
    if min(counts) < FEWEST:
        return 0.0
    slope, weight = LogisticRegression().fit(np.stack([risk, unlabelled], axis=1), wrong).coef_[0]
    return round(float(np.clip(weight / slope, -MOST_WEIGHT, MOST_WEIGHT)), 4) if slope > 0 else 0.0


def _cut(risk: Floats, share: float) -> float:
    """The risk from which at most this share of the rows is; rows of equal risk are all above it or all below."""
    falling = np.sort(risk)[::-1]
    below = float(falling[min(int(share * len(risk)), len(risk) - 1)])
    above = falling[falling > below]
    return (float(above[-1]) + below) / 2 if len(above) else below + 1.0
