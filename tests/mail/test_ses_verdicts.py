"""Only verdicts that SES wrote itself count: on top of a mail that it received."""

from __future__ import annotations

from itertools import product

import pytest

from tagging.mail.parser import Mail, parse_mail
from tagging.quarantine import Quarantined

BY_SES = (
    "Received: from mx.example.org (mx.example.org [192.0.2.1])\r\n"
    " by inbound-smtp.{region} with SMTP id 5k2v1q8l\r\n for help@shop.example.com;\r\n Mon, 13 Jan 2025 09:14:07 +0000"
)
SES = f"Return-Path: <a@example.org>\r\n{BY_SES.format(region='eu-west-1.amazonaws.com')}\r\n"
BEFORE = "Received: from pc ([192.0.2.9]) by mx.example.org with ESMTP id 1; Mon, 13 Jan 2025 09:14:05 +0000\r\n"
MAIL = "Subject: Lost card\r\n\r\nI lost my card."
VERDICTS = ("PASS", "FAIL", "GRAY", "PROCESSING_FAILED", "DISABLED")


def verdicts(spam: str, virus: str) -> str:
    return f"X-SES-Spam-Verdict: {spam}\r\nX-SES-Virus-Verdict: {virus}\r\n"


def read(head: str) -> Mail:
    return parse_mail((head + MAIL).encode())


def outcome_of(head: str) -> str:
    try:
        return "spam" if read(head).spam else "neither"
    except Quarantined as error:
        return error.reason


@pytest.mark.parametrize(("spam", "virus"), list(product(VERDICTS, VERDICTS)))
def test_a_certain_verdict_of_ses_counts(spam: str, virus: str) -> None:
    expected = "virus" if virus == "FAIL" else "spam" if spam == "FAIL" else "neither"
    assert outcome_of(SES + verdicts(spam, virus)) == expected
    assert outcome_of(SES + verdicts(spam, virus) + BEFORE + verdicts("PASS", "PASS")) == expected


def test_forged_verdicts_of_a_sender_hide_nothing_with_or_without_a_server_between() -> None:
    for forged in (verdicts("PASS", "PASS"), BEFORE + verdicts("PASS", "PASS"), SES + verdicts("PASS", "PASS")):
        assert outcome_of(SES + verdicts("FAIL", "PASS") + forged) == "spam"
        assert outcome_of(SES + verdicts("PASS", "FAIL") + forged) == "virus"


def test_verdicts_below_those_of_ses_are_ignored() -> None:
    for forged in (
        verdicts("FAIL", "FAIL"),
        BEFORE + verdicts("FAIL", "FAIL"),
        BEFORE + SES + verdicts("FAIL", "FAIL"),
    ):
        assert outcome_of(SES + verdicts("PASS", "PASS") + forged) == "neither"
    assert outcome_of(SES + BEFORE + verdicts("FAIL", "FAIL")) == "neither"


@pytest.mark.parametrize(
    "head",
    [
        "",
        "Return-Path: <a@example.org>\r\n",
        BEFORE,
        BEFORE + SES,
        BY_SES.format(region="eu-west-1.amazonaws.com.example.org") + "\r\n",
        BY_SES.format(region="example.org") + "\r\n",
        "Received: from by inbound-smtp.eu-west-1.amazonaws.com with SMTP id 1 ([192.0.2.9]) by mx.example.org\r\n",
        "Received: from pc (by inbound-smtp.eu-west-1.amazonaws.com with SMTP id 1) by mx.example.org\r\n",
    ],
)
def test_verdicts_in_a_mail_that_ses_did_not_receive_are_ignored(head: str) -> None:
    assert outcome_of(head + verdicts("FAIL", "FAIL")) == "neither"


def test_verdicts_above_the_received_line_of_ses_and_in_an_attached_mail_are_ignored() -> None:
    assert outcome_of(verdicts("FAIL", "FAIL") + SES) == "neither"
    within = SES + verdicts("FAIL", "FAIL") + MAIL
    attached = 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n'
    mail = parse_mail(f"{SES}{verdicts('PASS', 'PASS')}{attached}{within}\r\n--b--\r\n".encode())
    assert (mail.text.endswith("I lost my card."), mail.spam) == (True, False)


def test_chinese_regions_and_any_case_of_the_headers_are_recognised() -> None:
    assert outcome_of(f"{BY_SES.format(region='cn-north-1.amazonaws.com.cn')}\r\n{verdicts('FAIL', 'PASS')}") == "spam"
    assert outcome_of(SES + verdicts("FAIL", "PASS").lower()) == "spam"
