"""Quotes and signatures are cut, forwarded mails are kept, and no mail loses all its words."""

from __future__ import annotations

import pytest

from tagging.mail import quotes, signatures


def strip_quotes(text: str, subject: str, recipients: tuple[str, ...] = ()) -> str:
    return quotes.strip_quotes(text, subject, recipients).text


def strip_signature(text: str) -> str:
    return signatures.strip_signature(text).text


REPLY_INTROS = [
    "On Mon, 13 Jan 2025 at 10:13, Service <help@example.com> wrote:",
    "On Mon, Jan 13, 2025 at 10:13 AM Service of the bank <help@example.com>\nwrote:",
    "Am 13.01.2025 um 10:13 schrieb Service <help@example.com>:",
    "Le 13 janv. 2025 à 10:13, Service <help@example.com> a écrit :",
    "-----Original Message-----\nFrom: Service\nSent: 13 January 2025\nTo: Jo\nSubject: Card",
    "________________________________\nFrom: Service <help@example.com>\nSent: Monday\nTo: Jo\nSubject: Card",
    "From: Service <help@example.com>\nDate: Monday, 13 January 2025\nTo: Jo <jo@example.com>\nSubject: Card",
    "Von: Service <help@example.com>\nGesendet: Montag, 13. Januar 2025\nAn: Jo\nBetreff: Karte",
]


@pytest.mark.parametrize("intro", REPLY_INTROS)
@pytest.mark.parametrize("mark", ["> ", ""])
def test_an_earlier_mail_below_the_answer_is_cut(intro: str, mark: str) -> None:
    text = f"My card is still lost.\n\n{intro}\n\n{mark}Dear Jo,\n{mark}the booking is cancelled."
    assert strip_quotes(text, "Re: card") == "My card is still lost."


@pytest.mark.parametrize(
    "intro",
    [
        "---------- Forwarded message ---------\nFrom: Ann <ann@example.com>\nDate: Mon\nSubject: Lost\nTo: Jo",
        "Begin forwarded message:\n\nFrom: Ann <ann@example.com>\nSubject: Lost\nDate: 13 January 2025\nTo: Jo\n",
        "-------- Forwarded Message --------\nSubject: Lost\nDate: Mon\nFrom: Ann\nTo: Jo\n",
        "-------- Weitergeleitete Nachricht --------\nBetreff: Lost\nDatum: Montag\nVon: Ann\nAn: Jo\n",
    ],
)
def test_a_forwarded_mail_is_kept_without_its_headers(intro: str) -> None:
    result = strip_quotes(f"Please look at this.\n\n-- \nJo\n\n{intro}\n\nI lost my card.\n\n-- \nAnn", "")
    assert result.startswith("Please look at this.")
    assert result.endswith("I lost my card.")
    assert "Jo\n" not in result


def test_a_note_above_a_forward_loses_its_device_line() -> None:
    text = "Please handle.\n\nSent from my iPhone\n\n---------- Forwarded message ---------\nI lost my card."
    assert strip_quotes(text, "") == "Please handle.\n\nI lost my card."


def test_a_forward_behind_marks_keeps_its_text_without_the_quotes_in_it() -> None:
    text = "Please handle.\n\n---------- Forwarded message ---------\n> I lost my card.\n>\n>> Hello."
    assert strip_quotes(text, "") == "Please handle.\n\nI lost my card."


def test_the_row_of_underscores_above_the_headers_of_a_forward_is_no_text() -> None:
    headers = "From: Ann <ann@example.com>\nSent: Monday\nTo: Jo\nSubject: Lost"
    assert strip_quotes(f"{'_' * 32}\n{headers}\n\nI lost my card.", "FW: Lost") == "I lost my card."


def test_the_subject_distinguishes_a_forward_from_a_reply() -> None:
    text = "See below.\n\nFrom: Ann\nSent: Monday\nTo: Jo\nSubject: Lost\n\nI lost my card."
    assert strip_quotes(text, "FW: Lost") == "See below.\n\nI lost my card."
    assert strip_quotes(text, "RE: Lost") == "See below."


def test_only_the_latest_mail_of_a_forwarded_thread_is_kept() -> None:
    text = "Begin forwarded message:\n\nI lost it.\n\nOn 3 May 2025, at 10:00, Desk <d@example.com> wrote:\n\n> Hello."
    assert strip_quotes(text, "") == "I lost it."


@pytest.mark.parametrize("intro", ["", "On Mon, 13 Jan 2025 at 10:13, Service <help@example.com> wrote:\n\n"])
def test_a_mail_that_is_only_a_quote_keeps_it_without_marks(intro: str) -> None:
    assert strip_quotes(f"{intro}> I lost my card.\n>\n>> And my PIN.", "").endswith("I lost my card.\n\nAnd my PIN.")


def test_an_answer_below_the_quote_is_kept() -> None:
    text = "On Mon, 13 Jan 2025 at 10:13, Desk <d@example.com> wrote:\n> Which room?\n\nRoom 12, please."
    assert strip_quotes(text, "Re: room") == "Room 12, please."


@pytest.mark.parametrize(
    "text",
    [
        "On Monday your colleague wrote:\nno refund. I do not agree.",
        "Here is what I need:\n- a new card\n- a new PIN",
        "From: Jo\nSubject: Lost card\nMessage: I lost my card.",
        "I paid > 100 euros and a < 5 % fee.",
    ],
)
def test_lines_that_resemble_a_quote_header_are_kept(text: str) -> None:
    assert strip_quotes(text, "") == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Block my card.\n-- \nJo\nBank of Jo", "Block my card."),
        ("Block my card.\n--\nJo", "Block my card."),
        ("Block my card.\n\nSent from my iPhone", "Block my card."),
        ("Block my card.\n\nGet Outlook for Android", "Block my card."),
        ("Block my card.\n\nKind regards,\nJo Doe\nHead of Refunds\n+44 555 0100", "Block my card.\n\nKind regards,"),
        ("Block it.\n\nThis e-mail is confidential and\nintended for the addressee.", "Block it."),
    ],
)
def test_a_signature_is_cut(text: str, kept: str) -> None:
    assert strip_signature(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "-- \nJo",
        "Kind regards,\nJo\n\nPS: Is my card blocked?",
        "Thanks\nI still need to know when the new card will arrive at my house",
        "One.\n--\n" + "A line with more to say.\n" * 60 + "End.",
        "This message is about my card.",
    ],
)
def test_text_that_is_no_signature_or_all_of_the_mail_is_kept(text: str) -> None:
    assert strip_signature(text) == text


def test_a_short_rule_around_the_word_original_is_a_heading_of_the_sender() -> None:
    text = "---- Original ----\nhas a serial number.\n---- Copy ----\nhas none, I want my money back."
    assert strip_quotes(f"Two lamps:\n\n{text}", "Re: lamps") == f"Two lamps:\n\n{text}"
