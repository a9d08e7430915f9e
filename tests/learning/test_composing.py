"""Utterances composed into mails."""

from __future__ import annotations

import numpy as np

from tagging.learning.composing import compose
from tagging.learning.rows import Answers


def test_a_mail_says_what_its_utterances_say_and_as_loudly_as_the_loudest() -> None:
    logits = np.array([[1.0, -1.0], [0.0, 2.0]])
    yes = np.array([[True, False], [False, True]])
    found, answers = compose(logits, Answers(yes, np.ones_like(yes)), np.zeros(2, dtype=int), [2])
    assert found.tolist() == [[1.0, 2.0]]
    assert answers.yes.tolist() == [[True, True]]


def test_a_label_unknown_of_one_utterance_is_unknown_of_the_mail_unless_another_says_yes() -> None:
    yes = np.array([[False, True], [False, False]])
    known = np.array([[False, True], [True, False]])
    _, answers = compose(np.zeros((2, 2)), Answers(yes, known), np.zeros(2, dtype=int), [2])
    assert answers.known.tolist() == [[False, True]]


def test_groups_are_not_mixed_and_every_utterance_is_used_once_for_each_size() -> None:
    group = np.repeat([0, 1], [7, 5])
    logits = np.eye(12)
    nothing = np.zeros((12, 12), dtype=bool)
    found, _ = compose(logits, Answers(nothing, ~nothing), group, [1, 3])
    assert found.sum(axis=0).tolist() == [2] * 12
    assert not (found[:, :7].any(axis=1) & found[:, 7:].any(axis=1)).any()
