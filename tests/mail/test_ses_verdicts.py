"""Of spam and viruses SES alone is believed: its own verdicts, on top of a mail that it took in itself."""

from __future__ import annotations

from itertools import product

import pytest

from tagging.mail.parser import Mail, MailError, parse_mail

BY_SES = (
    "Received: from mx.example.org (mx.example.org [192.0.2.1])\r\n"
    " by inbound-smtp.{region} with SMTP id 5k2v1q8l\r\n for help@shop.example.com;\r\n Mon, 13 Jan 2025 09:14:07 +0000"
)
SES = f"Return-Path: <a@example.org>\r\n{BY_SES.format(region='eu-west-1.amazonaws.com')}\r\n"
BEFORE = "Received: from pc ([192.0.2.9]) by mx.example.org with ESMTP id 1; Mon, 13 Jan 2025 09:14:05 +0000\r\n"
MAIL = "Subject: Lost card\r\n\r\nI lost my card."
VERDICTS = ("PASS", "FAIL", "GRAY", "PROCESSING_FAILED", "DISABLED")


def said(spam: str, virus: str) -> str:
    return f"X-SES-Spam-Verdict: {spam}\r\nX-SES-Virus-Verdict: {virus}\r\n"


def read(head: str) -> Mail:
    return parse_mail((head + MAIL).encode())


def found(head: str) -> str:
    try:
        return "spam" if read(head).spam else "neither"
    except MailError as error:
        return error.reason


@pytest.mark.parametrize(("spam", "virus"), list(product(VERDICTS, VERDICTS)))
def test_what_ses_says_for_certain_is_taken_over(spam: str, virus: str) -> None:
    expected = "virus" if virus == "FAIL" else "spam" if spam == "FAIL" else "neither"
    assert found(SES + said(spam, virus)) == expected
    assert found(SES + said(spam, virus) + BEFORE + said("PASS", "PASS")) == expected


def test_a_sender_hides_nothing_by_verdicts_of_his_own_with_or_without_a_server_between() -> None:
    for forged in (said("PASS", "PASS"), BEFORE + said("PASS", "PASS"), SES + said("PASS", "PASS")):
        assert found(SES + said("FAIL", "PASS") + forged) == "spam"
        assert found(SES + said("PASS", "FAIL") + forged) == "virus"


def test_verdicts_below_those_of_ses_accuse_nobody() -> None:
    for forged in (said("FAIL", "FAIL"), BEFORE + said("FAIL", "FAIL"), BEFORE + SES + said("FAIL", "FAIL")):
        assert found(SES + said("PASS", "PASS") + forged) == "neither"
    assert found(SES + BEFORE + said("FAIL", "FAIL")) == "neither"  # a rule that does not scan says nothing


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
def test_verdicts_in_a_mail_that_ses_did_not_take_in_say_nothing(head: str) -> None:
    assert found(head + said("FAIL", "FAIL")) == "neither"


def test_verdicts_above_the_line_of_ses_and_in_the_mail_that_is_attached_say_nothing() -> None:
    assert found(said("FAIL", "FAIL") + SES) == "neither"
    within = SES + said("FAIL", "FAIL") + MAIL
    attached = 'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n'
    mail = parse_mail(f"{SES}{said('PASS', 'PASS')}{attached}{within}\r\n--b--\r\n".encode())
    assert (mail.text.endswith("I lost my card."), mail.spam) == (True, False)


def test_the_chinese_regions_and_any_spelling_of_the_headers_are_known() -> None:
    assert found(f"{BY_SES.format(region='cn-north-1.amazonaws.com.cn')}\r\n{said('FAIL', 'PASS')}") == "spam"
    assert found(SES + said("FAIL", "PASS").lower()) == "spam"
