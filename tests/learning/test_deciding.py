"""From logits out of fold to decisions."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from tagging.learning.calibration.decision_tuning import tune_decisions
from tagging.learning.calibration.out_of_fold import OutOfFold, scores_for
from tagging.learning.numeric.arrays import Annotations
from tagging.model.manifest import Decision
from tagging.taxonomy.taxonomy import Cost, Head, Label, NumericObjective, Taxonomy

EVERYTHING = np.ones(3, dtype=bool)


def taxonomy(*labels: Label, kind: str = "multilabel") -> Taxonomy:
    return Taxonomy(version=1, heads=(Head(id="h", kind=kind, labels=labels),))


def label(name: str, **fields: object) -> Label:
    return msgspec.convert({"id": name, "description": name} | fields, Label)


def noisy(counts: tuple[int, ...], rows: int = 2000, seed: int = 0) -> OutOfFold:
    """Logits that tell so many yes of each label from the rest fairly well."""
    random = np.random.default_rng(seed)
    yes = np.zeros((rows, len(counts)), dtype=bool)
    for column, count in enumerate(counts):
        yes[random.permutation(rows)[:count], column] = True
    return OutOfFold(random.normal(scale=1.5, size=yes.shape) + 4 * yes - 2, Annotations(yes, np.ones_like(yes)))


def decided(labels: Taxonomy, out_of_fold: OutOfFold, learned: np.ndarray = EVERYTHING) -> dict[str, Decision]:
    return tune_decisions(labels, out_of_fold, 20, learned[: len(labels.labels)])


def f1(out_of_fold: OutOfFold, scores: np.ndarray, threshold: float, column: int) -> float:
    given, yes = scores[:, column] >= threshold, out_of_fold.annotations.positive[:, column]
    return float(2 * (given & yes).sum() / (given.sum() + yes.sum()))


def test_a_label_with_many_examples_has_its_own_best_threshold() -> None:
    labels, out_of_fold = taxonomy(label("many"), label("some")), noisy((500, 60))
    found = decided(labels, out_of_fold)
    scores = scores_for(labels, out_of_fold.logits, found)
    best = max(f1(out_of_fold, scores, threshold, 0) for threshold in np.linspace(0.01, 0.99, 99))
    assert f1(out_of_fold, scores, found["many"].threshold, 0) > best - 0.01


def test_goals_move_thresholds_the_way_they_say() -> None:
    names = {"plain": "max_f1", "sure": NumericObjective(min_precision=0.95), "full": NumericObjective(min_recall=0.95)}
    out_of_fold = noisy((200,))
    repeated = OutOfFold(
        np.repeat(out_of_fold.logits, 3, axis=1),
        Annotations(*(np.repeat(a, 3, axis=1) for a in vars(out_of_fold.annotations).values())),
    )
    labels = taxonomy(*(label(name, goal=objective) for name, objective in names.items()))
    found = decided(labels, repeated)
    assert found["full"].threshold < found["plain"].threshold < found["sure"].threshold
    assert found["sure"].meets_objective
    given = scores_for(labels, repeated.logits, found)[:, 1] >= found["sure"].threshold
    assert out_of_fold.annotations.positive[given, 0].mean() >= 0.95


def test_dear_misses_lower_and_dear_false_alarms_raise_the_threshold() -> None:
    out_of_fold = noisy((200,))
    low, high = (
        decided(taxonomy(label("x", goal=NumericObjective(cost=Cost(fp=fp, fn=fn)))), out_of_fold)["x"].threshold
        for fp, fn in ((1, 9), (9, 1))
    )
    assert low < 0.3 < 0.6 < high


def test_a_cost_that_is_not_tuned_takes_the_threshold_of_calibrated_scores_whatever_the_rows() -> None:
    goal = NumericObjective(cost=Cost(fp=2, fn=1, tuned=False))
    thresholds = [decided(taxonomy(label("x", goal=goal)), noisy((count,)))["x"].threshold for count in (3, 200, 1500)]
    assert thresholds == [0.6667] * 3


def test_a_floor_that_few_examples_cannot_show_is_unproven() -> None:
    found = decided(taxonomy(label("few", goal=NumericObjective(min_precision=0.9)), label("other")), noisy((12, 100)))
    assert not found["few"].meets_objective
    assert found["other"].meets_objective


def test_a_label_with_hardly_an_example_leans_on_its_head_and_proves_no_floor() -> None:
    plain = decided(taxonomy(label("few"), label("many")), noisy((3, 400)))
    assert plain["few"].positives == 3
    assert plain["few"].meets_objective, "nothing asks for a proof"
    floor = NumericObjective(min_precision=0.3)
    assert not decided(taxonomy(label("few", goal=floor), label("many")), noisy((3, 400)))["few"].meets_objective


@pytest.mark.parametrize("goal", [NumericObjective(min_precision=0.9), NumericObjective(min_recall=0.8)])
def test_composed_mails_do_not_make_a_label_surer_than_its_rows(goal: NumericObjective) -> None:
    out_of_fold = noisy((300, 300))
    of_few_rows = OutOfFold(out_of_fold.logits, out_of_fold.annotations, repeats=40)
    labels = taxonomy(label("few", goal=goal), label("many"))
    assert decided(labels, out_of_fold)["few"].meets_objective
    assert not decided(labels, of_few_rows)["few"].meets_objective


def test_a_floor_that_gives_a_label_to_nearly_every_row_is_refused() -> None:
    random = np.random.default_rng(4)
    yes = np.arange(600)[:, None] < 120
    out_of_fold = OutOfFold(random.normal(size=yes.shape), Annotations(yes, np.ones_like(yes)))
    labels = taxonomy(label("any", goal=NumericObjective(min_recall=0.99)))
    found = decided(labels, out_of_fold)
    assert not found["any"].meets_objective
    assert (scores_for(labels, out_of_fold.logits, found) >= found["any"].threshold).mean() < 0.9


def test_a_label_nobody_gave_an_example_of_is_zero_shot() -> None:
    found = decided(taxonomy(label("known"), label("new")), noisy((100, 0)), np.array([True, False]))
    assert (found["known"].zero_shot, found["new"].zero_shot) == (False, True)
    assert not found["new"].meets_objective


def test_of_an_exclusive_head_only_the_highest_score_counts() -> None:
    random = np.random.default_rng(1)
    yes = np.eye(3, dtype=bool)[random.integers(3, size=900)]
    yes[:90] = False  # none of them
    logits = random.normal(size=yes.shape) + 5 * yes
    labels = taxonomy(label("a"), label("b"), label("c"), kind="multiclass")
    out_of_fold = OutOfFold(logits, Annotations(yes, np.ones_like(yes)))
    found = decided(labels, out_of_fold)
    scores = scores_for(labels, logits, found)
    assert scores.sum(axis=1) == pytest.approx(1, abs=2e-4)
    thresholds = np.array([found[name].threshold for name in "abc"])
    given = (scores >= thresholds) & (scores == scores.max(axis=1, keepdims=True))
    assert (given == yes).all(axis=1).mean() > 0.8
    assert thresholds.min() > 1 / 3, "below that, a threshold would let the highest of three through, whatever it is"


def test_with_many_items_without_a_label_the_scores_of_an_exclusive_head_leave_room_for_none() -> None:
    random = np.random.default_rng(1)
    yes = np.eye(3, dtype=bool)[random.integers(3, size=900)]
    yes[:200] = False
    logits = random.normal(size=yes.shape) + 5 * yes - 2.5
    labels = taxonomy(label("a"), label("b"), label("c"), kind="multiclass")
    found = decided(labels, OutOfFold(logits, Annotations(yes, np.ones_like(yes))))
    scores = scores_for(labels, logits, found)
    assert all(found[name].beside_none for name in "abc")
    assert scores[:200].sum(axis=1).mean() < 0.3
    assert scores[200:].sum(axis=1).mean() > 0.9
    thresholds = np.array([found[name].threshold for name in "abc"])
    assert ((scores >= thresholds) == yes).all(axis=1).mean() > 0.9
