"""Reviews of authors whose answers do not count are done again by others."""

from __future__ import annotations

from datetime import UTC, datetime

from tagging.corrections import ReviewTable
from tagging.quality import reopen_reviews
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


def test_nobody_discounted_reads_nothing() -> None:
    assert reopen_reviews(None, "mail", [], NOW) == 0
