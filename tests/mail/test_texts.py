"""Versions and parts of a mail: which text is read, and how texts and attached mails are joined."""

from __future__ import annotations

import base64

import pytest

from tagging.mail.parser import Attachment
from tests.mail import raw_mails
from tests.mail.raw_mails import HEAD, read

PLAIN = "Content-Type: text/plain\n\n{}"
HTML = "Content-Type: text/html\n\n{}"
ATTACHED = "Content-Type: message/rfc822\n\nFrom: Kim <kim@customer.example>\nSubject: Lost card\n\n{}"


def multipart(*parts: str, kind: str = "mixed") -> str:
    return HEAD + raw_mails.multipart(*parts, kind=kind)


def test_html_is_used_if_the_plain_version_is_a_stub() -> None:
    stub = PLAIN.format("Your mail program cannot show HTML.")
    words = "<p>My card is lost and I would like to have a new one, please, before we go on holiday on Friday.</p>"
    assert read(multipart(stub, HTML.format(words), kind="alternative")).text.startswith("My card is lost")
    assert read(
        multipart(PLAIN.format("Lost my card."), HTML.format("<p>Lost my card.</p>"), kind="alternative")
    ).text == ("Lost my card.")


def test_a_long_plain_version_that_only_speaks_of_html_is_a_stub() -> None:
    stub = "This message was written in HTML. To read it, please switch HTML on or open it in another program. " * 3
    words = "<p>My card was stolen this morning on the tram, please block it at once, I need the money for rent.</p>"
    assert read(multipart(PLAIN.format(stub), HTML.format(words), kind="alternative")).text.startswith("My card was")
    text = "The HTML editor of your app crashes whenever I open it. " * 6
    assert read(multipart(PLAIN.format(text), HTML.format(f"<p>{text}</p>"), kind="alternative")).text == text.strip()


def test_text_before_and_after_an_attachment_is_joined() -> None:
    pdf = "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nQUJD"
    mail = read(multipart(PLAIN.format("Before."), pdf, PLAIN.format("After.")))
    assert mail.text == "Before.\n\nAfter."
    assert mail.attachments == (Attachment("a.pdf", "application/pdf", 3),)


def test_an_attached_text_file_is_listed_and_not_read() -> None:
    mail = read(multipart(PLAIN.format("Words."), "Content-Type: text/plain; name=log.txt\n\nsecret"))
    assert mail.text == "Words."
    assert [a.name for a in mail.attachments] == ["log.txt"]


@pytest.mark.parametrize(
    "part",
    [
        'Content-Type: text/plain; name="body.txt"\nContent-Disposition: inline; filename="body.txt"\n\nBlock it.',
        'Content-Type: text/html; name="body.html"\nContent-Disposition: attachment\n\n<p>Block it.</p>',
        "Content-Type: text/markdown\n\nBlock it.",
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
        + base64.b64encode(b"From: a@example.com\n\nBlock it.").decode(),
    ],
)
def test_a_part_that_holds_the_only_text_is_read(part: str) -> None:
    assert read(multipart(part, "Content-Type: application/pdf; name=a.pdf\n\n%PDF")).text == "Block it."


def test_an_attached_mail_is_read_if_there_is_no_other_text_and_below_a_cover_note() -> None:
    """Several text parts and mails attached under a note are read in order."""
    inner = ATTACHED.format("Please block my card.")
    assert read(multipart(inner)).text == "Lost card\n\nPlease block my card."
    assert read(multipart(PLAIN.format("See below."), inner)).text == "See below.\n\nLost card\n\nPlease block my card."


def test_quotes_are_cut_in_the_note_and_in_each_attached_mail_alone() -> None:
    quote = "\n\nOn Mon, 3 Mar 2025 at 09:12, Tom <help@shop.example> wrote:\n> Dear Kim"
    note = PLAIN.format(f"Two customers.{quote}")
    mails = [ATTACHED.format(f"{text}{quote}") for text in ("Please block my card.", "Where is my lamp?")]
    text = read(multipart(note, *mails)).text
    assert text == "Two customers.\n\nLost card\n\nPlease block my card.\n\nLost card\n\nWhere is my lamp?"


def test_an_attached_mail_of_a_recipient_is_not_read_below_an_answer() -> None:
    raw = multipart(PLAIN.format("See below."), ATTACHED.format("Your card is blocked."))
    assert read(f"To: help@customer.example\n{raw}").text == "See below."


def test_an_attached_mail_that_cannot_be_read_leaves_the_note() -> None:
    nested = "Content-Type: message/rfc822\n\n" * 30
    assert read(multipart(PLAIN.format("See below."), f"{nested}Hello.")).text == "See below."


def test_only_the_first_three_attached_mails_are_read_below_a_note() -> None:
    mails = [ATTACHED.format(f"Request {n}.") for n in range(5)]
    text = read(multipart(PLAIN.format("See below."), *mails)).text
    assert [f"Request {n}." in text for n in range(5)] == [True, True, True, False, False]


def test_an_invitation_is_read() -> None:
    calendar = (
        "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nSUMMARY:Call about the kettle\n"
        "DESCRIPTION:My refund\\, it\n  burnt.\nEND:VCALENDAR"
    )
    invitation = read(f"{HEAD}{calendar}")
    assert (invitation.text, invitation.auto_reply) == ("Call about the kettle\n\nMy refund, it burnt.", False)
