"""Which items are reviewed: as many as the taxonomy allows, and those most likely to be wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import numpy as np
import pytest

from tagging.learning.calibration.decision_tuning import tune_decisions
from tagging.learning.calibration.out_of_fold import OutOfFold, assignment_of, scores_for
from tagging.learning.calibration.review_tuning import tune_review
from tagging.learning.numeric.arrays import Annotations, Bools, Floats
from tagging.model.manifest import Decision, ReviewRule
from tagging.model.risk import expected_error, log_odds
from tagging.taxonomy.taxonomy import Head, Label, Taxonomy

LABELS = tuple(Label(id=name, description=name) for name in "abc")
DECISIONS = {label.id: Decision(threshold=0.5) for label in LABELS}
ROWS = 1500


def taxonomy(kind: str, review_share: float = 0.15) -> Taxonomy:
    return Taxonomy(version=1, heads=(Head(id="h", kind=kind, labels=LABELS),), review_share=review_share)


def noisy(kind: str, *, some_without: bool = True, seed: int = 0) -> OutOfFold:
    random = np.random.default_rng(seed)
    if kind == "multilabel":
        yes = random.random((ROWS, len(LABELS))) < 0.3
    else:
        yes = np.eye(len(LABELS), dtype=bool)[random.integers(len(LABELS), size=ROWS)]
        yes[: ROWS // 4 if some_without else 0] = False
    return OutOfFold(random.normal(scale=1.2, size=yes.shape) + 4 * yes - 2, Annotations(yes, np.ones_like(yes)))


def tuned(labels: Taxonomy, items: OutOfFold) -> tuple[dict[str, Decision], ReviewRule]:
    decisions = tune_decisions(labels, items, 20, np.ones(len(LABELS), dtype=bool))
    rule = tune_review(labels, items, decisions)
    assert rule is not None
    return decisions, rule


def reviewed_and_wrong(
    labels: Taxonomy, items: OutOfFold, decisions: dict[str, Decision], rule: ReviewRule
) -> tuple[Bools, Bools]:
    scores = scores_for(labels, items.logits, decisions)
    found = assignment_of(labels, scores, decisions)
    risk: Floats = log_odds(expected_error(labels, scores, found.assigned, found.ran))
    risk = risk + rule.unlabelled * ~found.assigned.any(axis=1)
    return risk >= rule.cut, np.asarray((found.assigned != items.annotations.positive).any(axis=1))


@pytest.mark.parametrize("share", [0.05, 0.15, 0.4])
@pytest.mark.parametrize("kind", ["multilabel", "multiclass"])
def test_the_taxonomys_share_of_other_items_is_reviewed_and_they_are_wrong_more_often(kind: str, share: float) -> None:
    labels = taxonomy(kind, share)
    decisions, rule = tuned(labels, noisy(kind))
    reviewed, wrong = reviewed_and_wrong(labels, noisy(kind, seed=1), decisions, rule)
    assert reviewed.mean() == pytest.approx(share, abs=0.03)
    assert wrong[reviewed].mean() > 2 * wrong[~reviewed].mean()


def test_without_a_share_nothing_is_reviewed_because_it_is_uncertain() -> None:
    labels = taxonomy("multilabel", 0.0)
    decisions, rule = tuned(labels, noisy("multilabel"))
    assert not reviewed_and_wrong(labels, noisy("multilabel"), decisions, rule)[0].any()


def test_items_without_a_label_are_riskier_where_every_row_has_one() -> None:
    labels = taxonomy("multiclass")
    decisions = {label.id: Decision(threshold=0.5, beside_none=True) for label in LABELS}
    rules = [tune_review(labels, noisy("multiclass", some_without=some), decisions) for some in (False, True)]
    assert rules[0] is not None
    assert rules[1] is not None
    assert rules[0].unlabelled > rules[1].unlabelled + 1


def joined(one: OutOfFold, other: OutOfFold, **fields: Any) -> OutOfFold:
    annotations = (
        np.vstack([getattr(each.annotations, name) for each in (one, other)]) for name in ("positive", "observed")
    )
    return OutOfFold(np.vstack([one.logits, other.logits]), Annotations(*annotations), **fields)


def test_background_items_do_not_move_the_cut() -> None:
    labels, rows, others = taxonomy("multilabel"), noisy("multilabel"), noisy("multilabel", seed=2)
    decisions, rule = tuned(labels, rows)
    assert tune_review(labels, joined(rows, others, natural=ROWS), decisions) == rule


def test_the_budget_is_that_of_the_rows_and_composed_mails_of_equal_risk_are_reviewed_too() -> None:
    labels, rows, mails = taxonomy("multilabel"), noisy("multilabel"), noisy("multilabel", seed=2)
    doubtful = OutOfFold(mails.logits / 2, mails.annotations)
    decisions = {label.id: Decision(threshold=0.5) for label in LABELS}
    rule = tune_review(labels, joined(doubtful, rows, composed=ROWS), decisions)
    assert rule is not None
    assert rule.sentences == 0
    shares = [reviewed_and_wrong(labels, items, decisions, rule)[0].mean() for items in (rows, doubtful)]
    assert shares[0] == pytest.approx(0.15, abs=0.01)
    assert shares[1] > 2 * shares[0], "what is wrong more often is reviewed more often"


def test_where_most_rows_are_equally_sure_none_of_them_is_reviewed() -> None:
    yes, logits = np.ones((100, 3), dtype=bool), np.full((100, 3), 30.0)
    logits[:5] = 0.1
    items, labels = OutOfFold(logits, Annotations(yes, yes)), taxonomy("multilabel")
    rule = tune_review(labels, items, DECISIONS)
    assert rule is not None
    assert reviewed_and_wrong(labels, items, DECISIONS, rule)[0].sum() == 5


def test_rows_without_an_answer_tune_nothing() -> None:
    unknown = np.zeros((10, 3), dtype=bool)
    items = OutOfFold(np.zeros((10, 3)), Annotations(unknown, unknown))
    assert tune_review(taxonomy("multilabel"), items, DECISIONS) is None


def test_an_implied_label_counts_as_assigned() -> None:
    labels = (LABELS[0], msgspec.structs.replace(LABELS[1], parent="a"))
    with_parent = Taxonomy(version=1, heads=(Head(id="h", kind="multilabel", labels=labels),))
    random = np.random.default_rng(5)
    yes = np.repeat(random.random((400, 1)) < 0.5, 2, axis=1)
    logits = np.where(yes, [-1.0, 6.0], [-9.0, -6.0]) + random.normal(scale=0.1, size=yes.shape)
    rule = tune_review(with_parent, OutOfFold(logits, Annotations(yes, np.ones_like(yes))), DECISIONS)
    assert rule is not None
    assert rule.cut < -3, "the score of a is low, but b implies it: no row is likely to be wrong"


def test_items_that_stand_for_many_fill_the_share_as_often() -> None:
    labels, items = taxonomy("multilabel"), noisy("multilabel")
    counts = np.where(np.arange(ROWS) % 3 == 0, 7, 1)
    rule = tune_review(labels, replace(items, counts=counts), DECISIONS)
    again = tune_review(labels, replace(items, counts=counts).as_traffic(), DECISIONS)
    assert rule is not None
    assert again is not None
    assert rule.cut == again.cut
    assert rule.unlabelled == pytest.approx(again.unlabelled, abs=2e-3)
    assert rule != tune_review(labels, items, DECISIONS)
