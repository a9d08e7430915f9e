"""From logits to labels."""

from __future__ import annotations

import numpy as np
import pytest

from tagging.model.decisions import implied_by, labels_of, scores_of, uncertain
from tagging.model.manifest import Decision
from tagging.taxonomy.taxonomy import Head, Label, Policy, Taxonomy

HALF = {name: Decision(threshold=0.5) for name in "abcd"}


def head(kind: str, *names: str, policy: Policy | None = None) -> Head:
    labels = tuple(Label(id=name, description=name) for name in names)
    return (
        Head(id="h", kind=kind, labels=labels)
        if policy is None
        else Head(id="h", kind=kind, labels=labels, policy=policy)
    )


def test_independent_sigmoids_reach_both_ends_without_overflow() -> None:
    scores = scores_of(head("multilabel", "a", "b", "c"), np.array([-1e4, 0.0, 1e4]), HALF)
    assert scores.tolist() == [0.0, 0.5, 1.0]


def test_calibration_comes_before_the_sigmoid() -> None:
    decisions = {"a": Decision(threshold=0.5, slope=2.0, intercept=-1.0)}
    assert scores_of(head("binary", "a"), np.array([1.0]), decisions)[0] == pytest.approx(0.7311)


def test_knots_are_joined_by_lines_and_level_outside() -> None:
    decisions = {"a": Decision(threshold=0.5, breakpoints=((-1, 0.1), (0, 0.3), (2, 0.9))), "b": HALF["b"]}
    logits = np.array([[-9.0, 0.0], [-0.5, 0.0], [1.0, 0.0], [9.0, 0.0]])
    scores = scores_of(head("multilabel", "a", "b"), logits, decisions)
    assert scores[:, 0].tolist() == pytest.approx([0.1, 0.2, 0.6, 0.9])
    assert scores[:, 1].tolist() == [0.5] * 4
    assert scores_of(head("multilabel", "a", "b"), logits[1], decisions).tolist() == pytest.approx([0.2, 0.5])


@pytest.mark.parametrize("knots", [((0, 0.5),), ((1, 0.1), (0, 0.5)), ((0, 0.5), (1, 0.4)), ((0, 0.1), (0, 0.5))])
def test_knots_that_do_not_rise_are_no_decision(knots: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(ValueError, match="knots"):
        Decision(threshold=0.5, breakpoints=knots)


def test_a_review_band_that_ends_before_it_begins_is_no_decision() -> None:
    with pytest.raises(ValueError, match="band"):
        Decision(threshold=0.5, review=(0.6, 0.4))


def test_a_label_holds_from_its_threshold_on() -> None:
    decisions = {"a": Decision(threshold=0.7), "b": Decision(threshold=0.7)}
    assert labels_of(head("multilabel", "a", "b"), {"a": 0.7, "b": 0.6999}, decisions) == ("a",)


def test_of_a_multiclass_head_the_best_holds_or_none() -> None:
    decisions = {"a": Decision(threshold=0.2), "b": Decision(threshold=0.6)}
    exclusive = head("multiclass", "a", "b")
    assert labels_of(exclusive, {"a": 0.7, "b": 0.3}, decisions) == ("a",)
    assert labels_of(exclusive, {"a": 0.45, "b": 0.55}, decisions) == ()
    scores = scores_of(exclusive, np.array([800.0, 0.0]), decisions)
    assert scores.tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("policy", "held"),
    [
        (Policy(top=2), ("b", "d")),
        (Policy(sum=0.9), ("b", "d")),
        (Policy(sum=0.91), ("a", "b", "d")),
        (Policy(sum=0.5), ("b",)),
        (Policy(top=4), ("a", "b", "c", "d")),
    ],
)
def test_a_policy_takes_the_highest_scores_in_taxonomy_order(policy: Policy, held: tuple[str, ...]) -> None:
    scores = {"a": 0.2, "b": 0.6, "c": 0.1, "d": 0.3}
    assert labels_of(head("multilabel", *"abcd", policy=policy), scores, HALF) == held


def test_scores_that_never_add_up_give_all_labels() -> None:
    assert labels_of(head("multilabel", "a", "b", policy=Policy(sum=0.9)), {"a": 0.1, "b": 0.2}, HALF) == ("a", "b")


def test_what_a_label_implies_comes_with_it_all_the_way_up() -> None:
    parents = {"a": None, "b": "a", "c": "b", "d": None}
    labels = tuple(Label(id=name, description=name, parent=parent) for name, parent in parents.items())
    taxonomy = Taxonomy(version=1, heads=(Head(id="h", kind="multilabel", labels=labels),))
    assert implied_by(taxonomy, ["c", "d"]) == {"a": "c", "b": "c"}
    assert implied_by(taxonomy, ["a", "c"]) == {"b": "c"}
    assert implied_by(taxonomy, ["d"]) == {}


def test_a_score_inside_its_band_is_uncertain() -> None:
    decisions = {"a": Decision(threshold=0.5, review=(0.4, 0.6)), "b": Decision(threshold=0.5)}
    assert uncertain({"a": 0.4, "b": 0.0}, decisions)
    assert not uncertain({"a": 0.6, "b": 0.5}, decisions)
