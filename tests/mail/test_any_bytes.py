"""Whatever the bytes, a Mail within its limits or a MailError comes out: generated, and mutated from real mails."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tagging.mail.charsets import clean, decode
from tagging.mail.headers import decode_parameters, decode_words
from tagging.mail.html import html_to_text
from tagging.mail.parser import Attachment, Mail, MailError, MailLimits, parse_mail, text_mail
from tagging.mail.plain_text import has_words
from tagging.mail.quotes import own_words

MAILS = [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "events" / "mails").glob("*.eml"))]
SHORT = [raw for raw in MAILS if len(raw) < 10_000]
SMALL = MailLimits(size=30_000, parts=12, depth=3, subject_chars=40, text_chars=300, attachments=2, name_chars=20)
QUICK = settings(deadline=None, max_examples=150)

FRAGMENTS = [
    *(b"\n", b"\r\n", b"\r", b"\n\n", b" ", b"\t", b"\0", b"--", b"--B", b"--B--", b'"', b"<", b">", b"=", b"?", b";"),
    *(b"=?utf-8?q?", b"=?utf-8?b?", b"?=", b"\xff", b"\xc3", b"\xed\xa0\x80", b"=E9", b"=\n", b"> ", b"-- ", b"%00"),
    *(b"Subject: hi", b"From: a@example.com", b"Content-Type: multipart/mixed; boundary=B", b"; charset=utf-16"),
    *(
        b"Content-Type: text/html",
        b"Content-Type: message/rfc822",
        b"Content-Type: text/plain; format=flowed; delsp=yes",
    ),
    *(b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable", b"; name*0*=utf-7'x'%41"),
    *(
        b"Content-Disposition: attachment",
        b"<p>",
        b"<div hidden>",
        b"<blockquote type=cite>",
        b"</p>",
        b"<!--",
        b"&#9;&#8203;&nbsp;",
    ),
    *(
        b"On 3 May 2025 a <a@example.com> wrote:",
        b"---- Forwarded message ----",
        b"Sent: 3",
        b"To: b",
        b"Kind regards,",
    ),
]

LINES = [
    *("> a", "a b", "", "-- ", "On 3 May 2025 a <a@example.com> wrote:", "From: a", "Sent: b", "To: c", "Subject: d"),
    *("-----Original Message-----", "Begin forwarded message:", "-- Forwarded message --", "Kind regards,"),
    *("Sent from my iPhone", "This e-mail is confidential", "________________________________", ">> b", "wrote:"),
]


def check(raw: bytes, limits: MailLimits) -> None:
    """parse_mail keeps its promise for these bytes; anything but a MailError fails the test by itself."""
    try:
        mail = parse_mail(raw, limits)
    except MailError:
        return
    check_mail(mail, limits)


def check_mail(mail: Mail, limits: MailLimits) -> None:
    assert mail.whole.strip()
    assert len(mail.subject) <= limits.subject_chars
    assert len(mail.text) <= limits.text_chars
    assert len(mail.attachments) <= limits.attachments
    for attachment in mail.attachments:
        assert isinstance(attachment, Attachment)
        assert len(attachment.name) <= limits.name_chars
        assert attachment.size >= 0
    text = mail.whole + "".join(a.name + a.content_type for a in mail.attachments)
    assert text == clean(text)
    text.encode()
    assert mail.auto or not mail.auto_reply


@QUICK
@given(st.binary(max_size=2_000))
@example(b"\r")
@example(b":\n")
def test_arbitrary_bytes(raw: bytes) -> None:
    check(raw, SMALL)


@QUICK
@given(st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=8), max_size=60).map(b"".join))
def test_mails_made_of_what_mails_are_made_of(body: bytes) -> None:
    check(body, SMALL)
    check(b"Subject: hi\nContent-Type: multipart/alternative; boundary=B\n\n--B\n" + body, SMALL)
    check(b"Content-Type: text/html\n" + body, MailLimits())


@QUICK
@given(st.data())
def test_real_mails_with_pieces_cut_moved_and_flipped(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(SHORT)))
    for _ in range(data.draw(st.integers(1, 6))):
        at, length = data.draw(st.integers(0, len(raw))), data.draw(st.integers(0, 200))
        piece = data.draw(st.sampled_from(FRAGMENTS) | st.binary(max_size=20) | st.just(bytes(raw[at : at + length])))
        end = at + length if data.draw(st.booleans()) else at
        raw[at:end] = piece * data.draw(st.integers(0, 3))
    check(bytes(raw), data.draw(st.sampled_from([SMALL, MailLimits()])))


@QUICK
@given(st.sampled_from(SHORT), st.integers(0, 10_000))
def test_real_mails_cut_off_anywhere(raw: bytes, length: int) -> None:
    check(raw[:length], MailLimits())


@QUICK
@given(st.text(max_size=500), st.text(max_size=100))
def test_any_text_is_a_mail_or_empty(text: str, subject: str) -> None:
    if has_words(clean(text[: SMALL.text_chars])):
        check_mail(text_mail(text, subject, SMALL), SMALL)
    elif not has_words(clean(text + subject)):
        with pytest.raises(MailError):
            text_mail(text, subject, SMALL)


@QUICK
@given(
    st.binary(max_size=300), st.text(max_size=30) | st.sampled_from(["utf-7", "hz", "iso-2022-jp", "utf-32", "idna"])
)
def test_any_bytes_decode_in_any_charset(data: bytes, charset: str) -> None:
    for text in (
        decode(data, charset),
        decode(data, charset, whole=False),
        decode_words(data),
        html_to_text(clean(charset), 50),
    ):
        assert text == clean(text)
        text.encode()
    decode_parameters(data)


@QUICK
@given(st.lists(st.sampled_from(LINES), max_size=25), st.sampled_from(["", "Re: a", "Fwd: a"]))
def test_a_text_with_words_is_never_cut_down_to_nothing(lines: list[str], subject: str) -> None:
    text = "\n".join(lines)
    assert has_words(own_words(text, subject)) == has_words(text)
