"""Single features of mails: headers, charsets, names and ids."""

from __future__ import annotations

import base64
import hashlib

import pytest

from tagging.mail.parser import Mail, MailLimits, parse_mail, text_mail
from tagging.quarantine import Quarantined
from tests.mail.raw_mails import multipart

HEAD = "From: Jo <jo@example.com>\nTo: help@example.org\n"


def read(text: str, encoding: str = "utf-8") -> Mail:
    return parse_mail(text.encode(encoding))


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


def test_names_of_attachments_are_decoded_and_bounded() -> None:
    named = "Content-Type: image/png; name*=utf-8''{}\n\nx"
    mail = read(
        HEAD
        + multipart("Content-Type: text/plain\n\nWords.", named.format("%E2%82%AC%00a.png"), named.format("x" * 900))
    )
    assert [len(a.name) for a in mail.attachments] == [len("€a.png"), 200]


def test_blocks_of_encoded_bytes_are_removed_from_text() -> None:
    wall = base64.encodebytes(bytes(range(256)) * 8).decode()
    assert read(f"{HEAD}Subject: hi\n\nBefore.\n\n{wall}\nAfter.").text.startswith("Before.")
    assert len(read(f"{HEAD}Subject: hi\n\nBefore.\n\n{wall}\nAfter.").text) < 100


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
