"""The risk of an item, and the rule that reviews the riskiest."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from tagging.mail import text_mail
from tagging.model.bundle import Bundle, read_bundle
from tagging.model.label_set import AssignedLabel
from tagging.model.manifest import Decision, ReviewRule
from tagging.model.risk import expected_error, log_odds, risk_of
from tagging.model.tagger import Tagger
from tagging.taxonomy.taxonomy import Head, Label, Taxonomy


def head(kind: str, *names: str) -> Head:
    return Head(id=f"{kind}_{names[0]}", kind=kind, labels=tuple(Label(id=name, description=name) for name in names))


TWO_HEADS = Taxonomy(version=1, heads=(head("multilabel", "a", "b"), head("multiclass", "c", "d")))
LATE = text_mail("My parcel from the tailor is late.")


def error(scores: list[float], assigned: list[int], ran: list[int]) -> float:
    return float(expected_error(TWO_HEADS, np.array(scores), np.array(assigned, dtype=bool), np.array(ran, dtype=bool)))


def test_independent_labels_are_right_together_and_an_exclusive_head_by_its_label() -> None:
    assert error([0.9, 0.2, 0.6, 0.3], [1, 0, 1, 0], [1, 1, 1, 1]) == pytest.approx(1 - 0.9 * 0.8 * 0.6)
    assert error([0.9, 0.2, 0.1, 0.3], [1, 0, 0, 0], [1, 1, 1, 1]) == pytest.approx(1 - 0.9 * 0.8 * 0.6)


def test_a_head_that_did_not_run_cannot_be_wrong() -> None:
    assert error([0.9, 0.2, 0.0, 0.0], [1, 0, 0, 0], [1, 1, 0, 0]) == pytest.approx(1 - 0.9 * 0.8)


def test_an_implied_label_is_as_sure_as_the_label_that_implies_it() -> None:
    of_two = {"a": 0.1, "b": 0.9, "c": 0.0, "d": 0.0}
    both = tuple(AssignedLabel(name, "h", 0.9, None) for name in "ab")
    risk = float(log_odds(np.asarray(1 - 0.9 * 0.9)))
    assert risk_of(ReviewRule(cut=0), TWO_HEADS, of_two, both) == pytest.approx(risk)


def test_having_no_label_adds_its_weight_and_sentences_take_theirs() -> None:
    scores = dict.fromkeys("abcd", 0.01)
    risk = float(log_odds(np.asarray(1 - 0.99**2 * 0.98)))
    rule = ReviewRule(cut=0, unlabelled=1.5, sentences=0.5)
    assert risk_of(rule, TWO_HEADS, scores, ()) == pytest.approx(risk + 1.5)
    assert risk_of(rule, TWO_HEADS, scores, (), 4) == pytest.approx(risk + 1.5 - 0.5 * math.log(4))
    assert risk_of(rule, TWO_HEADS, scores, (AssignedLabel("a", "h", 0.99, None),)) == pytest.approx(risk)


def with_rule(bundle: Bundle, rule: ReviewRule | None) -> Tagger:
    return Tagger(replace(bundle, review=rule))


def test_the_rule_sends_risky_items_to_review_and_takes_the_place_of_the_bands(tiny_bundle: Path) -> None:
    bundle = read_bundle(tiny_bundle)
    banded = {**bundle.decisions, "late": Decision(threshold=0.6, review=(0.0, 1.0))}
    bundle = replace(bundle, decisions=banded)
    assert with_rule(bundle, None).tag(LATE).review_reasons == ("near_threshold",)
    assert with_rule(bundle, ReviewRule(cut=20)).tag(LATE).review_reasons == ()
    assert with_rule(bundle, ReviewRule(cut=-20)).tag(LATE).review_reasons == ("near_threshold",)


def test_no_label_is_an_answer_where_every_head_is_a_question_of_yes_or_no(tiny_bundle: Path) -> None:
    bundle = read_bundle(tiny_bundle)
    nothing = text_mail("The florist is next to the station.")
    assert "no_label" in Tagger(bundle).tag(nothing).review_reasons
    labels = tuple(bundle.taxonomy.labels.values())
    heads = tuple(Head(id=f"is_{label.id}", kind="binary", labels=(label,)) for label in labels)
    yes_or_no = replace(bundle, taxonomy=Taxonomy(version=1, heads=heads))
    assert Tagger(yes_or_no).tag(nothing).labels == ()
    assert not Tagger(yes_or_no).tag(nothing).review
    assert "no_label" in Tagger(yes_or_no).tag(text_mail("4711")).review_reasons
