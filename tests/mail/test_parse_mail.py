"""Single features of mails: headers, charsets, parts, automation."""

from __future__ import annotations

import base64
import hashlib

import pytest

from tagging.mail.parser import Attachment, Mail, MailLimits, parse_mail, text_mail
from tagging.quarantine import Quarantined

HEAD = "From: Jo <jo@example.com>\nTo: help@example.org\n"


def read(text: str, encoding: str = "utf-8") -> Mail:
    return parse_mail(text.encode(encoding))


def multipart(*parts: str, kind: str = "mixed") -> str:
    return f"{HEAD}Content-Type: multipart/{kind}; boundary=B\n\n" + "".join(f"--B\n{p}\n" for p in parts) + "--B--\n"


PLAIN = "Content-Type: text/plain\n\n{}"
HTML = "Content-Type: text/html\n\n{}"


def reason_of(raw: bytes) -> str:
    with pytest.raises(Quarantined) as error:
        parse_mail(raw)
    assert str(error.value) == f"{error.value.reason}: {error.value.detail}"
    return error.value.reason


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        ("=?utf-8?q?caf=C3=A9?=", "café"),
        ("=?utf-8?b?Y2Fmw6k=?= au lait", "café au lait"),
        ("=?utf-8?b?Y2Fmw6k?=", "café"),
        ("=?utf-8?q?caf=C3?= =?utf-8?q?=A9?=", "café"),
        ("=?utf-8*fr?q?caf=C3=A9?=", "café"),
        ("=?utf-8?q?one?= =?iso-8859-1?q?_tw=F6?=", "one twö"),
        ("=?utf-8?q?never ends", "never ends"),
        ("=?utf-8?q?never ends =?utf-8?q?here?=", "never ends here"),
        ("=?nonsense?q?caf=C3=A9?=", "café"),
        ("=?rot13?q?uryyb?=", "uryyb"),
        ("Re:\n folded\n\tsubject", "Re: folded subject"),
        ("\u202ereversed\u202c \u200bhidden\ufeff", "reversed hidden"),
        ("=?utf-7?q?+2AA-lone?=", "lone"),
        ("a=?b", "a=?b"),
    ],
)
def test_a_subject_is_one_clean_line(header: str, subject: str) -> None:
    assert read(f"{HEAD}Subject: {header}\n\nbody").subject == subject


def test_the_first_of_two_subjects_counts() -> None:
    assert read(f"{HEAD}Subject: one\nSubject: two\n\nbody").subject == "one"


@pytest.mark.parametrize("start", ["", "\n\r\n", "From jo@example.com Mon Jan 13 10:00:00 2025\n", "\ufeff"])
def test_text_that_programs_put_before_a_mail_is_skipped(start: str) -> None:
    mail = read(f"{start}Subject: hi\n\nbody")
    assert (mail.subject, mail.text) == ("hi", "body")


def test_classic_mac_line_ends_are_read() -> None:
    assert parse_mail(b"Subject: hi\r\rone\rtwo\r").text == "one\ntwo"


def test_a_missing_blank_line_loses_no_text() -> None:
    assert read("Subject: hi\nHello there, my card is lost.\n\nPlease help.").text.startswith("Hello there, my card")


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("utf-8", "naïve €".encode(), "naïve €"),
        ("us-ascii", "naïve €".encode(), "naïve €"),
        ("iso-8859-1", "naïve €".encode(), "naïve €"),
        ("iso-8859-1", "naïve €".encode("cp1252"), "naïve €"),
        ("utf-8", "naïve €".encode("cp1252"), "naïve €"),
        ("utf-16", b"plain words", "plain words"),
        ("utf-16", "wide wörds".encode("utf-16"), "wide wörds"),
        ("shift_jis", "カード".encode("shift_jis"), "カード"),
        ("koi8-r", "карта".encode("koi8-r"), "карта"),
        ("base64", b"plain words", "plain words"),
        ("unicode-escape", rb"plain \u0041", r"plain \u0041"),
        ("punycode", b"plain-words", "plain-words"),
        ("x" * 3000, b"plain words", "plain words"),
        ("..\\/\u00e9", b"plain words", "plain words"),
    ],
)
def test_a_charset_may_be_missing_wrong_or_nonsense(charset: str, data: bytes, text: str) -> None:
    head = f"Subject: hi\nContent-Type: text/plain; charset={charset}\n\n".encode()
    assert parse_mail(head + data).text == text


def test_one_broken_byte_does_not_spoil_the_rest() -> None:
    text = parse_mail(b"Subject: hi\n\n" + "Grüße aus Köln, schöne Tage".encode() + b" \xff end").text
    assert text.startswith("Grüße aus Köln, schöne Tage")


def test_lone_surrogates_and_controls_do_not_survive() -> None:
    raw = b"Subject: hi\nContent-Type: text/plain; charset=utf-8\n\nca\xed\xa0\x80rd\x00\x08\x1b \xe2\x80\x8blost"
    mail = parse_mail(raw)
    mail.full_text.encode()
    assert "\x00" not in mail.text
    assert mail.text.endswith("lost")
    assert text_mail("lone \ud800 surrogate", "su\ud800bject").full_text == "subject\nlone  surrogate"


