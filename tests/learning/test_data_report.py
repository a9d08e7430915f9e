"""What is said of a data set before anything is learned from it."""

from __future__ import annotations

import json

import msgspec
import pytest

from tagging.learning.data.data_report import report_of
from tagging.learning.data.rows import Example
from tagging.taxonomy.taxonomy import Taxonomy


def rows(*labels: str, **more: str | None) -> list[Example]:
    return [Example(f"{place}", f"text {place}", frozenset(one.split()), **more) for place, one in enumerate(labels)]


def advice(found: list[Example], taxonomy: Taxonomy | None = None) -> dict[str, tuple[str, ...]]:
    return {one.what: one.labels for one in report_of(found, taxonomy).advice}


def test_counts_are_of_what_is_known() -> None:
    found = [*rows(*["a b"] * 30, *["a"] * 10, *[""] * 9), Example("x", "other", frozenset({"c"}), frozenset({"a"}))]
    report = report_of(found)
    assert (report.rows, report.without_label, report.with_several) == (50, 9, 30)
    assert [(one.id, one.yes, one.known, one.trust) for one in report.labels] == [
        ("a", 40, 49, "fine"),
        ("b", 30, 50, "fine"),
        ("c", 1, 50, "too_few"),
    ]
    assert report.imbalance == 40
    assert report.known_share == pytest.approx(149 / 150, abs=1e-4)
    (pair,) = report.pairs
    assert (pair.labels, pair.rows) == (("a", "b"), 30)
    assert pair.lift == pytest.approx(30 / (40 * 30 / 49), abs=0.1)
    json.dumps(report.as_json())


def test_duplicates_are_found_by_words_across_sources_and_splits() -> None:
    same = [
        Example("1", "Lost card", frozenset({"a"}), source="x", split="train"),
        Example("2", "lost CARD!", frozenset({"a"}), source="y", split="test"),
        Example("3", "Pay, please", frozenset({"a"}), source="x", split="train"),
        Example("4", "pay please", frozenset({"b"}), frozenset({"a"}), source="x", split="train"),
        Example("5", "alone", frozenset()),
    ]
    found = report_of(same).duplicates
    assert (found.texts, found.rows, found.across_sources, found.across_splits) == (2, 2, 1, 1)
    assert found.disagreeing == 1
    assert found.examples == (("3", "4", "b"),)


def test_labels_that_never_meet_are_advised_to_be_one_multiclass_head() -> None:
    assert advice(rows(*["a", "b", "c"] * 20)) == {"multiclass": ("a", "b", "c")}
    assert "33% of them hold none" in report_of(rows(*["a", "b", ""] * 20)).advice[0].message


def test_nobody_knows_whether_labels_meet_that_no_row_was_asked_for_together() -> None:
    one = [Example(f"1{n}", f"one {n}", frozenset({"a"}), frozenset({"b"})) for n in range(30)]
    other = [Example(f"2{n}", f"two {n}", frozenset({"b"}), frozenset({"a"})) for n in range(30)]
    assert advice([*one, *other]) == {}


def test_labels_that_exclude_each_other_are_advised_a_head_of_their_own() -> None:
    found = advice(
        rows(*["asks card", "reports card", "asks fee", "reports", "asks card fee", "reports fee card"] * 10)
    )
    assert found["multilabel"]
    assert found["own_head"] == ("asks", "reports")


def test_a_label_that_never_comes_without_a_wider_one_is_advised_a_parent() -> None:
    assert advice(rows(*["money refund"] * 25, *["money"] * 25, *["x"] * 25))["parent"] == ("refund", "money")


def test_with_a_taxonomy_only_what_it_does_not_say_yet_is_advised() -> None:
    labels = [{"id": name, "description": name} for name in ("money", "refund", "x")]
    labels[1]["parent"] = "money"
    head = {"id": "topic", "kind": "multilabel", "labels": labels}
    taxonomy = msgspec.convert({"version": 1, "heads": [head]}, Taxonomy)
    assert advice(rows(*["money refund", "money", "x", "x"] * 20, *["money refund x"] * 3), taxonomy) == {}
    assert advice(rows(*["money", "x", "refund"] * 25), taxonomy) == {"multiclass": ("money", "refund", "x")}


def test_a_handful_of_rows_gives_no_advice() -> None:
    assert advice(rows("a", "b", "a b")) == {}
    assert report_of([]).rows == 0
