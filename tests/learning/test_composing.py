"""Utterances composed into mails."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from tagging.learning.numeric.arrays import Annotations
from tagging.learning.training.phrases import BY_HALF, KINDS
from tagging.learning.training.synthetic_mails import ComposedMail, Style, compose_mails, mail_annotations
from tagging.taxonomy.taxonomy import Head, Label

TEXTS = [f"matter {row}" for row in range(12)]
PHRASES = BY_HALF["training"]


def mail_of(*members: int) -> ComposedMail:
    return ComposedMail("", members, frozenset())


def test_a_mail_holds_what_one_of_its_rows_holds() -> None:
    yes = np.array([[True, False], [False, True]])
    annotations = mail_annotations([mail_of(0, 1)], Annotations(yes, np.ones_like(yes)))
    assert annotations.positive.tolist() == [[True, True]]


def test_a_label_unknown_of_one_row_is_unknown_of_the_mail_unless_another_says_yes() -> None:
    yes = np.array([[False, True], [False, False]])
    known = np.array([[False, True], [True, False]])
    assert mail_annotations([mail_of(0, 1)], Annotations(yes, known)).observed.tolist() == [[False, True]]


def tone(*, ranked: bool) -> Head:
    labels = tuple(Label(id=name, description=name) for name in ("angry", "calm"))
    return Head(id="tone", kind="multiclass", ranked=ranked, labels=labels)


OTHER = Head(id="other", kind="binary", labels=(Label(id="late", description="late"),))


def test_nobody_knows_which_of_two_things_an_exclusive_head_says_of_a_mail() -> None:
    yes = np.array([[True, False, True], [False, True, False]])
    heads = [tone(ranked=False), OTHER]
    annotations = mail_annotations([mail_of(0, 1), mail_of(0)], Annotations(yes, np.ones_like(yes)), heads)
    assert annotations.observed.tolist() == [[False, False, True], [True, True, True]]
    assert annotations.positive.tolist() == [[False, False, True], [True, False, True]]


@pytest.mark.parametrize(
    ("members", "yes", "known"),
    [
        ((0, 1), [True, False], True),  # angry and calm: the first counts
        ((0, 3), [True, False], True),  # whatever the unknown row says, angry comes first
        ((1, 2), [False, True], True),  # calm, and a row that is neither
        ((1, 3), [False, False], False),  # the unknown row may be angry
        ((2, 2), [False, False], True),  # neither
    ],
)
def test_of_a_ranked_head_the_first_label_counts(members: tuple[int, ...], yes: list[bool], known: bool) -> None:
    rows = np.array([[True, False], [False, True], [False, False], [False, False]])
    asked = np.array([[True, True], [True, True], [True, True], [False, False]])
    found = mail_annotations([mail_of(*members)], Annotations(rows, asked), [tone(ranked=True)])
    assert (found.positive.tolist(), found.observed.tolist()) == ([yes], [[known, known]])


def test_rows_of_different_groups_do_not_meet_and_each_is_used_so_many_times() -> None:
    mails = compose_mails(TEXTS, np.repeat([0, 1], [7, 5]), Style(PHRASES, 3), 0)
    assert Counter(row for mail in mails for row in mail.members) == dict.fromkeys(range(12), 3)
    assert not [mail for mail in mails if min(mail.members) < 7 <= max(mail.members)]
    assert {len(mail.members) for mail in mails} == {1, 2, 3}


def test_rows_of_a_negative_group_are_in_no_mail() -> None:
    mails = compose_mails(TEXTS, np.repeat([0, -1], [7, 5]), Style(PHRASES, 1), 0)
    assert {row for mail in mails for row in mail.members} == set(range(7))


def test_a_mail_says_its_rows_between_the_phrases_it_names() -> None:
    for mail in compose_mails(TEXTS, np.zeros(12, dtype=int), Style(PHRASES, 3), 1):
        assert all(f"Matter {row}." in mail.text for row in mail.members)
        item_texts = {kind for kind in KINDS if any(phrase in mail.text for phrase in PHRASES.of(kind))}
        assert item_texts == mail.phrases


def test_the_same_seed_makes_the_same_mails() -> None:
    one, two, other = (compose_mails(TEXTS, np.zeros(12, dtype=int), Style(PHRASES, 1), seed) for seed in (1, 1, 2))
    assert one == two != other


def test_the_benchmark_meets_no_phrase_of_training() -> None:
    for kind in KINDS:
        assert not set(BY_HALF["training"].of(kind)) & set(BY_HALF["benchmark"].of(kind))
