"""Which authors of answers disagree with everybody else."""

from __future__ import annotations

import random

from tagging.quality import Answer, discounted_authors

LABELS = ("refund", "delivery", "complaint")


def answers(author: str, seed: int, wrong_on: tuple[str, ...] = (), accuracy: float = 0.93) -> list[Answer]:
    """Forty reviews of one label each that the version gives, rightly nine times in ten; the author answers truly."""
    draw = random.Random(seed)
    rows = []
    for _ in range(40):
        label = draw.choice(LABELS)
        true = draw.random() < accuracy
        rows.append(Answer(author, label, yes=true != (label in wrong_on), assigned=True))
    return rows


def test_honest_authors_are_not_discounted() -> None:
    assert discounted_authors([row for number in range(10) for row in answers(f"author-{number}", number)]) == []


def test_an_author_who_answers_the_opposite_is_discounted_on_all_labels() -> None:
    rows = [row for number in range(9) for row in answers(f"author-{number}", number)]
    (found,) = discounted_authors([*rows, *answers("mallory", 99, wrong_on=LABELS)])
    assert (found.author, found.label) == ("mallory", None)
    assert found.agreement < 0.3 < 0.8 < found.others


def test_an_author_who_flips_one_label_is_discounted_on_it() -> None:
    rows = [row for number in range(9) for row in answers(f"author-{number}", number)]
    (found,) = discounted_authors([*rows, *answers("mallory", 98, wrong_on=("refund",))])
    assert (found.author, found.label) == ("mallory", "refund")


def test_a_label_on_which_the_version_is_bad_discounts_nobody() -> None:
    rows = [row for number in range(10) for row in answers(f"author-{number}", number, accuracy=0.4)]
    assert discounted_authors(rows) == []


def test_two_accomplices_are_both_discounted() -> None:
    rows = [row for number in range(8) for row in answers(f"author-{number}", number)]
    bad = [row for name, seed in (("mallory", 97), ("trudy", 96)) for row in answers(name, seed, wrong_on=LABELS)]
    assert {each.author for each in discounted_authors([*rows, *bad])} == {"mallory", "trudy"}


def test_an_only_author_has_nobody_to_disagree_with() -> None:
    assert discounted_authors(answers("alone", 1, wrong_on=LABELS)) == []
    assert discounted_authors([]) == []


def test_an_added_yes_disagrees_with_a_version_that_does_not_give_the_label() -> None:
    rows = [row for number in range(9) for row in answers(f"author-{number}", number)]
    spam = [Answer("mallory", "refund", yes=True, assigned=False) for _ in range(20)]
    assert [each.author for each in discounted_authors([*rows, *spam])] == ["mallory"]
