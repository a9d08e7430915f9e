"""From logits to labels."""

from __future__ import annotations

import numpy as np
import pytest

from tagging.decisions import labels_of, scores_of
from tagging.manifest import Decision
from tagging.taxonomy import Head, HeadKind, Label


def head(kind: HeadKind, *names: str) -> Head:
    return Head(id="h", kind=kind, labels=tuple(Label(id=name, description=name) for name in names))


def test_independent_sigmoids_reach_both_ends_without_overflow() -> None:
    decisions = {name: Decision(threshold=0.5) for name in "abc"}
    scores = scores_of(head("multilabel", "a", "b", "c"), np.array([-1e4, 0.0, 1e4]), decisions)
    assert scores.tolist() == [0.0, 0.5, 1.0]


def test_calibration_comes_before_the_sigmoid() -> None:
    decisions = {"a": Decision(threshold=0.5, slope=2.0, intercept=-1.0)}
    assert scores_of(head("binary", "a"), np.array([1.0]), decisions)[0] == pytest.approx(0.7311)


def test_a_score_equal_to_its_threshold_is_enough() -> None:
    decisions = {"a": Decision(threshold=0.7), "b": Decision(threshold=0.7)}
    assert labels_of(head("multilabel", "a", "b"), {"a": 0.7, "b": 0.6999}, decisions) == ("a",)


def test_a_multiclass_head_gives_its_best_label_or_none() -> None:
    decisions = {"a": Decision(threshold=0.2), "b": Decision(threshold=0.6)}
    exclusive = head("multiclass", "a", "b")
    assert labels_of(exclusive, {"a": 0.7, "b": 0.3}, decisions) == ("a",)
    assert labels_of(exclusive, {"a": 0.45, "b": 0.55}, decisions) == ()
    scores = scores_of(exclusive, np.array([800.0, 0.0]), decisions)
    assert scores.tolist() == [1.0, 0.0]
