"""What training tells of a bundle: what to expect, and what floors cost."""

from __future__ import annotations

import numpy as np

from tagging.learning.calibration.out_of_fold import OutOfFold
from tagging.learning.numeric.arrays import Annotations
from tagging.learning.training.expectation import expectation_of, objective_notes
from tagging.model.manifest import Decision
from tagging.taxonomy.taxonomy import Head, Label, NumericObjective, Taxonomy

OBJECTIVES = {
    "full": NumericObjective(min_recall=0.8),
    "sure": NumericObjective(min_precision=0.9),
    "plain": "max_f1",
}
LABELS = tuple(Label(id=name, description=name, objective=goal) for name, goal in OBJECTIVES.items())
TAXONOMY = Taxonomy(version=1, heads=(Head(id="h", kind="multilabel", labels=LABELS),))
DECISIONS = {label.id: Decision(threshold=0.5) for label in LABELS}


def items(right: int, false_positives: int, false_negatives: int) -> OutOfFold:
    """Items in which every label holds, holds wrongly, or is missed alike."""
    logits = np.repeat([3.0, 3.0, -3.0], [right, false_positives, false_negatives])
    yes = np.repeat([True, False, True], [right, false_positives, false_negatives])
    cells = np.repeat(yes[:, None], 3, axis=1)
    return OutOfFold(np.repeat(logits[:, None], 3, axis=1), Annotations(cells, np.ones_like(cells)))


def test_micro_f1_and_rows_that_are_fully_right_are_expected_with_an_interval() -> None:
    found = expectation_of(TAXONOMY, items(80, 10, 10), DECISIONS)
    assert found is not None
    assert found.fully_right == 0.8
    f1 = 160 / 180
    assert f1 - 0.1 < found.micro_f1.low < f1 < found.micro_f1.high < f1 + 0.1


def test_nothing_is_expected_from_a_handful_of_rows() -> None:
    assert expectation_of(TAXONOMY, items(8, 1, 1), DECISIONS) is None


def test_composed_mails_and_background_do_not_count() -> None:
    every = items(80, 10, 10)
    only_right = OutOfFold(every.logits, every.annotations, composed=0, natural=80)
    found = expectation_of(TAXONOMY, only_right, DECISIONS)
    assert found is not None
    assert found.fully_right == 1.0


def test_a_floor_tells_what_it_costs() -> None:
    full, sure = objective_notes(TAXONOMY, items(80, 120, 10), DECISIONS)
    assert full == "full: precision 0.40 at recall 0.89 (0.8 is asked)"
    assert sure.startswith("sure: no threshold reaches precision 0.9 (0.40 at recall 0.89)")


def test_a_floor_that_is_not_reached_or_not_proven_says_so() -> None:
    decisions = DECISIONS | {"full": Decision(threshold=0.5, meets_objective=False)}
    full, sure = objective_notes(TAXONOMY, items(20, 1, 80), decisions)
    assert "recall 0.8 is not reached" in full
    assert full.endswith("not proven: its items go to review")
    assert sure == "sure: recall 0.20 at precision 0.95 (0.9 is asked)"
