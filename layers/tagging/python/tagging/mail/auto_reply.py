"""Recognises mails written by machines: nobody should answer them, and some need no ticket."""

from __future__ import annotations

import re
from typing import NamedTuple

from tagging.mail.absence_notes import asks_for_something, is_absence_note
from tagging.mail.absence_subjects import is_absence_subject
from tagging.mail.body import leaves
from tagging.mail.bounces import delivery_report
from tagging.mail.charsets import decode
from tagging.mail.mime import Part
from tagging.mail.patterns import compile_lazily
from tagging.mail.plain_text import has_words

_AUTO_REPLY_HEADERS = (
    *("x-autoreply", "x-autorespond", "x-autoresponse", "x-autoresponder", "x-autoreply-from", "x-mail-autoreply"),
    "x-vacation",
)
_INVITATION_ANSWER = compile_lazily(
    r"(?:tentatively )?(?:accepted|declined)|tentative|zugesagt|abgesagt|mit vorbehalt|akzeptiert|abgelehnt|accepté"
    r"|refusé|acceptée|déclinée?"
    r"|aceptad[oa]|rechazad[oa]|accettat[oa]|rifiutat[oa]|aceite|aceito|recusad[oa]|geaccepteerd|geweigerd|afgewezen"
    r"|accepterat|avböjt|accepteret"
    r"|godtatt|hyväksytty|zaakceptowano|odrzucono|přijato|odmítnuto|принято|отклонено|承諾|已接受|수락",
    re.I,
)
_METHOD_REPLY = re.compile(rb"^METHOD:[ \t]*(?:REPLY|COUNTER)\b", re.I | re.M)
_COMMENT = re.compile(rb"^COMMENT(?:;[^:\n]{0,200})?:[ \t]*\S", re.I | re.M)
_MARKUP = re.compile(rb"<[^<>]*>|&[a-z]{1,8};|&#\d{1,6};")
_CALENDAR_BYTES = 20_000
_ANSWER_WORDS = 150


class Automation(NamedTuple):
    """Whether a machine wrote a mail, and what for."""

    auto: bool
    """Nobody should answer it: auto-submitted, generated, bulk mail or a bounce."""
    auto_reply: bool
    """An absence note, or a report that a mail was received, read or is late: it makes no ticket."""
    maybe_auto_reply: bool = False
    """The subject is that of an absence note; neither a header nor the text says the same."""
    undelivered: bool = False
    """A report that a mail of ours did not arrive."""


def detect_automation(mail: Part, subject: str, text: str) -> Automation:
    """Evaluate the header of RFC 3834, older headers, typical subjects and reports of mail servers.

    A typical subject counts only if a header says that the mail was generated and its text asks for nothing, or if the
    whole text reads as an absence note: a customer may write "Out of office: I want my money back", also in a form.
    `X-Auto-Response-Suppress` is no evidence: Exchange adds it to mail that people wrote. Nor is `Precedence: list`: a
    group address that forwards to the support desk adds it to every customer's mail. Contact forms send
    `auto-generated`, `Precedence: bulk` and an empty Return-Path. A report that a mail is late makes no ticket: if it
    never arrives, another report follows.
    """
    if delivery := delivery_report(mail, subject, text):
        settled = delivery in ("read", "delayed", "delivered")
        return Automation(auto=True, auto_reply=settled, undelivered=delivery == "failed")
    headers = mail.headers
    submitted = headers.token("auto-submitted")
    precedence = headers.token("precedence")
    typical = is_absence_subject(subject)
    generated = submitted == "auto-generated"
    is_auto_reply = (
        submitted == "auto-replied"
        or precedence == "auto_reply"
        or any(name in headers.fields and headers.token(name) not in ("no", "false") for name in _AUTO_REPLY_HEADERS)
        or ((typical or generated) and is_absence_note(text))
        or (typical and generated and not asks_for_something(text))
        or _is_calendar_reply(mail, subject, text)
    )
    auto = (
        is_auto_reply
        or submitted not in {"", "no"}
        or precedence in {"bulk", "junk"}
        or headers.fields.get("return-path") == b"<>"
    )
    return Automation(auto, is_auto_reply, maybe_auto_reply=typical and not is_auto_reply)


def _is_calendar_reply(mail: Part, subject: str, text: str) -> bool:
    """Whether a mail only accepts or declines an invitation, without a comment.

    The text of such a mail is empty, or a notice of the program below a subject such as "Accepted: …".
    """
    if not mail.parts and not mail.is_calendar:
        return False
    calendars = [part for part in leaves(mail) if part.is_calendar]
    replies = [part for part in calendars if _answers_invitation(part)]
    if not replies or len(replies) < len(calendars):
        return False
    if any(_COMMENT.search(part.content(_CALENDAR_BYTES)[0]) for part in replies):
        return False
    has_own_text = any(
        part.content_type in ("text/plain", "text/html")
        and has_words(decode(_MARKUP.sub(b" ", part.content(_CALENDAR_BYTES)[0]), None))
        for part in leaves(mail)
    )
    notice = _INVITATION_ANSWER.search(subject.partition(":")[0]) and _INVITATION_ANSWER.search(text[:1000])
    return not has_own_text or bool(notice and len(text.split()) <= _ANSWER_WORDS)


def _answers_invitation(part: Part) -> bool:
    method = part.headers.parameters("content-type").get("method", "").lower()
    return method in ("reply", "counter") or _METHOD_REPLY.search(part.content(_CALENDAR_BYTES)[0]) is not None
