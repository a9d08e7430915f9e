"""Recognises what other servers add to a mail: footers of lists and forms, and warnings about external senders.

As for disclaimers, the vocabulary and the place count, and nothing is cut that speaks in the first person.
"""

# ruff: noqa: RUF001 - typographic apostrophes

from __future__ import annotations

import re

from tagging.mail.disclaimers import is_personal
from tagging.mail.patterns import compile_lazily

_LINE_CHARS = 300
_PARAGRAPH_CHARS = 2000
_FOOTER_LINES = 6
_MIN_SIGNS = 2
_BANNER_START = compile_lazily(
    r"[\W_]*(?:caution|warning|external|attention|alert|notice|important|be careful|this (?:e-?mail|message|sender)"
    r"|you don['’]t often|some people who received|achtung|vorsicht|hinweis|warnung|diese (?:e-?mail|nachricht)"
    r"|sie erhalten nicht|avertissement|ce (?:message|courriel)|vous n['’]obtenez|atención|precaución|aviso"
    r"|este (?:correo|mensaje|e-?mail)|no suele|attenzione|questa e-?mail|non si ricevono|let op|waarschuwing|opgelet"
    r"|deze e-?mail|u ontvangt niet|varning|obs|advarsel|uwaga|pozor|figyelem|dikkat|внимание|увага|zjqcmqryf)",
    re.I,
)
_MAIL = (
    r"(?:e-?mails?|messages?|mails?|sender|nachricht|absender|courriel|expéditeur|correo|remitente|messaggio|mittente"
    r"|afzender)"
)
_OUTSIDE = (
    r"(?:extern\w*|outside|außerhalb|extérieur\w*|fuera de|estern\w|buiten|utanför|uden for|ulkopuol\w*|zewn\w+"
    r"|внешн\w+)"
)
_BANNER = compile_lazily(
    rf"\b{_MAIL}\b[^.!?\n]{{0,60}}\b{_OUTSIDE}|\b{_OUTSIDE}\b[^.!?\n]{{0,40}}\b{_MAIL}\b"
    r"|don['’]t often get e-?mail from|nicht häufig e-?mails von|pas souvent d['’]e-?mail|con frecuencia correo"
    r"|spesso e-?mail|niet vaak e-?mail|\A\W*external\W*\Z",
    re.I,
)
_RULE = compile_lazily(r"\s*(?:-{2,}|_{3,}|={3,}|\*{3,}|~{3,}|[–—]{1,3})\s*")
_RULE_SIGNS = frozenset("-_=*~–—")
_FOOTER = compile_lazily(
    r"(\bmailing[ -]list\b|listinfo|\blist-?archive|\barchives?\b|groups\.google|googlegroups|google groups)"
    r"|(\bunsubscribe\b|abbestellen|abmelden|désabonner|désinscrire|cancelar la suscripción|disiscri|afmelden"
    r"|cancel your subscription)|(newsletter)|(https?://|www\.)|(\byou (?:are receiv|receiv)|\bsubscribed\b)"
    r"|(this (?:e-?mail|message) was sent (?:from|by|via|to|using|through)|wurde (?:über|von|mit)\b"
    r"|a été envoyé (?:depuis|par|via))|(contact form|kontaktformular|formulaire de contact|formulario de contacto)",
    re.I,
)
"""One group a sign of a list server or a form; a footer has two different ones."""
_LIST_FOOTER = compile_lazily(
    r"(?:(?:you (?:are receiving|received) this (?:message|e-?mail) because you are subscribed to the"
    r" (?:google groups )?\"[^\"]{1,100}\" (?:group|mailing list)\."
    r"|to unsubscribe from this (?:group|list)(?: and stop receiving e-?mails from it)?,? send an e-?mail to \S{3,200}"
    r"|to unsubscribe send an e-?mail to \S{3,200}|to view this discussion(?: on the web)?,? visit \S{3,500}"
    r"|for more options, visit \S{3,200}|([\w.-]{1,60}) mailing list (?:-- )?(?:\1@\S{3,200}|https?://\S{3,500})"
    r"|https?://\S{3,500})(?:\s+|\Z))+",
    re.I,
)
"""Footers of Google Groups and Mailman, without anything else."""


def is_rule(line: str) -> bool:
    """Whether a line is a row of dashes, underscores or the like."""
    return line.lstrip()[:1] in _RULE_SIGNS and _RULE.fullmatch(line[:_LINE_CHARS]) is not None


def footer_start(lines: list[str]) -> tuple[int, bool]:
    """The line of a rule below which a list server or a web form names itself, at the end of the text.

    It is marked if it holds nothing but the footer of a known list server.
    """
    for n in range(max(0, len(lines) - 2 * _FOOTER_LINES), len(lines)):
        if is_rule(lines[n]):
            below = [line[:_LINE_CHARS] for line in lines[n + 1 :] if line.strip()]
            text = "\n".join(below)
            if 0 < len(below) <= _FOOTER_LINES and _is_footer(text):
                return n, _LIST_FOOTER.fullmatch(" ".join(below)) is not None
    return len(lines), False


def _is_footer(text: str) -> bool:
    signs = {match.lastindex for match in _FOOTER.finditer(text)}
    return len(signs) >= _MIN_SIGNS and not re.search(r"\b(?:I|my|me)\b|\?(?!\S)", text)


def banner_end(lines: list[str]) -> int:
    """The line after a warning about an external sender that opens the text; 0 if there is none."""
    start = next((n for n, line in enumerate(lines) if line.strip()), 0)
    end = next((n for n in range(start, len(lines)) if not lines[n].strip()), len(lines))
    paragraph = " ".join(lines[start:end][:_FOOTER_LINES])[:_PARAGRAPH_CHARS]
    if not _BANNER_START.match(paragraph) or "?" in paragraph or end - start > _FOOTER_LINES:
        return 0
    return end if _BANNER.search(paragraph) and not is_personal(paragraph) else 0