def test_html_is_used_if_the_plain_version_is_a_stub() -> None:
    stub = PLAIN.format("Your mail program cannot show HTML.")
    words = "<p>My card is lost and I would like to have a new one, please, before we go on holiday on Friday.</p>"
    assert read(multipart(stub, HTML.format(words), kind="alternative")).text.startswith("My card is lost")
    assert read(
        multipart(PLAIN.format("Lost my card."), HTML.format("<p>Lost my card.</p>"), kind="alternative")
    ).text == ("Lost my card.")


def test_text_before_and_after_an_attachment_is_joined() -> None:
    pdf = "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nQUJD"
    mail = read(multipart(PLAIN.format("Before."), pdf, PLAIN.format("After.")))
    assert mail.text == "Before.\n\nAfter."
    assert mail.attachments == (Attachment("a.pdf", "application/pdf", 3),)


def test_an_attached_text_file_is_listed_and_not_read() -> None:
    mail = read(multipart(PLAIN.format("Words."), "Content-Type: text/plain; name=log.txt\n\nsecret"))
    assert mail.text == "Words."
    assert [a.name for a in mail.attachments] == ["log.txt"]


def test_names_of_attachments_are_decoded_and_bounded() -> None:
    named = "Content-Type: image/png; name*=utf-8''{}\n\nx"
    mail = read(multipart(PLAIN.format("Words."), named.format("%E2%82%AC%00a.png"), named.format("x" * 900)))
    assert [len(a.name) for a in mail.attachments] == [len("€a.png"), 200]


ATTACHED = "Content-Type: message/rfc822\n\nFrom: Kim <kim@customer.example>\nSubject: Lost card\n\n{}"


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


def test_plain_text_declared_as_base64_is_read_as_text() -> None:
    assert read(f"{HEAD}Content-Transfer-Encoding: base64\n\nHello, I lost my card.").text == "Hello, I lost my card."


def test_base64_with_noise_between_is_decoded() -> None:
    wall = base64.encodebytes(("Hello, I lost my card. " * 20).encode()).decode().replace("\n", " \r\n\t")
    assert read(f"{HEAD}Content-Transfer-Encoding: base64\n\n{wall}").text.startswith("Hello, I lost my card. Hello")


def test_blocks_of_encoded_bytes_are_removed_from_text() -> None:
    wall = base64.encodebytes(bytes(range(256)) * 8).decode()
    assert read(f"{HEAD}Subject: hi\n\nBefore.\n\n{wall}\nAfter.").text.startswith("Before.")
    assert len(read(f"{HEAD}Subject: hi\n\nBefore.\n\n{wall}\nAfter.").text) < 100


@pytest.mark.parametrize(
    ("headers", "auto", "auto_reply"),
    [
        ("", False, False),
        ("Auto-Submitted: no", False, False),
        ("Auto-Submitted: auto-generated", True, False),
        ("Auto-Submitted: auto-replied (vacation)", True, True),
        ("X-Auto-Response-Suppress: All", False, False),
        ("X-Autoreply: yes", True, True),
        ("Precedence: auto_reply", True, True),
        ("Precedence: bulk", True, False),
        ("Precedence: list", False, False),
        ("Return-Path: <>", True, False),
        ("Return-Path: <jo@example.com>", False, False),
        ("From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.com>\nAuto-Submitted: auto-replied", True, False),
        ("Subject: Out of Office: Your booking", False, False),
        ("Auto-Submitted: auto-generated\nSubject: Risposta automatica: Your booking", True, True),
        ("Auto-Submitted: auto-generated\nSubject: [EXTERNAL] Automatic reply: Your booking", True, True),
        ("Auto-Submitted: auto-generated\nSubject: Absent : Your booking", True, True),
        ("Subject: Re: Out of Office: Your booking", False, False),
        ("Subject: Automatic reply wanted for my booking", False, False),
        ("Content-Type: multipart/report; report-type=disposition-notification; boundary=B", True, True),
        ("Content-Type: multipart/report; report-type=delivery-status; boundary=B", True, False),
    ],
)
def test_mails_of_machines_are_recognised(headers: str, auto: bool, auto_reply: bool) -> None:
    mail = read(f"{headers}\nX-Other: 1\nTo: help@example.org\n\n--B\n\nSome words.\n--B--\n".lstrip("\n"))
    assert (mail.auto, mail.auto_reply) == (auto, auto_reply)


@pytest.mark.parametrize(
    ("subject", "text", "auto_reply"),
    [
        ("Out of Office: Your booking", "I am out of the office until 14 May. For refunds call my colleague.", True),
        ("Re: Out of Office: Your booking", "I am on leave and will reply next week.", True),
        ("[Auto-Reply] Your order", "We have received your message.", True),
        ("Automatische Antwort: Ihre Bestellung", "Ich bin im Urlaub.", True),
        ("自动回复: order", "我在休假。", True),
        ("Out of office: your app", "I want my money back. I was away last week.", False),
        ("Out of office: your app", "The parcel never came.", False),
        ("My trip", "I am out of the office until 14 May.", False),
    ],
)
def test_a_subject_alone_is_no_automatic_reply(subject: str, text: str, auto_reply: bool) -> None:
    assert read(f"{HEAD}Subject: {subject}\n\n{text}").auto_reply == auto_reply


