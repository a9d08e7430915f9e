"""Who wrote the quoted mail decides: our own mail is a quote, a mail of somebody else may be what is reported."""

from __future__ import annotations

import pytest

from tagging.mail.headers import Headers
from tagging.mail.quotes import strip_quotes
from tagging.mail.recipients import is_recipient, recipients_of
from tests.mail.replies import HEADERS, INTRO, OURS, QUOTED, REPLY, mail

OWN_HEADERS = HEADERS.replace("<help@shop.example>", "<kim@customer.example>")
OWN_INTRO = INTRO.replace("help@shop.example", "kim@customer.example")
ANSWERS = "In-Reply-To: <1@shop.example>"


def recipients(to: str) -> frozenset[str]:
    return recipients_of(Headers({"to": to.encode()}))


@pytest.mark.parametrize("end", [f"{OWN_INTRO}\n> My card was stolen.", f"{OWN_HEADERS}\n\nMy card was stolen."])
def test_the_sender_s_own_mail_below_is_a_guess_because_we_may_not_have_got_it(end: str) -> None:
    own = strip_quotes(f"Thank you, resending.\n\n{end}", REPLY, OURS, sender="kim@customer.example")
    assert own.text == "Thank you, resending."
    assert any("stolen" in cut.text and not cut.marked for cut in own.cuts)


def test_an_answer_to_our_forward_is_a_reply() -> None:
    marked = QUOTED.replace("\n", "\n> ")
    for quoted in (f"{INTRO}\n> {marked}", f"{HEADERS}\n\n{QUOTED}"):
        own = strip_quotes(f"Cancel it.\n\n{quoted}", "Re: Fwd: order", OURS, sender="kim@customer.example")
        assert own.text == "Cancel it."
        assert all(cut.marked for cut in own.cuts)
    forward = strip_quotes(f"See this.\n\n{HEADERS}\n\n{QUOTED}", "Fwd: order", OURS, sender="kim@customer.example")
    assert QUOTED.split("\n")[-1] in forward.text


def test_a_customer_who_quotes_a_mail_of_a_second_address_may_have_sent_it_to_somebody_else() -> None:
    quoted = "> My card was stolen."
    second = "Am 03.03.2025 um 09:12 schrieb Kim Alder <kim.private@other.example>:"
    body = f"Many thanks in advance.\n\n{second}\n{quoted}"
    own = mail(body, "Re: card", "Kim Alder <kim@customer.example>")
    assert own.text == "Many thanks in advance."
    assert not any(cut.marked for cut in own.left_out.cuts)
    block = HEADERS.replace("Tom Berg <help@shop.example>", "Alder, Kim <kim.private@other.example>")
    headers = mail(f"Many thanks in advance.\n\n{block}\n\nMy card was stolen.", "Re: card", "Kim Alder <k@a.example>")
    assert not any(cut.marked for cut in headers.left_out.cuts)
    for sender in ("Kim <kim@customer.example>", "Jo Berg <jo@customer.example>"):
        assert all(cut.marked for cut in mail(body, "Re: card", sender).left_out.cuts)


def test_a_colleague_who_answers_a_customer_and_copies_us_may_quote_what_we_never_got() -> None:
    intro = INTRO.replace("help@shop.example", "kim@customer.example")
    body = f"On it, thanks.\n\n{intro}\n> My card was stolen."
    answer = mail(body, "Re: card\nCc: kim@customer.example", "tom@shop.example")
    assert answer.text == "On it, thanks."
    assert not any(cut.marked for cut in answer.left_out.cuts)
    ours = mail(f"On it, thanks.\n\n{INTRO}\n> Where is it?", "Re: card", "tom@shop.example")
    assert all(cut.marked for cut in ours.left_out.cuts)


@pytest.mark.parametrize("subject", ["VS: Your order", "Your order", "Vast.: Your order"])
def test_a_header_block_of_a_recipient_is_a_mark_in_a_mail_that_answers(subject: str) -> None:
    body = f"Thank you!\n\n{HEADERS}\n\n{QUOTED}"
    assert [cut.marked for cut in mail(body, f"{subject}\n{ANSWERS}").left_out.cuts] == [True]
    assert [cut.marked for cut in mail(body, subject).left_out.cuts] == [False]


