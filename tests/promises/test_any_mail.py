"""Promise E for mails: any bytes give an outcome after work that is linear in their number."""

from __future__ import annotations

import pytest

from tagging.mail.parser import MailLimits, parse_mail
from tagging.quarantine import Quarantined
from tests.fuzz import mails
from tests.fuzz.targets import attempt_mail
from tests.fuzz.work import Work, work_of

SEEDS = 80
SIZES = (60, 400, 400, 3_000, 3_000, 3_000, 12_000, 60_000)
"""Bytes, roughly; each seed takes one of them."""
LIMITS = MailLimits()
STEPS = 2_000_000
"""Maximum of calls for any mail: a second under a profiler."""


def assert_bounded(work: Work, size: int) -> None:
    """Each byte is processed a few times, whatever the content, and the total never exceeds a second."""
    assert work.processed <= 10_000 + 20 * size
    assert work.steps <= min(50_000 + 150 * size, STEPS)


@pytest.mark.parametrize("kind", mails.ALL)
def test_any_mail_gives_a_mail_or_a_reason_after_bounded_work(kind: str, times: int) -> None:
    outcomes = set()
    for seed in range(SEEDS * times):
        raw = mails.mail(kind, seed, SIZES[seed % len(SIZES)])
        outcomes.add(attempt_mail(raw))
        if seed % 4 == 0:
            assert_bounded(work_of(lambda raw=raw: attempt_parse(raw)), len(raw))
    assert "mail" in outcomes


def attempt_parse(raw: bytes) -> None:
    try:
        parse_mail(raw)
    except Quarantined:
        return


@pytest.mark.parametrize("kind", ["encoded_blocks", "wrong_charsets", "parts"])
def test_the_largest_mail_takes_the_work_of_its_bounded_part(kind: str) -> None:
    """Beyond the limits, size costs scans of bytes only: no calls and no decoding."""
    raw = mails.mail(kind, 4, LIMITS.size - 10_000)
    work = work_of(lambda: attempt_parse(raw))
    assert work.steps <= STEPS
    assert work.processed <= 4 * LIMITS.content_bytes


HEAD = b"From: jo@example.com\nSubject: hi there\nMIME-Version: 1.0\n"


def of_parts(field: bytes) -> bytes:
    part = b"--B\n" + field[: LIMITS.field_bytes] + b"\n\nhello body\n"
    return HEAD + b"Content-Type: multipart/mixed; boundary=B\n\n" + part * (LIMITS.parts - 2)


BOMBS = {
    "a million small parameters": of_parts(b"Content-Type: text/plain" + b";a=b" * 2_000),
    "400,000 encoded words in names": of_parts(b'Content-Disposition: x; name="' + b"=?u?q?b?==?v?q?b?=" * 450),
    "names in 400,000 pieces": of_parts(b"Content-Type: text/plain" + b"; name*1*=%41" * 600),
}


@pytest.mark.parametrize("name", BOMBS)
def test_fields_of_many_parts_are_decoded_within_bounds(name: str) -> None:
    """Four megabytes of them once took half a minute."""
    assert work_of(lambda: attempt_parse(BOMBS[name])).steps < STEPS


@pytest.mark.parametrize("space", [" ", "\n", "\t \n", "\u3000"])
def test_a_megabyte_of_space_in_markup_is_read_at_once(space: str) -> None:
    """A pattern once backtracked for twenty minutes, in one call that no deadline interrupts: this test would hang."""
    raw = HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + (space * (1_000_000 // len(space.encode()))).encode()
    assert attempt_mail(raw) == "mail"
