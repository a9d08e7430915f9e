"""The review table: entries are drawn once, answers recorded once, reviews closed and reopened, all of it erased."""

from __future__ import annotations

import itertools

from msgspec import structs

from tagging.corrections import Rejected, ReviewTable
from tests.corrections.samples import complete, correction, entry


def test_an_item_is_drawn_once(reviews: ReviewTable) -> None:
    assert reviews.put_entry(entry())
    assert not reviews.put_entry(entry(chance=0.5, drawn_at="2026-09-29T10:20:00.000+00:00"))
    assert reviews.entry("mail-1") == entry()
    assert reviews.entry("mail-2") is None


def test_open_reviews_are_listed_latest_first_by_kind_and_purpose(reviews: ReviewTable) -> None:
    for number, hour in (("1", "12"), ("2", "10"), ("3", "11")):
        reviews.put_entry(entry(item=f"mail-{number}", drawn_at=f"2026-09-20T{hour}:20:00.000+00:00"))
    reviews.put_entry(entry(item="mail-4", purpose="teach", reason="suspected", labels=("refund",)))
    reviews.put_entry(entry(item="image-1", kind="image"))
    assert [each.item for each in reviews.open_entries("mail", "measure", 10)] == ["mail-1", "mail-3", "mail-2"]
    assert [each.item for each in reviews.open_entries("mail", "measure", 2)] == ["mail-1", "mail-3"]
    assert [each.item for each in reviews.open_entries("mail", "teach")] == ["mail-4"]
    assert [each.item for each in reviews.open_entries("image", "measure")] == ["image-1"]


def test_entries_are_listed_by_the_day_of_the_first_decision(reviews: ReviewTable) -> None:
    for day in ("19", "20", "22"):
        reviews.put_entry(entry(item=f"mail-{day}", decided_at=f"2026-09-{day}T09:00:00.000+00:00"))
    reviews.record(complete(item="mail-20"), "mail")
    listed = list(reviews.entries("mail", "2026-09-19", "2026-09-21"))
    assert [(each.item, each.state) for each in listed] == [("mail-19", "open"), ("mail-20", "done")]


def test_an_answer_is_recorded_once_and_closes_the_review(reviews: ReviewTable) -> None:
    reviews.put_entry(entry())
    assert reviews.record(complete(), "mail")
    assert not reviews.record(complete(), "mail")
    assert reviews.of_item("mail-1") == [complete()]
    assert reviews.open_entries("mail", "measure") == []
    assert reviews.entry("mail-1") == entry(state="done")


def test_answers_of_an_item_are_in_the_order_in_which_they_were_given(reviews: ReviewTable) -> None:
    times = [f"2026-09-21T14:13:00.{ms:03}+00:00" for ms in (5, 1, 3)]
    for at in times:
        reviews.record(correction(answered_at=at), "mail")
    assert [each.answered_at for each in reviews.of_item("mail-1")] == sorted(times)


def test_a_partial_answer_leaves_the_review_open(reviews: ReviewTable) -> None:
    reviews.put_entry(entry())
    reviews.record(correction(blind=True), "mail")
    assert [each.item for each in reviews.open_entries("mail", "measure")] == ["mail-1"]


def test_an_answer_with_the_labels_shown_does_not_close_a_review_that_measures(reviews: ReviewTable) -> None:
    reviews.put_entry(entry())
    reviews.put_entry(entry(item="mail-2", purpose="teach", reason="suspected"))
    for item in ("mail-1", "mail-2"):
        reviews.record(complete(item=item, blind=False), "mail")
    assert [reviews.entry(item).state for item in ("mail-1", "mail-2")] == ["open", "done"]


def test_a_review_of_two_people_is_closed_by_the_second_and_never_asks_the_first_again(reviews: ReviewTable) -> None:
    reviews.put_entry(entry(people=2))
    reviews.record(complete(), "mail")
    reviews.record(complete(note="again"), "mail")
    assert reviews.open_entries("mail", "measure", not_answered_by="anna") == []
    assert [each.item for each in reviews.open_entries("mail", "measure", not_answered_by="ben")] == ["mail-1"]
    reviews.record(complete(author="ben", yes=(), cannot_tell=True), "mail")
    assert reviews.open_entries("mail", "measure") == []


