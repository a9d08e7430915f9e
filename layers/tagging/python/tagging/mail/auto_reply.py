"""Recognises mails written by machines: nobody should answer them, and some need no ticket."""

from __future__ import annotations

import re
from typing import NamedTuple

from tagging.mail.mime import Part

_AUTO_REPLY_HEADERS = ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-mail-autoreply")
_DAEMON = re.compile(r"(?:^|[<\s\"])(?:mailer-daemon|postmaster)@", re.I)
_AUTO_REPLY_SUBJECT = re.compile(
    r"(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office(?: reply| autoreply)?"
    r"|automatische antwort|abwesenheitsnotiz|réponse automatique|respuesta automática)\s*(?::|$)",
    re.I,
)


class Automation(NamedTuple):
    """Whether a machine wrote a mail, according to its headers."""

    auto: bool
    """Nobody should answer it: auto-submitted, generated, bulk mail or a bounce."""
    auto_reply: bool
    """An absence note, or a confirmation that a mail was received or read: it makes no ticket."""


def detect_automation(mail: Part, subject: str) -> Automation:
    """Evaluate the header of RFC 3834, older headers, and typical subjects.

    `X-Auto-Response-Suppress` is no evidence: Exchange adds it to mail that people wrote. Nor is
    `Precedence: list`: a group address that forwards to the support desk adds it to every customer's mail.
    """
    headers = mail.headers
    submitted = headers.token("auto-submitted")
    precedence = headers.token("precedence")
    is_report = mail.content_type == "multipart/report"
    from_daemon = _DAEMON.search(headers.text("from", 300)) is not None
    is_auto_reply = (
        submitted == "auto-replied"
        or precedence == "auto_reply"
        or any(name in headers.fields and headers.token(name) != "no" for name in _AUTO_REPLY_HEADERS)
        or _AUTO_REPLY_SUBJECT.match(subject) is not None
    )
    auto = (
        is_auto_reply
        or is_report
        or submitted not in {"", "no"}
        or precedence in {"bulk", "junk"}
        or headers.fields.get("return-path") == b"<>"
        or from_daemon
    )
    if is_report:
        # A read receipt needs nobody. A delivery report means that our answer did not arrive: a person must know.
        report = headers.parameters("content-type").get("report-type", "")
        return Automation(auto, report.lower() == "disposition-notification")
    return Automation(auto, is_auto_reply and not from_daemon)
