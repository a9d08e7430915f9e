"""Mails that try to exhaust the parser give a Mail or Quarantined after a bounded number of steps."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable
from types import FrameType

import pytest

from tagging.mail import html as html_text
from tagging.mail.parser import Mail, MailLimits, parse_mail, text_mail
from tagging.quarantine import Quarantined, Reason

LIMITS = MailLimits()
HEAD = b"From: jo@example.com\nSubject: hi there\nMIME-Version: 1.0\n"
STEPS = 2_000_000
"""Maximum of calls, in Python and from Python into C: a second under a profiler."""


def html(markup: bytes) -> bytes:
    return HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + markup


def multipart(*parts: bytes) -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=B\n\n" + b"".join(b"--B\n%b\n" % part for part in parts)


def nested(levels: int) -> bytes:
    opened = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(levels))
    return HEAD + opened + b"Content-Type: text/plain\n\nhello"


def steps_of(work: Callable[[], object]) -> int:
    """The number of calls that `work` makes; independent of the machine's speed."""
    count = 0

    def profile(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def outcome(raw: bytes) -> Mail | Reason:
    try:
        return parse_mail(raw)
    except Quarantined as error:
        return error.reason


def assert_bounded(mail: Mail) -> None:
    """All sizes are within the limits, and the text is valid Unicode."""
    assert len(mail.subject) <= LIMITS.subject_chars
    assert len(mail.text) <= LIMITS.text_chars
    assert len(mail.attachments) <= LIMITS.attachments
    assert all(len(a.name) <= LIMITS.name_chars and 0 <= a.size <= LIMITS.size for a in mail.attachments)
    assert "\n" not in mail.subject
    assert "\0" not in mail.full_text
    "".join([mail.full_text, *(a.name + a.content_type for a in mail.attachments)]).encode()


@pytest.mark.parametrize("levels", [21, 1_000, 100_000])
def test_nested_parts_end_at_the_depth_limit(levels: int) -> None:
    assert outcome(nested(levels)) == "too_deep"


def test_nested_parts_up_to_the_limit_are_read() -> None:
    mail = outcome(nested(LIMITS.depth))
    assert isinstance(mail, Mail)
    assert mail.text == "hello"


def test_nested_mails_end_at_the_depth_limit() -> None:
    assert outcome(b"Content-Type: message/rfc822\n\n" * 5_000) == "too_deep"


def test_ten_thousand_parts_are_too_many() -> None:
    assert outcome(multipart(*[b"\nhello"] * 10_000)) == "too_many_parts"


def test_many_attached_mails_are_too_many_only_when_they_are_opened() -> None:
    inner = b"Content-Type: message/rfc822\n\nSubject:\n\n "
    assert isinstance(outcome(multipart(b"\nhello", *[inner] * 300)), Mail)
    assert outcome(multipart(*[inner] * 300)) == "too_many_parts"


def test_a_mail_over_the_size_limit_is_not_parsed() -> None:
    raw = HEAD + b"\n" + b"x" * LIMITS.size
    assert outcome(raw) == "too_large"
    assert steps_of(lambda: outcome(raw)) < 20


BOMBS: dict[str, bytes] = {
    "150 KB of addresses": HEAD + b"To: " + b'"a b" <x@example.com>, ' * 6_500 + b"\n\nhello body",
    "150 KB of broken addresses": HEAD + b"To: " + b"(,<" * 50_000 + b"\n\nhello body",
    "a header of 2 MB": HEAD + b"X: " + b"a" * 2_000_000 + b"\n\nhello body",
    "500,000 headers": HEAD + b"a:b\n" * 500_000 + b"\nhello body",
    "a folded header of 2 MB": HEAD + b"X: a\n" + b" \n" * 1_000_000 + b"\nhello body",
    "encoded words": HEAD.replace(b"hi", b"=?utf-8?b?YQ==?= " * 9_000) + b"\nhello body",
    "encoded words that never end": HEAD.replace(b"hi", b"=?utf-8?q?a" * 14_000) + b"\nhello body",
    "parameters": multipart(*[b"Content-Type: text/plain;" + b' a="' * 2_000 + b"\n\nhello body"] * 400),
    "semicolons": multipart(*[b"Content-Disposition: x" + b";" * 8_000 + b"\n\nhello body"] * 400),
    "continued parameters": multipart(
        b"Content-Type: x/y; " + b"".join(b"; name*%d*=%%41" % n for n in range(900)), b"\nhello body"
    ),
    "a boundary of one character": HEAD + b"Content-Type: multipart/mixed; boundary=-\n\nhello" + b"\n---" * 200_000,
    "lines that are nearly boundaries": HEAD + b"Content-Type: multipart/mixed; boundary=bb\n\n" + b"\n--bbx" * 200_000,
    "newlines": HEAD + b"\nhello body" + b"\n" * 3_000_000,
    "a base64 wall": HEAD + b"\nhello body\n\n" + base64.encodebytes(bytes(range(256)) * 4_000),
    "a line of 3 MB": HEAD + b"\n" + b"A" * 3_000_000,
    "3 MB of NUL": HEAD + b"\nhello body" + b"\0" * 3_000_000,
    "empty HTML parts": multipart(b"\nhello body", *[b"Content-Type: text/html\n\n" + b"<b></b>" * 3_000] * 400),
    "1 MB of <": html(b"hello body" + b"<" * 1_000_000),
    "1 MB of <!": html(b"hello body" + b"<!" * 500_000),
    "nested elements": html(b"<div>" * 200_000 + b"hello body"),
    "end tags of other elements": html(b"<i>" * 80_000 + b"hello body" + b"</b>" * 180_000),
    "100,000 attributes": html(b"<a " + b" ".join(b"a%d=1" % n for n in range(90_000)) + b">hello body"),
    "an attribute of 1 MB": html(b'<p style="' + b"display:" * 120_000 + b'">hello body'),
    "entities": html(b"hello body" + b"&#x41;" * 160_000),
    "an entity of 200 KB": html(b'hello body <a href="&#' + b"9" * 200_000),
    "comments": html(b"<!--" * 250_000 + b"-->hello body"),
    "images in HTML": html(b"data:;base64," * 300_000 + b"<p>hello body</p>"),
    "a style sheet of 800 KB": html(
        b"<style>" + b".a,.b{font-size:9px}\n" * 40_000 + b"</style>" + b"<p class=a>hello" * 9_000
    ),
    "rules for one element": html(b"<style>" + b"p{opacity:1}" * 60_000 + b"</style>" + b"<p>hello body" * 20_000),
    "blocks that never end": html(b"<style>" + b"@media a{" * 80_000 + b"</style>hello body"),
    "lines for the patterns of quotes": HEAD + b"\nhello\n" + (b"2020/1/1 " + b" <@>" * 6 + b"@:\n") * 6_000,
    "a line for the patterns of quotes": HEAD + b"\nhello\n2020/1/1 " + b" <@>" * 50_000,
    "header lines in text": HEAD + b"\nhello\n" + b"From: a\n" * 25_000,
    "quote marks": HEAD + b"\nhello\n" + b">" * 200_000,
    "quoted lines": HEAD + b"\nhello\n" + b">\n" * 100_000,
    "closings": HEAD + b"\nhello\n" + b"Thanks,\n" * 25_000,
    "flowed lines": HEAD + b"Content-Type: text/plain; format=flowed\n\n" + b"hello \n" * 30_000,
    "combining marks": HEAD + b"\na" + "\u0301\u0323".encode() * 100_000,
    "invisible text": HEAD + b"\nhello body" + "\u200b\u202e".encode() * 300_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_takes_a_bounded_number_of_steps(name: str) -> None:
    results: list[Mail | Reason] = []
    steps = steps_of(lambda: results.append(outcome(BOMBS[name])))
    (mail,) = results
    assert steps < STEPS
    if isinstance(mail, Mail):
        assert_bounded(mail)
        assert mail.text or name in {"quote marks", "invisible text"}
    else:
        assert mail == "too_many_parts"


def test_steps_grow_with_limits_and_not_with_the_mail() -> None:
    """Twenty times the text is the same work once it exceeds the limits."""
    one, twenty = (html(b"<p>hello <b>body</b></p>" * count) for count in (20_000, 400_000))
    assert steps_of(lambda: outcome(twenty)) < 1.1 * steps_of(lambda: outcome(one))


def test_open_elements_stay_few_while_html_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """libxml2 takes quadratic time on end tags below deep nesting; a count of calls does not show it."""
    depths: list[int] = []
    start = html_text.Page.start

    def recording(page: html_text.Page, tag: str, attributes: dict[str, str]) -> None:
        start(page, tag, attributes)
        depths.append(page.depth)

    monkeypatch.setattr(html_text.Page, "start", recording)
    html_text.html_to_text("<i>" * 80_000 + "</b>" * 180_000, 1_000)
    assert max(depths) <= html_text._DEPTH + html_text._CHUNK_CHARS // len("<i>") + 2


def test_bare_text_is_bounded_too() -> None:
    assert_bounded(text_mail("word " * 2_000_000, "word " * 2_000_000))
