"""What to expect of a bundle on items like its rows, and what the objectives of its labels cost, out of fold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from tagging.learning.calibration import OutOfFold, assignment_of, scores_for
from tagging.learning.numeric import Bools, Bootstrap, Interval, percentiles
from tagging.model import Decision
from tagging.taxonomy import Label, NumericObjective, Taxonomy

FEWEST_ROWS = 30
"""Rows below which nothing is expected: the interval would say nothing."""


@dataclass(frozen=True)
class Expectation:
    """Measured on the rows as they are, by heads that did not see them."""

    micro_f1: Interval
    """The 95 % interval: of other rows of the same kind."""
    fully_right: float
    """Share of rows in which every known label is right."""


def expectation_of(taxonomy: Taxonomy, out_of_fold: OutOfFold, decisions: Mapping[str, Decision]) -> Expectation | None:
    """None where there are too few rows, or no positive."""
    rows = out_of_fold.natural_rows()
    predicted, positive = _cells(taxonomy, rows, decisions)
    if len(predicted) < FEWEST_ROWS or not positive.any():
        return None
    by_row = np.stack([(predicted & positive).sum(axis=1) * 2, (predicted.astype(int) + positive).sum(axis=1)])
    replicates = []
    for weights in Bootstrap(np.arange(len(predicted))).weights():
        twice, total = by_row @ weights
        replicates.append(twice / np.maximum(total, 1))
    interval = percentiles(np.concatenate(replicates))
    right = float((predicted == positive).all(axis=1).mean())
    return None if interval is None else Expectation(interval, right)


def objective_notes(taxonomy: Taxonomy, out_of_fold: OutOfFold, decisions: Mapping[str, Decision]) -> Iterator[str]:
    """For each label whose objective is a floor, what it costs, or why it cannot be met."""
    rows = out_of_fold.natural_rows()
    predicted, positive = _cells(taxonomy, rows, decisions)
    for column, label in enumerate(taxonomy.labels.values()):
        if positive[:, column].any() and (note := _note(label, predicted[:, column], positive[:, column])):
            proven = decisions[label.id].meets_objective
            yield f"{label.id}: {note}" + ("" if proven else "; not proven: its items go to review")


def _cells(taxonomy: Taxonomy, rows: OutOfFold, decisions: Mapping[str, Decision]) -> tuple[Bools, Bools]:
    """Assigned and positive labels [rows, labels], where they are observed."""
    observed = rows.annotations.observed
    assignment = assignment_of(taxonomy, scores_for(taxonomy, rows.logits, decisions), decisions)
    return assignment.assigned & observed, rows.annotations.positive & observed


def _note(label: Label, predicted: Bools, positive: Bools) -> str | None:
    objective = label.objective
    if not isinstance(objective, NumericObjective) or objective.cost:
        return None
    both = float((predicted & positive).sum())
    precision, recall = both / max(int(predicted.sum()), 1), both / int(positive.sum())
    if (floor := objective.min_recall) is not None:
        if recall >= floor:
            return f"precision {precision:.2f} at recall {recall:.2f} ({floor:g} is asked)"
        return (
            f"recall {floor:g} is not reached ({recall:.2f} at precision {precision:.2f}): a threshold for it may give "
            "the label to nearly every row and is refused; add rows, or ask less"
        )
    floor = objective.min_precision or 0.0
    if precision >= floor:
        return f"recall {recall:.2f} at precision {precision:.2f} ({floor:g} is asked)"
    return f"no threshold reaches precision {floor:g} ({precision:.2f} at recall {recall:.2f}); add rows, or ask less"