def test_an_accepted_invitation_is_an_automatic_reply_and_an_invitation_is_read() -> None:
    calendar = (
        "Content-Type: text/calendar; method={}\n\nBEGIN:VCALENDAR\nSUMMARY:Call about the kettle\n"
        "DESCRIPTION:My refund\\, it\n  burnt.\nEND:VCALENDAR"
    )
    assert read(multipart(PLAIN.format(""), calendar.format("REPLY"), kind="alternative")).auto_reply
    invitation = read(f"{HEAD}{calendar.format('REQUEST')}")
    assert (invitation.text, invitation.auto_reply) == ("Call about the kettle\n\nMy refund, it burnt.", False)


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


def test_a_long_plain_version_that_only_speaks_of_html_is_a_stub() -> None:
    stub = "This message was written in HTML. To read it, please switch HTML on or open it in another program. " * 3
    words = "<p>My card was stolen this morning on the tram, please block it at once, I need the money for rent.</p>"
    assert read(multipart(PLAIN.format(stub), HTML.format(words), kind="alternative")).text.startswith("My card was")
    text = "The HTML editor of your app crashes whenever I open it. " * 6
    assert read(multipart(PLAIN.format(text), HTML.format(f"<p>{text}</p>"), kind="alternative")).text == text.strip()


def test_plain_text_below_base64_is_no_base64() -> None:
    encoded = base64.encodebytes("Grüße, meine Karte wurde gestohlen, bitte sperren Sie sie sofort.".encode()).decode()
    footer = "\n_______________________________________________\nSupport mailing list\nhttps://lists.example.com\n"
    mail = read(f"{HEAD}Content-Transfer-Encoding: base64\n\n{encoded}{footer}")
    assert mail.text == "Grüße, meine Karte wurde gestohlen, bitte sperren Sie sie sofort."


def test_a_header_block_over_its_limit_never_becomes_text() -> None:
    block = "X-Header-Name: value\n" * 20_000
    assert read(f"{HEAD}{block}\nMy card was stolen.").text == "My card was stolen."


def test_styles_and_data_urls_do_not_count_towards_the_limit_of_html() -> None:
    style = "<style>" + ".a1{color:red;margin:0}\n" * 60_000 + "</style>"
    url = '<img src="data:image/svg+xml;charset=utf-8;base64,' + "iVBORw0KGgo" * 150_000 + '">'
    for large in (style, url, "<!--" + "x " * 700_000 + "-->"):
        assert read(f"{HEAD}Content-Type: text/html\n\n{large}<p>My card was stolen.</p>").text == "My card was stolen."


def test_a_reply_refers_to_its_mail_by_a_hash() -> None:
    question = read(f"{HEAD}Message-ID: <q1@example.org>\n\nQuestion?")
    assert question.message_id == hashlib.sha256(b"q1@example.org").hexdigest()[:32]
    assert read(f"{HEAD}In-Reply-To: <q1@example.org> (x)\n\nAnswer.").in_reply_to == question.message_id
    assert read(f"{HEAD}References: <q0@example.org>\n <q1@example.org>\n\nAnswer.").in_reply_to == question.message_id
    assert read(f"{HEAD}Message-ID: nonsense\n\nAnswer.").message_id is None


@pytest.mark.parametrize(
    "raw", [b"", b" \r\n ", b"Subject: Re: \nFrom: a@example.com\n\n \n", b"Subject: =?utf-8?q??=\n\n---\n"]
)
def test_a_mail_without_words_is_empty(raw: bytes) -> None:
    assert reason_of(raw) == "empty"


@pytest.mark.parametrize(
    "raw",
    [b"\x89PNG\r\n\x1a\n\0\0\0", b"no mail at all", b"just some text\nin lines\n", b"\0" * 99, b"<html>\n<p>hi</p>"],
)
def test_bytes_without_mail_headers_are_not_a_mail(raw: bytes) -> None:
    assert reason_of(raw) == "not_a_mail"


def test_plain_text_has_the_same_cuts_limits_and_errors() -> None:
    assert text_mail("Hello\r\n\r\n\r\n\r\n\tthere ", " A\nsubject ").full_text == "A subject\nHello\n\n there"
    for text, reason in [("", "empty"), (" . ", "empty"), ("a" * 200, "too_large")]:
        with pytest.raises(Quarantined) as error:
            text_mail(text, limits=MailLimits(size=100))
        assert error.value.reason == reason


def test_errors_never_hold_content() -> None:
    for raw in (
        b"Subject: Re:\nFrom: canary@example.com\n\n",
        b"canary canary\n",
        b"Subject: canary\n\n" + b"canary" * 99,
    ):
        with pytest.raises(Quarantined) as error:
            parse_mail(raw, MailLimits(size=300))
        assert "canary" not in str(error.value)
        assert error.value.__cause__ is None
