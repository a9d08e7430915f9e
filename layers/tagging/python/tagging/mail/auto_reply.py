"""Which mails a machine wrote: nobody should answer them, and some want nothing at all."""

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
    """What the headers say about a mail's writer."""

    auto: bool
    """Nobody should answer it: auto-submitted, generated, mass mail, a bounce."""
    auto_reply: bool
    """It only says that somebody is away, or that a mail was received or read: it makes no ticket."""


def written_by_machine(mail: Part, subject: str) -> Automation:
    """Judge by RFC 3834's header first, by older habits next, by typical subjects last.

    `X-Auto-Response-Suppress` says nothing by itself: Exchange puts it on mail that people wrote. Nor does
    `Precedence: list`: a group address that forwards to the support desk adds it to every customer's mail.
    """
    headers = mail.headers
    submitted = headers.token("auto-submitted")
    precedence = headers.token("precedence")
    is_report = mail.content_type == "multipart/report"
    from_daemon = _DAEMON.search(headers.text("from", 300)) is not None
    says_reply = (
        submitted == "auto-replied"
        or precedence == "auto_reply"
        or any(name in headers.fields and headers.token(name) != "no" for name in _AUTO_REPLY_HEADERS)
        or _AUTO_REPLY_SUBJECT.match(subject) is not None
    )
    auto = (
        says_reply
        or is_report
        or submitted not in {"", "no"}
        or precedence in {"bulk", "junk"}
        or headers.fields.get("return-path") == b"<>"
        or from_daemon
    )
    if is_report:
        # A receipt says "read"; a delivery report, that our answer did not arrive, which somebody must know.
        report = headers.parameters("content-type").get("report-type", "")
        return Automation(auto, report.lower() == "disposition-notification")
    return Automation(auto, says_reply and not from_daemon)
