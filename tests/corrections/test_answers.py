"""Which answers hold: the latest of each author, and the majority of authors."""

from __future__ import annotations

import itertools
import random
from typing import Any

from tagging.corrections import Answered, Correction, current_answers
from tests.corrections.samples import complete, correction

CELL = ("mail-1", "refund")


def at(minute: int, author: str = "anna", **fields: Any) -> Correction:
    return correction(author=author, answered_at=f"2026-09-21T14:{minute:02}:00.000+00:00", **fields)


def says(minute: int, author: str, yes: bool, label: str = "refund", **fields: Any) -> Correction:
    return at(minute, author, yes=(label,) if yes else (), no=() if yes else (label,), **fields)


def test_the_latest_answer_of_an_author_holds_in_whatever_order_they_arrive() -> None:
    answers = [says(1, "anna", True), says(2, "anna", False), says(3, "anna", True)]
    for order in itertools.permutations(answers):
        assert current_answers(order) == {CELL: Answered(True, ("anna",))}


def test_an_answer_twice_counts_once() -> None:
    answers = [says(1, "anna", True), says(1, "ben", False), says(1, "ben", False)]
    assert current_answers(answers) == {}


def test_two_authors_who_disagree_make_the_cell_unknown_until_a_third_decides() -> None:
    answers = [says(1, "anna", True), says(2, "ben", False)]
    assert current_answers(answers) == {}
    assert current_answers([*answers, says(3, "eve", False)]) == {CELL: Answered(False, ("ben", "eve"))}


def test_unseen_withdraws_the_author_s_earlier_answers_and_no_later_one() -> None:
    answers = [says(1, "anna", True), at(2, yes=(), unseen=("refund",))]
    assert current_answers(answers) == {}
    assert current_answers([*answers, says(3, "anna", True)]) == {CELL: Answered(True, ("anna",))}


def test_an_author_who_is_discounted_does_not_count() -> None:
    answers = [says(1, "anna", True), says(1, "mallory", False), says(1, "mallory", True, "payment")]
    assert current_answers(answers, discounted=[("mallory", None)]) == {CELL: Answered(True, ("anna",))}
    by_label = current_answers(answers, discounted=[("mallory", "refund")])
    assert by_label[CELL] == Answered(True, ("anna",))
    assert by_label["mail-1", "payment"] == Answered(True, ("mallory",))


def test_only_blind_answers_measure_but_any_withdraws() -> None:
    blind, shown = says(1, "anna", True, blind=True), says(2, "anna", False)
    assert current_answers([blind, shown], blind_only=True)[CELL].yes
    assert not current_answers([blind, shown])[CELL].yes
    assert current_answers([blind, at(3, yes=(), unseen=("refund",))], blind_only=True) == {}


def test_a_renamed_label_keeps_its_answers() -> None:
    assert current_answers([says(1, "anna", True, "money_back")], renamed={"money_back": "refund"}) == {
        CELL: Answered(True, ("anna",))
    }
    answers = [says(1, "anna", True, "money_back"), says(2, "anna", False)]
    assert not current_answers(answers, renamed={"money_back": "refund"})[CELL].yes


def test_of_merged_labels_one_yes_is_enough_and_a_no_needs_all() -> None:
    merged = {"refund_goods": "refund", "refund_fee": "refund"}
    goods, fee = says(1, "anna", False, "refund_goods"), says(2, "anna", False, "refund_fee")
    assert current_answers([goods], renamed=merged) == {}
    assert not current_answers([goods, fee], renamed=merged)[CELL].yes
    assert current_answers([goods, says(1, "anna", True, "refund_fee")], renamed=merged)[CELL].yes


def test_an_old_no_about_one_of_merged_labels_does_not_undo_a_direct_answer() -> None:
    answers = [says(1, "anna", True), says(2, "anna", False, "refund_goods")]
    assert current_answers(answers, renamed={"refund_goods": "refund", "refund_fee": "refund"})[CELL].yes


def test_a_complete_answer_replaces_the_author_s_earlier_ones() -> None:
    held = current_answers([says(1, "anna", True, "payment"), complete(answered_at="2026-09-21T15:00:00.000+00:00")])
    assert {label: answered.yes for (_, label), answered in held.items()} == {"refund": True, "payment": False}


def test_a_shuffled_and_doubled_history_gives_the_same_answers() -> None:
    draw = random.Random(18)
    history = [
        says(draw.randrange(60), draw.choice("abc"), draw.random() < 0.5, draw.choice(("refund", "payment")))
        for _ in range(200)
    ]
    expected = current_answers(history)
    shuffled = [*history, *history]
    draw.shuffle(shuffled)
    assert expected
    assert current_answers(shuffled) == expected
