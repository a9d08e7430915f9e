"""Oracle reviewers answer what is true, but for what their habits make of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from tagging.corrections import ReviewEntry
from tagging.simulation import Habits
from tagging.simulation.reviewers import Reviewers

MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
LABELS = ("refund", "delivery")
HONEST = Habits(slips=0.0, later=0.0, silent=0.0, silent_hard=0.0, cannot_tell=0.0)


def entry(item: str, purpose: str = "measure") -> ReviewEntry:
    return ReviewEntry(
        item=item,
        kind="mail",
        encoder="e" * 12,
        generation=1,
        version="a" * 12,
        decided_at="2026-03-02T08:00:00.000+00:00",
        drawn_at="2026-03-02T09:00:00.000+00:00",
        purpose=purpose,
        reason="sample" if purpose == "measure" else "suspected",
        chance=0.1,
    )


def reviewers(habits: Habits) -> Reviewers:
    return Reviewers(habits, np.random.default_rng(0), lambda _: frozenset({"refund"}), LABELS)


def test_honest_people_answer_what_is_true_and_blindly_where_it_measures() -> None:
    answers = reviewers(HONEST).day(MONDAY, {"measure": [entry("a")], "teach": [entry("b", "teach")]}, lambda _: ())
    assert [(each.item, each.blind, each.complete) for each in answers] == [("a", True, True), ("b", False, True)]
    assert dict(answers[0].answers) == {"refund": True, "delivery": False}


def test_nobody_works_at_weekends_and_a_day_holds_a_fifth_of_a_week() -> None:
    waiting = {"measure": [entry(str(number)) for number in range(60)]}
    people = reviewers(HONEST)
    assert not people.day(MONDAY + timedelta(days=5), waiting, lambda _: ())
    assert len(people.day(MONDAY, waiting, lambda _: ())) == 20


def test_a_malicious_author_says_the_opposite_and_the_others_do_not() -> None:
    waiting = {"measure": [entry(str(number)) for number in range(20)]}
    habits = Habits(authors=2, slips=0.0, later=0.0, silent=0.0, silent_hard=0.0, cannot_tell=0.0, malice="all labels")
    said = {each.author: dict(each.answers) for each in reviewers(habits).day(MONDAY, waiting, lambda _: ())}
    assert said["agent00@shop.example"] == {"refund": False, "delivery": True}
    assert said["agent01@shop.example"] == {"refund": True, "delivery": False}


def test_labels_that_were_ticked_are_accepted_only_where_the_answer_teaches() -> None:
    habits = Habits(slips=0.0, later=0.0, silent=0.0, silent_hard=0.0, cannot_tell=0.0, ticked=1.0)
    waiting = {"measure": [entry("a")], "teach": [entry("b", "teach")]}
    measured, taught = reviewers(habits).day(MONDAY, waiting, lambda _: ("delivery",))
    assert measured.yes == ("refund",)
    assert taught.yes == ("delivery",)