def test_a_review_is_asked_again_without_the_authors_who_no_longer_count(reviews: ReviewTable) -> None:
    reviews.put_entry(entry())
    reviews.record(complete(author="mallory"), "mail")
    assert not reviews.reopen("mail-1", {"anna"})
    assert reviews.reopen("mail-1", {"mallory", "eve"})
    assert reviews.open_entries("mail", "measure") == [entry()]
    reviews.record(complete(), "mail")
    assert reviews.entry("mail-1") == entry(state="done")
    assert not reviews.reopen("mail-2", {"anna"})


def test_a_second_person_is_asked_of_a_finished_review_once(reviews: ReviewTable) -> None:
    at = "2026-09-22T10:20:00.000+00:00"
    reviews.put_entry(entry())
    assert not reviews.ask_second("mail-1", at)
    reviews.record(complete(), "mail")
    assert reviews.ask_second("mail-1", at)
    assert not reviews.ask_second("mail-1", at)
    assert reviews.entry("mail-1") == entry(people=2, second_opinion=True)
    assert reviews.open_entries("mail", "measure", not_answered_by="anna") == []
    reviews.record(complete(author="ben"), "mail")
    assert reviews.entry("mail-1") == entry(people=2, second_opinion=True, state="done")
    assert not reviews.ask_second("mail-2", at)


def test_an_answer_that_is_withdrawn_opens_the_review_again_in_whatever_order_both_arrive(
    reviews: ReviewTable,
) -> None:
    withdrawn = complete(
        yes=(), asked=(), complete=False, unseen=("refund", "payment"), answered_at="2026-09-21T14:14:00Z"
    )
    again = complete(answered_at="2026-09-21T14:15:00Z", yes=())
    for number, order in enumerate(itertools.permutations((complete(), withdrawn, again, withdrawn))):
        item = f"mail-{number}"
        reviews.put_entry(entry(item=item))
        for count, each in enumerate(order, 1):
            reviews.record(structs.replace(each, item=item), "mail")
            last = max(order[:count], key=lambda each: each.answered_at)
            state = reviews.entry(item).state
            assert state == ("open" if last is withdrawn else "done")


def test_answers_are_listed_by_kind_and_day(reviews: ReviewTable) -> None:
    for day in ("20", "21", "23"):
        reviews.record(correction(answered_at=f"2026-09-{day}T23:59:59.999+00:00"), "mail")
    reviews.record(correction(item="image-1"), "image")
    days = [each.answered_at[8:10] for each in reviews.corrections("mail", "2026-09-20", "2026-09-22")]
    assert days == ["20", "21"]
    assert len(list(reviews.corrections("image", "2026-09-01", "2026-09-30"))) == 1


def test_an_answer_is_kept_400_days_from_its_recording(reviews: ReviewTable, clients: object) -> None:
    reviews.record(correction(answered_at="2020-01-01T00:00:00.000+00:00"), "mail", recorded_at="2026-09-21T00:00:00Z")
    items = clients.dynamodb.scan(TableName=reviews.name)["Items"]
    assert [item["expires_at"]["N"] for item in items] == ["1824508800"]  # 2027-10-26


def test_forgetting_an_item_erases_entry_answers_and_refused_messages_and_nothing_else(reviews: ReviewTable) -> None:
    for item in ("mail-1", "mail-2"):
        reviews.put_entry(entry(item=item))
        reviews.record(complete(item=item), "mail")
        reviews.record(correction(item=item, author="ben"), "mail")
        reviews.reject(refused(item), number=item)
    assert reviews.erase("mail-1") == 4
    assert reviews.entry("mail-1") is None
    assert reviews.of_item("mail-1") == []
    assert [each.item for each in reviews.rejected("2026-09-21", "2026-09-21")] == ["mail-2"]
    assert reviews.entry("mail-2") is not None
    assert len(reviews.of_item("mail-2")) == 2
    assert reviews.erase("mail-1") == 0


def test_a_refused_message_is_kept_once(reviews: ReviewTable) -> None:
    assert reviews.reject(refused(None), "1")
    assert not reviews.reject(refused(None), "1")
    assert list(reviews.rejected("2026-09-20", "2026-09-22")) == [refused(None)]


def refused(item: str | None) -> Rejected:
    return Rejected(
        received_at="2026-09-21T14:13:20.000+00:00",
        reason="unknown_label",
        detail="refnd",
        item=item,
        sender="AROA:anna",
        message="{}",
    )
