"""Recognises mails written by machines: nobody should answer them, and some need no ticket."""

# ruff: noqa: RUF001 - phrases in many scripts

from __future__ import annotations

import re
from typing import NamedTuple

from tagging.mail.mime import Part
from tagging.mail.patterns import compile_lazily

_AUTO_REPLY_HEADERS = (
    *("x-autoreply", "x-autorespond", "x-autoresponse", "x-autoresponder", "x-autoreply-from", "x-mail-autoreply"),
)
_AUTO_NOUNS = ("reply", "response", "responder")
_OFFICE_NOUNS = ("", " reply", " autoreply", " auto reply", " message", " response")
_DAEMON = compile_lazily(r"(?:^|[<\s\"])(?:mailer-daemon|postmaster)@", re.I)
_ABSENCE_SUBJECTS = (
    "automatische antwort|abwesenheitsnotiz|abwesenheitsnachricht|abwesenheitsmeldung|abwesend|réponse automatique"
    "|absent|absence|absence du bureau|respuesta automática|fuera de la oficina|risposta automatica|fuori sede"
    "|fuori ufficio|assente|resposta automática|ausência|fora do escritório|automatisch antwoord|afwezig"
    "|afwezigheid|autosvar|automatiskt svar|frånvaro|frånvaromeddelande|automatisk svar|fravær|automaattinen vastaus"
    "|poissa|poissaoloilmoitus|automatyczna odpowiedź|autoodpowiedź|nieobecność|automatická odpověď"
    "|automatikus válasz|răspuns automat|otomatik yanıt|автоматический ответ|автоответ|автоматична відповідь"
    "|αυτόματη απάντηση|автоматичен отговор|automatski odgovor|samodejni odgovor|automaatne vastus"
    "|resposta automàtica|תשובה אוטומטית|رد تلقائي|自動応答|自動返信|自动回复|自動回覆|자동 회신|trả lời tự động"
    "|balasan otomatis"
)
_SUBJECTS = frozenset(
    {f"{auto}{gap}{noun}" for auto in ("auto", "automatic") for gap in ("", " ", "-") for noun in _AUTO_NOUNS}
    | {f"out of {office}{noun}" for office in ("office", "the office") for noun in _OFFICE_NOUNS}
    | {f"{away} {noun}" for away in ("vacation", "holiday") for noun in ("reply", "response", "message")}
    | set(_ABSENCE_SUBJECTS.split("|"))
)
"""Typical subjects, without case, alone or between tags and colons."""
_SUBJECT_DELIMITER = compile_lazily(r"[\[\](){}:：]")
_ABSENCE = compile_lazily(
    r"out of (?:the |my )?office|on (?:\w+ )?(?:leave|vacation|holidays?)\b|\b(?:away|absent|unavailable)\b"
    r"|(?:limited|no|without) access to (?:my )?(?:e-?mails?|mails)|will (?:be back|return|reply|respond"
    r"|get back|answer)"
    r"|automatic(?:ally generated)? (?:reply|response|message)|(?:have|has been) received your"
    r"|received your (?:e-?mail|message)"
    r"|nicht im (?:büro|haus)|abwesend|im urlaub|außer haus|en congé|absente?\b|de vacaciones"
    r"|fuera de la oficina|ausente"
    r"|assente|in ferie|fuori (?:sede|ufficio)|em férias|afwezig|met vakantie|op vakantie|frånvarande|semester|ferie"
    r"|lomalla|poissa|na urlopie|nieobecn|mimo kancelář|dovolen|szabadság|concediu|izinde|в отпуске|отсутств"
    r"|у відпустці"
    r"|εκτός γραφείου|не на месте|休暇|不在|休假|외근|휴가|nghỉ phép|cuti",
    re.I,
)
_REQUEST = compile_lazily(
    r"\bI (?:want|need|demand|still|would like)\b|\bmy (?:card|order|money|refund|parcel|account|booking|phone)\b"
    r"|\bplease (?:cancel|refund|block|send|change|pay|stop|close)\b",
    re.I,
)


class Automation(NamedTuple):
    """Whether a machine wrote a mail."""

    auto: bool
    """Nobody should answer it: auto-submitted, generated, bulk mail or a bounce."""
    auto_reply: bool
    """An absence note, or a confirmation that a mail was received or read: it makes no ticket."""


def detect_automation(mail: Part, subject: str, text: str) -> Automation:
    """Evaluate the header of RFC 3834, older headers, and typical subjects.

    A typical subject counts only if a header says that the mail was generated, or if its text reads as an absence
    note: a customer may write "Out of office: I want my money back". `X-Auto-Response-Suppress` is no evidence:
    Exchange adds it to mail that people wrote. Nor is `Precedence: list`: a group address that forwards to the support
    desk adds it to every customer's mail.
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
        or (_is_typical(subject) and (submitted == "auto-generated" or _is_absence(text)))
        or _is_calendar_reply(mail)
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


def _is_typical(subject: str) -> bool:
    pieces = _SUBJECT_DELIMITER.split(subject[:200].casefold())
    return any(" ".join(piece.split()) in _SUBJECTS for piece in pieces)


def _is_absence(text: str) -> bool:
    return _ABSENCE.search(text[:2000]) is not None and _REQUEST.search(text[:2000]) is None


def _is_calendar_reply(mail: Part) -> bool:
    """Whether a mail only accepts or declines an invitation."""
    parts = [mail, *mail.parts]
    is_reply = any(
        part.content_type == "text/calendar"
        and part.headers.parameters("content-type").get("method", "").lower() in ("reply", "counter")
        for part in parts
    )
    return is_reply and not any(
        part.content(200)[0].strip() for part in parts if part.content_type in ("text/plain", "text/html")
    )
