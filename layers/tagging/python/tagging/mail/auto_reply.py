"""Recognises mails written by machines: nobody should answer them, and some need no ticket."""

# ruff: noqa: RUF001 - phrases in many scripts

from __future__ import annotations

import re
from typing import NamedTuple

from tagging.mail.body import leaves
from tagging.mail.bounces import delivery_report
from tagging.mail.charsets import decode
from tagging.mail.mime import Part
from tagging.mail.patterns import compile_lazily
from tagging.mail.plain_text import has_words
from tagging.mail.subjects import kind_of_subject

_AUTO_REPLY_HEADERS = (
    *("x-autoreply", "x-autorespond", "x-autoresponse", "x-autoresponder", "x-autoreply-from", "x-mail-autoreply"),
    "x-vacation",
)
_AUTO_NOUNS = ("reply", "response", "responder")
_OFFICE_NOUNS = ("", " reply", " autoreply", " auto reply", " message", " response")
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
_SUBJECT_DELIMITER = compile_lazily(r"[\[\](){}:：]|\s[-–—|]\s|\s(?:re|aw|sv|fw|fwd|wg|antw|rif|tr)(?=:)")
_ABSENCE = compile_lazily(
    r"out of (?:the |my )?office|on (?:\w+ ){0,2}(?:leave|vacation|holidays?)\b"
    r"|\bI(?:.?m| am|.?ll be| will be) (?:currently |now |travel?ling |away|absent|unavailable|not (?:in|available))"
    r"|(?:limited|no|without) access to (?:my )?(?:e-?mails?|mails)|will (?:be back|return|reply|respond"
    r"|get back|answer)"
    r"|(?:this is an )?automatic(?:ally generated)? (?:reply|response|message)|(?:have|has been) received your"
    r"|received your (?:e-?mail|message)"
    r"|nicht im (?:büro|haus)|abwesend|im urlaub|außer haus|automatisch(?:e|en)? (?:antwort|generiert)"
    r"|en congé|(?:je suis|serai) (?:actuellement )?absente?\b|en vacances|réponse automatique"
    r"|de vacaciones|fuera de la oficina|estoy ausente|ausente (?:hasta|del)|respuesta automática"
    r"|(?:sono|sarò) (?:\w+ )?(?:assente|in ferie)|in ferie|fuori (?:sede|ufficio)|risposta automatica"
    r"|em férias|de férias|ausente|fora do escritório|resposta automática"
    r"|afwezig|met vakantie|op vakantie|niet op kantoor|automatisch (?:antwoord|bericht)"
    r"|frånvarande|på semester|semester|tjänstledig|föräldraledig|på ferie|holder ferie|har ferie|ikke på kontoret"
    r"|fraværende"
    r"|lomalla|poissa|na urlopie|nieobecn|mimo kancelář|dovolen|szabadság|concediu|izinde|ofis dışında|tatil"
    r"|в отпуске|отсутств"
    r"|у відпустці"
    r"|εκτός γραφείου|άδεια|не на месте|休暇|不在|休假|不在办公室|휴가|외근|부재"
    r"|nghỉ phép|cuti|puhkusel|atvaļinājum|atostog"
    r"|na dopustu"
    r"|godišnj\w+ odmor|בחופשה|בחופש|לא במשרד|إجازة|خارج المكتب|ลาพักร้อน|ลาหยุด|vacances|fora de l.oficina",
    re.I,
)
_REQUEST = compile_lazily(
    r"\bI(?:.?d| would)? (?:want|need|demand|still|like)\b|\b(?:our|my) (?:\w+ )?(?:card|order|money|refund|parcel"
    r"|account|booking"
    r"|phone|invoice|payment|delivery|package|subscription|contract|device|app|password|flight|room)\b"
    r"|\b(?:please|kindly|can you|could you) (?:\w+ )?(?:cancel|refund|block|send|change|pay|stop|close|help|check"
    r"|tell|confirm|let me know|fix"
    r"|explain)\b"
    r"|\b(?:never|not|n't) (?:\w+ )?(?:arriv|receiv|work|deliver|come|came)|\b(?:stolen|broken|(?:a|the"
    r"|full) refund)\b"
    r"|\bich (?:möchte|will|brauche|bitte|warte)\b|\bmein(?:e|en|em|er)? (?:geld|karte|bestellung|paket|konto"
    r"|rechnung|buchung)\b"
    r"|\b(?:je (?:veux|voudrais|souhaite)|ma carte|ma commande|mon (?:colis|argent|compte)|remboursement)\b"
    r"|\b(?:quiero|necesito|mi (?:pedido|tarjeta|dinero|cuenta)|reembolso|voglio|vorrei|il mio (?:ordine|pacco)"
    r"|rimborso)\b",
    re.I,
)
_ADDRESSES = compile_lazily(r"https?://\S{1,500}|\S{1,100}\?\S")
_QUESTIONS = ("?", "？", "؟", ";\n")
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

    A typical subject counts only if a header says that the mail was generated, or if its text reads as an absence
    note: a customer may write "Out of office: I want my money back". `X-Auto-Response-Suppress` is no evidence:
    Exchange adds it to mail that people wrote. Nor is `Precedence: list`: a group address that forwards to the support
    desk adds it to every customer's mail. Contact forms send `auto-generated`, `Precedence: bulk` and an empty
    Return-Path. A report that a mail is late makes no ticket: if it never arrives, another report follows.
    """
    if delivery := delivery_report(mail, subject, text):
        settled = delivery in ("read", "delayed", "delivered")
        return Automation(auto=True, auto_reply=settled, undelivered=delivery == "failed")
    headers = mail.headers
    submitted = headers.token("auto-submitted")
    precedence = headers.token("precedence")
    typical = _is_typical(subject)
    is_auto_reply = (
        submitted == "auto-replied"
        or precedence == "auto_reply"
        or any(name in headers.fields and headers.token(name) not in ("no", "false") for name in _AUTO_REPLY_HEADERS)
        or (typical and (submitted == "auto-generated" or _is_absence(text)))
        or _is_calendar_reply(mail, subject, text)
    )
    auto = (
        is_auto_reply
        or submitted not in {"", "no"}
        or precedence in {"bulk", "junk"}
        or headers.fields.get("return-path") == b"<>"
    )
    return Automation(auto, is_auto_reply, maybe_auto_reply=typical and not is_auto_reply)


def _is_typical(subject: str) -> bool:
    """Whether a subject is that of an automatic reply, behind tags and `Re:`; not one that a person forwarded."""
    pieces = _SUBJECT_DELIMITER.split(subject[:200].casefold())
    return any(" ".join(piece.split()) in _SUBJECTS for piece in pieces) and kind_of_subject(subject) != "forward"


def _is_absence(text: str) -> bool:
    """Whether a text reads as an absence note or an acknowledgement: it asks for nothing."""
    note = text[:3000]
    if _ABSENCE.search(note) is None or _REQUEST.search(note) is not None:
        return False
    return not any(mark in _ADDRESSES.sub("", note) for mark in _QUESTIONS)


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
