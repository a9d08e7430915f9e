"""Each mail of events/mails is read as a person would read it."""

# ruff: noqa: RUF001 - real mails are full of dashes and quotation marks that look alike

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tagging.mail.parser import Mail, parse_mail
from tagging.quarantine import Quarantined

MAILS = Path(__file__).parents[2] / "events" / "mails"


@dataclass(frozen=True)
class Expected:
    """The expected subject, beginning and end of the text, and phrases that must be absent."""

    subject: str
    begins: str
    ends: str
    absent: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    attachments: tuple[tuple[str, str, int], ...] = ()
    auto: bool = False
    auto_reply: bool = False
    answers: bool = False
    spam: bool = False


EXPECTED = {
    "attachment": Expected(
        "Charged twice at the same shop",
        "Hello,\n\nOn my January statement there are two payments of £48.20",
        "Best regards,",
        absent=("4711", "Larsen"),
        attachments=(("Kontoutskrift januar €.pdf", "application/pdf", 2325),),
    ),
    "auto_reply": Expected(
        "Automatic reply: Your new card is on its way",
        "Thank you for your message. I am out of the office until 10 February with no access",
        "Ines Duarte",
        holds=("João",),
        auto=True,
        auto_reply=True,
        answers=True,
    ),
    "base64_body": Expected("Airport shuttle and early check-in", "Hello,\n\nour flight lands at 6:40", "Thank you,"),
    "bounce": Expected(
        "Undelivered Mail Returned to Sender",
        "This is the mail system",
        "User unknown (in reply to RCPT TO command)",
        absent=("refund", "Reporting-MTA"),
        attachments=(("", "message/delivery-status", 213), ("", "message/rfc822", 284)),
        auto=True,
    ),
    "broken_mime": Expected(
        "Direct debit returned",
        "Hello,\n\nthe direct debit of our electricity bill",
        "Corner Shop",
        absent=("<p>", "--inner"),
        attachments=(("bookings.csv", "text/csv", 47),),
    ),
    "charset_lie": Expected("Closing my account", "Hello,\n\nI’m moving back to Besançon", "François", holds=("90 €",)),
    "eight_bit_windows": Expected(
        "Increase my overdraft – it’s urgent", "Hello,\n\nmy salary is late", "John Smith", holds=("I’m €300 short",)
    ),
    "eight_bit_without_charset": Expected(
        "Fee for paying in a café abroad", "Hello,\n\nI paid €4.50 in a café in Malmö", "Zoë Ångström"
    ),
    "format_flowed": Expected(
        "Dog and swimming pool",
        "Hello,\n\nwe have a room from Friday to Sunday. Can we bring our small dog, and is there an extra",
        "\nFrom seven in the evening on we would also need a table for four in the restaurant.",
        absent=("Station Road",),
    ),
    "forward": Expected(
        "Fwd: My PIN does not work",
        "Hello, my mother sent this to me",
        "Mum",
        holds=("\n\nDear Tom,\n\nI stood at the cash machine",),
        absent=("Forwarded message", "@", "Date:"),
    ),
    "forward_attached": Expected(
        "FW:",
        "Cannot log in any more\n\nGood evening,",
        "Anna Nowak",
        attachments=(("Cannot log in any more.eml", "message/rfc822", 439),),
    ),
    "german": Expected(
        "Frage zur Stornierung unseres Zimmers für Mai", "Sehr geehrte Damen und Herren", "Mit freundlichen Grüßen"
    ),
    "gmail_alternative": Expected("Lost my debit card", "Hi there,\n\nI lost my debit card", "Thanks a lot,\nMaria"),
    "html_only": Expected(
        "Change of my booking",
        "Dear reservations team,\n\nI have booked a double room from the 3rd to the 6th of March, but my plans "
        "have changed — is it possible",
        "Kind regards,",
        holds=("three adults rather than two", "I’d have to cancel"),
        absent=("free weekend", "media only", "track(", "<"),
    ),
    "inline_image": Expected(
        "Cash machine kept my card",
        "Hello,\n\nthe cash machine at the station kept my card",
        "Nina",
        attachments=(("IMG_0412.png", "image/png", 70),),
    ),
    "long_signature": Expected(
        "Meeting room for 12 people",
        "Dear Sir or Madam,\n\ncould we book a meeting room",
        "Kind regards,",
        absent=("Cancellations", "check in", "confidential"),
    ),
    "quoted_printable": Expected(
        "Statement for my landlord – how?",
        "Hello,\n\nmy landlord asks for a statement of my savings account with the balance’s total on it.",
        "Rebecca",
        holds=("100=% certainty", "a stamp =ZZ would"),
    ),
    "reply_between_quotes": Expected(
        "Re: Your question about our spa",
        "On Saturday, if possible in the afternoon.",
        "Bo",
        holds=("Yes please, one massage for two people.",),
        absent=("writes", "cancel", "Which day"),
        answers=True,
    ),
    "reply_gmail": Expected(
        "Re: [#20931] Where is my transfer?",
        "Hi Sam,\n\nthank you for the quick answer.",
        "I would like\nto cancel the transfer.",
        absent=("wrote:", "close the", "Sam from"),
        answers=True,
    ),
    "reply_outlook": Expected(
        "RE: Your stay with us",
        "Good afternoon,\n\nWe will arrive late, at about 11 pm. Is it still possible to check in at that time?",
        "Many thanks,",
        absent=("free of charge", "From:", "swimming"),
        answers=True,
    ),
    "several_questions": Expected(
        "A few questions", "Hi! Couple of questions before we come next week 🙂", "Amir", absent=("iPad",)
    ),
    "subject_base64": Expected(
        "Überweisung nach Zürich – why was it rejected? 😟", "Grüezi,\n\nmy transfer of 1’200 francs", "Beat Müller"
    ),
    "subject_only": Expected("Please block my credit card, it was stolen this morning", "", ""),
    "subject_quoted": Expected(
        "Wi-Fi in room 312: pas de réseau, what now?", "Good evening,\n\nthe Wi-Fi does not work", "Céline Brûlé"
    ),
    "thanks_only": Expected(
        "Re: [#20877] Your new card",
        "Thank you very much, that is perfect!",
        "Have a nice weekend.",
        absent=("iPhone", "block"),
        answers=True,
    ),
    "unknown_charset": Expected(
        "Cancel my reservation for café & room", "Please cancel my reservation", "René", holds=("naïve",)
    ),
    "very_long": Expected(
        "Refund of my cancelled booking: the whole story",
        "Dear Sir or Madam,\n\nI am writing because of the refund that you promised me",
        "",
        holds=("Day 100:",),
        absent=("Walter",),
    ),
    "forged_verdicts": Expected("Where is my refund?", "Hello,\n\nI sent the shoes back", "Nora Lind"),
    "spam": Expected(
        "Final notice about your refund", "Dear customer,\n\nyour refund of 900.00", "Prize Desk", spam=True
    ),
    "answers_inside_quote": Expected(
        "RE: Your order 5519",
        "Hello, please see my answers below.",
        "Kind regards",
        holds=("it leaks. I would like my money back", "No, please cancel it."),
        answers=True,
    ),
    "digest": Expected(
        "2 new messages",
        "stolen card\n\nMy bank card was stolen, please block it.\n\nmoney back\n\nI returned the shoes",
        "still wait for my refund.",
        attachments=(("", "message/rfc822", 173), ("", "message/rfc822", 196)),
    ),
    "encrypted": Expected(
        "Thank you",
        "",
        "",
        absent=("PGP", "Version"),
        attachments=(
            ("", "application/pgp-encrypted", 12),
            ("encrypted.asc", "application/octet-stream", 198),
        ),
    ),
    "forward_rewritten_subject": Expected(
        "Customer needs help",
        "Please take care of this.",
        "Where is it?\nAna",
        holds=("My parcel was due on Thursday",),
    ),
    "invitation": Expected(
        "Invitation",
        "Call about the broken washing machine\n\nPlease call me at nine.",
        "leaks and I want a new one.",
        absent=("VEVENT", "DTSTART"),
        attachments=(("", "text/calendar", 338),),
    ),
    "koi8_without_charset": Expected("card", "", ""),
    "not_out_of_office": Expected("Out of office", "That is the only answer", "Lise Moreau"),
    "photo_alone": Expected("", "", "", attachments=(("IMG_2041.jpg", "image/jpeg", 3000),)),
    "reply_outlook_italian": Expected(
        "R: La Sua prenotazione", "Please cancel my booking", "Kim", absent=("credit card", "Inviato"), answers=True
    ),
    "sent_from_a_friend": Expected(
        "urgent",
        "Thank you for picking up",
        "I want them back.",
        holds=("Sent from my sister's phone", "two payments today"),
        absent=("iPhone",),
    ),
    "signed_smime": Expected("Unknown payment", "Hello,\nthe app shows a payment of 89 €", "block the card."),
    "web_form": Expected(
        '[Website] New message: "Invoice for my stay"',
        "From: Ms. O'Neill",
        "Please correct\nit and send it to me by e-mail.",
        holds=("I stayed with you last week",),
        absent=("contact form",),
    ),
}


