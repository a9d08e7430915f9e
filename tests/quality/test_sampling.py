"""Which items people are asked about."""

from __future__ import annotations

import numpy as np
import pytest

from tagging.quality import ASSIGNED_WEIGHT, floor, inclusion, is_drawn, scale_for, urgency

RANDOM = np.random.default_rng(5)


def test_as_many_items_are_expected_to_be_drawn_as_people_can_answer() -> None:
    urgencies = RANDOM.random(7000) ** 4
    scale = scale_for(urgencies, 67)
    assert inclusion(urgencies, scale, floor(67, 7000)).sum() == pytest.approx(67, abs=0.01)


def test_every_item_can_be_drawn_also_one_that_no_label_is_near() -> None:
    chances = inclusion(urgency(np.zeros((3, 2)), np.zeros((3, 2), dtype=bool), np.ones(2)), 5.0, floor(67, 7000))
    assert (chances == 0.2 * 67 / 7000).all()


def test_where_fewer_items_than_answers_arrive_each_is_drawn() -> None:
    urgencies = np.array([0.1, 0.0, 0.5])
    assert inclusion(urgencies, scale_for(urgencies, 10), floor(10, 3))[[0, 2]].tolist() == [1, 1]


def test_urgency_is_that_of_the_label_about_which_an_answer_teaches_most() -> None:
    scores = np.array([[0.5, 0.01], [0.999, 0.01], [0.01, 0.01]])
    assigned = np.array([[True, False], [True, False], [False, False]])
    uncertain, sure, none = urgency(scores, assigned, np.ones(2))
    assert uncertain == 0.5
    assert sure == ASSIGNED_WEIGHT
    assert none == pytest.approx(np.sqrt(0.01 * 0.99))
    assert none < sure < uncertain


def test_a_label_with_twice_the_weight_is_asked_about_twice_as_often() -> None:
    scores, assigned = np.array([[0.5, 0.0], [0.0, 0.5]]), np.zeros((2, 2), dtype=bool)
    first, second = urgency(scores, assigned, np.array([1.0, 0.5]))
    assert first == 2 * second


def test_who_is_drawn_depends_on_salt_and_id_alone_and_grows_with_the_probability() -> None:
    ids = [f"mail-{number}" for number in range(4_000)]
    few, many = ({each for each in ids if is_drawn("salt", each, share)} for share in (0.05, 0.2))
    assert few < many
    assert len(few) == pytest.approx(200, abs=45)
    assert few == {each for each in ids if is_drawn("salt", each, 0.05)}
    other = {each for each in ids if is_drawn("other", each, 0.05)}
    assert len(few & other) == pytest.approx(10, abs=9)


def test_an_id_that_is_no_valid_unicode_is_drawn_or_not_like_any_other() -> None:
    assert is_drawn("salt", "mail-\udcff", 1.0)
    assert not is_drawn("salt", "mail-\udcff", 0.0)
