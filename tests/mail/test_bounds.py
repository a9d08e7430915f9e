"""Text beyond a bound is counted, and only what has no words is shortened."""

from __future__ import annotations

import pytest

from tagging.mail.parser import MailLimits, parse_mail, text_mail
from tests.mail.replies import mail

LIMITS = MailLimits(scanned_chars=100)


def test_text_beyond_the_limit_is_counted() -> None:
    long = mail("word " * 20_000, "Question")
    assert len(long.text) + long.left_out.chars_beyond_limit == len("word " * 20_000) - 1


@pytest.mark.parametrize(
    ("body", "content_type"),
    [("word " * 200, "text/plain"), (f"<p>{'word ' * 200}</p>", "text/html"), (f"<p>{'word ' * 200}", "text/plain")],
)
def test_text_beyond_what_is_searched_is_counted(body: str, content_type: str) -> None:
    raw = f"From: kim@customer.example\nSubject: Lamp\nContent-Type: {content_type}\n\n{body}".encode()
    long = parse_mail(raw, LIMITS)
    assert 97 <= len(long.text) <= 100
    assert 895 <= long.left_out.chars_beyond_limit <= 905
    assert parse_mail(raw).left_out.chars_beyond_limit == 0


def test_bytes_beyond_the_limits_of_decoding_are_counted() -> None:
    raw = f"From: kim@customer.example\nSubject: Lamp\nContent-Type: text/html\n\n<p>{'word ' * 2000}".encode()
    assert parse_mail(raw, MailLimits(html_bytes=1000)).left_out.chars_beyond_limit == 9003
    assert parse_mail(raw, MailLimits(content_bytes=1000)).left_out.chars_beyond_limit >= 9000


@pytest.mark.parametrize(
    "text",
    [
        "请取消我的订单。" * 60,
        "ช่วยยกเลิกคำสั่งซื้อ" * 40,
        "注文をキャンセルしてください、" * 40,
        "please,cancel,it;" * 30,
        "no-" * 90,
    ],
)
def test_a_long_text_without_spaces_is_kept(text: str) -> None:
    assert text_mail(f"Hello\n{text}").text == f"Hello\n{text}"


@pytest.mark.parametrize("run", ["https://shop.example/a?t=" + "x1" * 300, "Zm9vYmFy" * 100, "_" * 400])
def test_links_and_encoded_bytes_are_shortened(run: str) -> None:
    assert text_mail(f"Hello {run} there").text == f"Hello {run[:200]} there"


def test_words_behind_the_armour_of_a_signed_text_are_kept() -> None:
    text = "-----BEGIN PGP SIGNED MESSAGE----- please cancel order 5512"
    assert text_mail(text).text == text