QUARANTINED = {"empty": "empty", "virus": "virus"}


def read(name: str) -> Mail:
    return parse_mail((MAILS / f"{name}.eml").read_bytes())


def test_every_mail_has_an_expectation() -> None:
    assert {path.stem for path in MAILS.glob("*.eml")} == {*EXPECTED, *QUARANTINED}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_mail_is_read_as_a_person_would_read_it(name: str) -> None:
    mail, expected = read(name), EXPECTED[name]
    assert mail.subject == expected.subject
    assert mail.text.startswith(expected.begins)
    assert mail.text.endswith(expected.ends)
    assert [words for words in expected.holds if words not in mail.text] == []
    assert [words for words in expected.absent if words in mail.text] == []
    assert tuple((a.name, a.content_type, a.size) for a in mail.attachments) == expected.attachments
    assert (mail.auto, mail.auto_reply, mail.spam) == (expected.auto, expected.auto_reply, expected.spam)


@pytest.mark.parametrize("name", EXPECTED)
def test_message_ids_are_hashed(name: str) -> None:
    mail = read(name)
    assert mail.message_id is not None
    assert set(mail.message_id) <= set("0123456789abcdef")
    assert len(mail.message_id) == 32
    assert (mail.in_reply_to is not None) == EXPECTED[name].answers


@pytest.mark.parametrize(("name", "reason"), QUARANTINED.items())
def test_a_mail_without_words_or_with_a_virus_is_an_error(name: str, reason: str) -> None:
    with pytest.raises(Quarantined) as error:
        read(name)
    assert error.value.reason == reason


def test_the_files_keep_both_kinds_of_line_end_and_bytes_beyond_ascii() -> None:
    raw = {path.stem: path.read_bytes() for path in MAILS.glob("*.eml")}
    assert b"\r\n" in raw["attachment"]
    assert b"\r\n" not in raw["forward"]
    assert b"\x92" in raw["eight_bit_windows"]
    assert "ö".encode() in raw["eight_bit_without_charset"]
    assert len(raw["very_long"]) > 140_000


def test_offsets_of_evidence_refer_to_subject_and_text() -> None:
    mail = read("subject_only")
    assert mail.full_text == f"{mail.subject}\n"
    assert read("forward").full_text.startswith("Fwd: My PIN does not work\nHello, my mother")