def test_lines_behind_a_mark_are_a_quote_in_a_mail_that_answers_whatever_its_subject() -> None:
    body = "Please:\n> cancel order 5519\n> refund me"
    assert [cut.marked for cut in mail(body, f"Question\n{ANSWERS}").left_out.cuts] == [True]


@pytest.mark.parametrize("sender", ["jo@other.example", "jo@shop.example"])
def test_a_mail_of_somebody_else_is_kept_or_a_guess_though_headers_name_it(sender: str) -> None:
    theirs = HEADERS.replace("help@shop.example", "kim@customer.example")
    forward = mail(f"Please handle.\n\n{theirs}\n\nI lost my card.", f"A customer\n{ANSWERS}", sender)
    assert forward.text.endswith("I lost my card.")
    intro = INTRO.replace("help@shop.example", "kim@customer.example")
    marked = mail(f"Please handle.\n\n{intro}\n> I lost my card.", f"A customer\n{ANSWERS}", sender)
    assert ("I lost my card." in marked.text) is (sender == "jo@shop.example")
    assert not any(cut.marked for cut in marked.left_out.cuts)


def test_a_colleagues_mail_is_a_guess_in_a_mail_of_another_colleague_unless_it_is_a_reply() -> None:
    body = f"Please handle.\n\n{HEADERS.replace('help@', 'ann@')}\n\nMy laptop is broken."
    assert [cut.marked for cut in mail(body, f"Laptop\n{ANSWERS}", "jo@shop.example").left_out.cuts] == [False]
    assert [cut.marked for cut in mail(body, f"RE: Laptop\n{ANSWERS}", "jo@shop.example").left_out.cuts] == [True]


def test_customers_of_one_provider_are_not_one_organisation() -> None:
    for domain, kept in (("gmail.com", True), ("yahoo.co.uk", True), ("mail.shop.example", False)):
        theirs = HEADERS.replace("help@shop.example", f"kim@{domain}")
        own = strip_quotes(f"Hello.\n\n{theirs}\n\nI lost it.", "A", recipients(f"help@{domain}"))
        assert own.text.endswith("I lost it.") is kept
    own = strip_quotes(f"Hello.\n\n{HEADERS}\n\n{QUOTED}", "A", recipients("Help <Help@Shop.Example>"))
    assert own.text == "Hello."


@pytest.mark.parametrize(
    ("address", "organisation", "same"),
    [
        *(("a@mail.shop.example", "shop.example", True), ("a@shop.example", "mail.shop.example", True)),
        *(("a@shop.example.com", "customer.example.com", False), ("a@myshop.example", "shop.example", False)),
        *(("a@shop.co.uk", "customer.co.uk", False), ("a@example", "shop.example", False), ("", "shop.example", False)),
        ("kim@mail.ru", "desk.mail.ru", False),
    ],
)
def test_a_domain_and_those_within_it_are_one_organisation(address: str, organisation: str, *, same: bool) -> None:
    assert is_recipient(address, recipients(f"<desk@{organisation}>")) is same


def test_a_marked_mail_of_a_customer_in_a_mail_that_is_no_reply_is_kept() -> None:
    theirs = HEADERS.replace("help@shop.example", "kim@customer.example")
    own = strip_quotes(f"Please handle.\n\n{theirs}\n\n> I lost my card.", "A customer", OURS)
    assert own.text.endswith("\n\nI lost my card.")


def test_a_customers_mail_that_a_colleague_answers_is_kept_and_our_own_is_not() -> None:
    theirs = HEADERS.replace("help@shop.example", "kim@customer.example")
    body = f"Adding support.\n\n{theirs}\n\nI lost my card."
    assert mail(body, "RE: card", "tom@shop.example").text.endswith("I lost my card.")
    assert mail(body, "RE: card").text == "Adding support."
    assert mail(f"Hello.\n\n{HEADERS}\n\n{QUOTED}", "RE: card", "jo@shop.example").text == "Hello."
