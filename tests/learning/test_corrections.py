"""From people's answers to rows: what is observed, what counts, and what is left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from tagging.corrections import Correction
from tagging.learning.corrections import AnsweredItem, AnsweredItems, Rules, rows_to_learn
from tagging.learning.corrections.author_shares import FEWEST, allowed
from tagging.learning.corrections.corrected_rows import is_held_out
from tagging.learning.data import Example
from tagging.taxonomy import Change, Head, Label, Taxonomy

LABELS = ("card", "refund", "parrot", "old")
TAXONOMY = Taxonomy(
    version=2,
    heads=(
        Head(
            id="topic",
            kind="multilabel",
            labels=tuple(Label(id=name, description=name, deprecated=name == "old") for name in LABELS),
        ),
        Head(
            id="act",
            kind="multiclass",
            labels=(Label(id="asks", description="asks"), Label(id="complains", description="complains")),
        ),
    ),
    changes=(
        Change(since=2, rename="bird", to="parrot"),
        Change(since=2, split="money", into=("card", "refund")),
        Change(since=2, deprecate="old"),
    ),
)


def answer(item: str, author: str = "ann", minute: int = 0, **fields: Any) -> Correction:
    at = f"2026-01-31T12:{minute:02}:00.000+00:00"
    return Correction(item=item, author=author, answered_at=at, source="cli", **fields)


def answered(*corrections: Correction, inclusion: float | None = None) -> AnsweredItems:
    ids = {each.item for each in corrections}
    items = {each: AnsweredItem(Example(each, f"text of {each}", frozenset()), inclusion) for each in ids}
    return AnsweredItems(corrections, items)


def rows_by_id(found: AnsweredItems, **fields: Any) -> dict[str, Example]:
    return {row.id: row for row in rows_to_learn(found, TAXONOMY, **fields).rows}


def test_only_what_people_looked_at_is_observed() -> None:
    row = rows_by_id(answered(answer("a", yes=("card",), no=("refund",))))["a"]
    assert row.labels == {"card"}
    assert row.unknown == {"parrot", "old", "asks", "complains"}


def test_an_unseen_label_and_one_on_which_people_disagree_are_unknown() -> None:
    found = answered(
        answer("a", yes=("card", "refund")),
        answer("a", minute=1, unseen=("refund",)),
        answer("a", "ben", no=("card",), yes=("parrot",)),
    )
    result = rows_to_learn(found, TAXONOMY)
    (row,) = result.rows
    assert row.labels == {"parrot"}
    assert {"card", "refund"} <= row.unknown
    assert any("disagree" in why for why in result.left_out)


def test_a_renamed_label_keeps_its_answers_and_a_split_or_deprecated_one_is_unknown() -> None:
    result = rows_to_learn(
        answered(
            answer("a", yes=("bird",)),
            answer("b", yes=("money", "parrot")),
            answer("c", no=("money",)),
            answer("d", yes=("old", "parrot")),
        ),
        TAXONOMY,
    )
    rows = {row.id: row for row in result.rows}
    assert rows["a"].labels == {"parrot"}
    assert {"card", "refund"} <= rows["b"].unknown
    assert not {"card", "refund"} & (rows["c"].unknown | rows["c"].labels)
    assert rows["d"].labels == {"parrot"}
    assert result.left_out["answers about labels that were split or deprecated"] == 3


def test_a_label_that_nobody_knows_is_named() -> None:
    result = rows_to_learn(answered(answer("a", yes=("parott", "card"))), TAXONOMY)
    assert result.left_out == {"answers about parott, which the taxonomy does not have": 1}


def test_two_labels_of_an_exclusive_head_leave_the_item_out() -> None:
    result = rows_to_learn(answered(answer("a", yes=("asks", "complains")), answer("b", yes=("asks",))), TAXONOMY)
    assert [row.id for row in result.rows] == ["b"]
    assert result.left_out == {"items with two labels of a head that allows one": 1}
    assert "complains" not in result.rows[0].unknown


def test_a_person_can_be_left_out_and_discounted_ones_are_named() -> None:
    found = answered(answer("a", "mallory", yes=("card",)), answer("b", "ann", yes=("card",)))
    result = rows_to_learn(found, TAXONOMY, rules=Rules(without_authors=("mallory",)))
    assert result.by_author == {"ann": 1}
    assert result.left_out["answers of mallory, left out by --without-author"] == 1
    of_report = replace(found, discounted=frozenset({("ann", "card")}))
    result = rows_to_learn(of_report, TAXONOMY)
    assert result.by_author == {"mallory": 1}
    assert result.left_out["answers of ann about card, who disagrees with the others"] == 1


def test_nobody_alone_gives_more_than_their_share_of_a_label() -> None:
    mine = [answer(f"m{n}", "mallory", yes=("refund",)) for n in range(200)]
    others = [answer(f"o{n}", "ann", yes=("refund",)) for n in range(10)]
    rows = [Example(f"r{n}", "row", frozenset({"refund"})) for n in range(30)]
    result = rows_to_learn(answered(*mine, *others), TAXONOMY, rows)
    total = len(rows) + sum(result.by_author.values())
    assert result.by_author["ann"] == 10
    assert 0.27 < result.by_author["mallory"] / total <= 0.3
    assert result.left_out["answers of mallory beyond 30% of a label (--author-share)"] > 150
    everything = rows_to_learn(answered(*mine, *others), TAXONOMY, rows, rules=Rules(author_share=1))
    assert everything.by_author["mallory"] == 200


def test_without_rows_few_people_still_have_a_beginning() -> None:
    assert allowed({"ann": 100, "ben": 3}, 0, 0.3) == {"ann": FEWEST, "ben": 3}


def test_a_cell_on_which_people_agree_is_nobody_s_alone() -> None:
    corrections = [answer(f"i{n}", author, yes=("refund",)) for n in range(40) for author in ("ann", "ben")]
    assert rows_to_learn(answered(*corrections), TAXONOMY).by_author == {"ann": 40, "ben": 40}


def test_a_fixed_share_of_what_measures_is_never_learned_from() -> None:
    corrections = [answer(f"i{n}", f"author{n % 9}", yes=("refund",)) for n in range(200)]
    measured = rows_to_learn(answered(*corrections, inclusion=0.1), TAXONOMY, rules=Rules(hold_out=0.25))
    kept = {row.id for row in measured.rows}
    assert 30 < measured.left_out["items held out to measure later versions (--hold-out)"] < 70
    assert not any(is_held_out(each, 0.25) for each in kept)
    assert len(rows_to_learn(answered(*corrections), TAXONOMY).rows) == 200
    assert all(row.served and row.served.inclusion == 0.1 for row in measured.rows)


def test_items_with_the_words_of_another_split_are_left_out() -> None:
    test_row = Example("t", "Text of A!", frozenset(), split="test")
    result = rows_to_learn(answered(answer("a", yes=("card",)), answer("b", yes=("card",))), TAXONOMY, (), [test_row])
    assert [row.id for row in result.rows] == ["b"]
    assert result.left_out == {"items with the words of a row that is not learned from": 1}


def test_the_order_of_corrections_has_no_meaning() -> None:
    corrections = [answer(f"i{n}", ("ann", "ben")[n % 2], yes=("refund",), no=("card",)) for n in range(40)]
    assert rows_to_learn(answered(*corrections), TAXONOMY) == rows_to_learn(answered(*corrections[::-1]), TAXONOMY)


def test_every_answer_is_used_or_left_out_with_a_reason() -> None:
    corrections = [answer(f"i{n}", ("ann", "ben")[n % 2], yes=("refund",)) for n in range(60)]
    result = rows_to_learn(answered(*corrections), TAXONOMY)
    assert sum(Counter(result.by_author).values()) + sum(result.left_out.values()) == 60
