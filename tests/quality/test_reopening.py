"""Reviews are done again where their author does not count, or names a label whose score is very low."""

from __future__ import annotations

from datetime import UTC, datetime

from tagging.corrections import ReviewTable, answers_by_author, current_answers
from tagging.quality import AskedItem, Evidence, HourSummary, Window, ask_second_opinions, reopen_reviews
from tests.corrections.conftest import clients, reviews
from tests.corrections.samples import complete, entry

__all__ = ["clients", "reviews"]

NOW = datetime(2026, 9, 25, 10, 20, tzinfo=UTC)


def open_items(reviews: ReviewTable) -> list[str]:
    return sorted(each.item for each in reviews.open_entries("mail", "measure"))


def test_what_a_discounted_author_reviewed_goes_back_to_the_queue_once(reviews: ReviewTable) -> None:
    for item, author in (("mail-1", "anna"), ("mail-2", "mallory"), ("mail-3", "mallory")):
        reviews.put_entry(entry(item=item))
        reviews.record(complete(item=item, author=author), "mail")
    assert open_items(reviews) == []
    assert reopen_reviews(reviews, "mail", [("mallory", None)], NOW) == 2
    assert open_items(reviews) == ["mail-2", "mail-3"]
    assert reopen_reviews(reviews, "mail", [("mallory", None)], NOW) == 0
    reviews.record(complete(item="mail-2", author="ben"), "mail")
    assert reopen_reviews(reviews, "mail", [("mallory", "refund")], NOW) == 0
    assert open_items(reviews) == ["mail-3"]


def test_a_review_is_opened_again_as_often_as_its_discounted_author_does_it(reviews: ReviewTable) -> None:
    reviews.put_entry(entry(item="mail-1"))
    reviews.record(complete(item="mail-1", author="mallory"), "mail")
    reopen_reviews(reviews, "mail", [("mallory", "refund")], NOW)
    reviews.record(complete(item="mail-1", author="mallory", note="once more"), "mail")
    assert reopen_reviews(reviews, "mail", [("mallory", "refund")], NOW) == 1
    assert open_items(reviews) == ["mail-1"]


def test_a_yes_that_contradicts_a_sure_score_is_asked_of_a_second_person_once(reviews: ReviewTable) -> None:
    """mail-5 was decided by an earlier version, and its answer was looked at then."""
    scores = {"mail-1": 0.02, "mail-2": 0.4, "mail-3": 0.02, "mail-4": 0.98, "mail-5": 0.02}
    yes = {"mail-1": ("refund",), "mail-2": ("refund",), "mail-3": (), "mail-4": (), "mail-5": ("refund",)}
    for item in scores:
        reviews.put_entry(entry(item=item, version="before" if item == "mail-5" else "now"))
        reviews.record(complete(item=item, yes=yes[item]), "mail")

    def asked() -> int:
        entries = {item: reviews.entry(item) for item in scores}
        items = tuple(AskedItem(item, {"refund": score}, ()) for item, score in scores.items())
        corrections = [each for item in scores for each in reviews.of_item(item)]
        window = Window.of([HourSummary(asked=items)], entries, NOW)
        by_author = answers_by_author(corrections)
        evidence = Evidence(
            window, window, (), frozenset(by_author), by_author, current_answers(corrections), frozenset()
        )
        return ask_second_opinions(reviews, evidence, "now", NOW)

    assert asked() == 1
    reviews.put_entry(entry(item="mail-6", drawn_at="2026-09-27T10:20:00.000+00:00"))
    assert [each.item for each in reviews.open_entries("mail", "measure")] == ["mail-1", "mail-6"]
    assert asked() == 0
    reviews.record(complete(item="mail-1", author="ben", yes=()), "mail")
    assert (open_items(reviews), asked()) == (["mail-6"], 0)


def test_items_that_are_asked_again_come_first(reviews: ReviewTable) -> None:
    for item, author in (("mail-1", "mallory"), ("mail-2", "anna")):
        reviews.put_entry(entry(item=item))
        reviews.record(complete(item=item, author=author), "mail")
    reviews.put_entry(entry(item="mail-3", drawn_at="2026-09-24T10:20:00.000+00:00"))
    reopen_reviews(reviews, "mail", [("mallory", None)], NOW)
    assert reviews.ask_second("mail-2", "2026-09-25T11:20:00.000+00:00")
    assert [each.item for each in reviews.open_entries("mail", "measure")] == ["mail-2", "mail-1", "mail-3"]


def test_nobody_discounted_reads_nothing() -> None:
    assert reopen_reviews(None, "mail", [], NOW) == 0
