"""Recognises what other servers add at the end of a mail: footers of lists, forms and providers of mailboxes.

As for disclaimers, the vocabulary and the place count, and nothing is cut that speaks in the first person.
"""

# ruff: noqa: RUF001 - typographic apostrophes

from __future__ import annotations

import re

from tagging.mail.patterns import compile_lazily

_LINE_CHARS = 300
_FOOTER_LINES = 6
_MIN_SIGNS = 2
_RULE = compile_lazily(r"\s*(?:-{2,}|_{3,}|={3,}|\*{3,}|~{3,}|[–—]{1,3})\s*")
_RULE_SIGNS = frozenset("-_=*~–—")
_FOOTER = compile_lazily(
    r"(\bmailing[ -]list\b|listinfo|\blist-?archive|\barchives?\b|groups\.google|googlegroups|google groups)"
    r"|(\bunsubscribe\b|abbestellen|abmelden|désabonner|désinscrire|cancelar la suscripción|disiscri|afmelden"
    r"|cancel your subscription)|(newsletter)|(https?://|www\.)|(\byou (?:are receiv|receiv)|\bsubscribed\b)"
    r"|(this (?:e-?mail|message) was sent (?:from|by|via|to|using|through)|wurde (?:über|von|mit)\b"
    r"|a été envoyé (?:depuis|par|via))|(contact form|kontaktformular|formulaire de contact|formulario de contacto)"
    r"|(\bmsn\b|\bhotmail\b|windows live|\byahoo! ?(?:mail|messenger|groups)|\baol mail\b)"
    r"|(^posted by:|reply (?:to sender|to group|via web post)|start a new topic|visit your group|terms of use)",
    re.I | re.M,
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


_GROUP_START, _GROUP_END = "__._,_.___", "__,_._,___"
"""Rows that only Yahoo Groups writes, around its footer at the end of a mail."""


def is_rule(line: str) -> bool:
    """Whether a line is a row of dashes, underscores or the like."""
    return line.lstrip()[:1] in _RULE_SIGNS and _RULE.fullmatch(line[:_LINE_CHARS]) is not None


def footer_start(lines: list[str]) -> tuple[int, bool]:
    """The line of a rule below which a list server or a web form names itself, at the end of the text.

    It is marked if it holds nothing but the footer of a known list server.
    """
    last = next((line for line in reversed(lines) if line.strip()), "")
    for n in range(max(0, len(lines) - 2 * _FOOTER_LINES), len(lines)):
        if lines[n].startswith(_GROUP_START) and last == _GROUP_END:
            return n, True
        if is_rule(lines[n]):
            below = [line[:_LINE_CHARS] for line in lines[n + 1 :] if line.strip()]
            text = "\n".join(below)
            if 0 < len(below) <= _FOOTER_LINES and _is_footer(text):
                return n, _LIST_FOOTER.fullmatch(" ".join(below)) is not None
    return len(lines), False


def _is_footer(text: str) -> bool:
    signs = {match.lastindex for match in _FOOTER.finditer(text)}
    return len(signs) >= _MIN_SIGNS and not re.search(r"\b(?:I|my|me)\b|\?(?!\S)", text)
