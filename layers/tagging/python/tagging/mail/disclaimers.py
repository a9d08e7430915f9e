"""Recognises what servers add to a mail: disclaimers, footers of lists and forms, warnings about external senders.

Each needs its vocabulary and its place: a sentence is never cut for its first words alone, and nothing is cut that
speaks in the first person or of an order.
"""

# ruff: noqa: RUF001 - typographic apostrophes

from __future__ import annotations

import re

from tagging.mail.patterns import compile_lazily
from tagging.mail.plain_text import has_words

_LINE_CHARS = 300
_PARAGRAPH_CHARS = 2000
_LAST_LINES = 40
_FOOTER_LINES = 6
_LEGAL = compile_lazily(
    r"(confidential|vertraulich|confidenti?el|confidenci|riservat)|(privileged)"
    r"|(intended (?:only|solely|exclusively|recipient|addressee|for the)|intended to be (?:read|used) only)"
    r"|(addressees?\b)|(unauthori[sz]ed)|(disclos|dissemina)|(distribut|copying|reproduc)"
    r"|((?:strictly|is) prohibited)|((?:notify|inform|contact|advise) (?:the sender|us|me))"
    r"|((?:received|sent|erhalten)\b.{0,40}\bin error)|(delete (?:it|this|the|all)|destroy)|(virus(?:es)?\b)"
    r"|(liab(?:le|ility)|responsib(?:le|ility) for)|(legally|legal notice|attorney|legal advice|binding)"
    r"|(disclaimer|confidentiality notice)|(intercept|monitor(?:ed|ing))"
    r"|(registered (?:in|office|number|company)|company (?:no|number|registration))"
    r"|(views (?:or|and) opinions|opinions expressed)|(consider the environment|think before you print)"
    r"|(gdpr|data protection|privacy policy)",
    re.I,
)
"""One group a legal term; a disclaimer has two different ones."""
_START = compile_lazily(
    r"\W*(?:confidentiality|disclaimer|legal notice|privileged|(?:important )?notice"
    r"|this (?:e-?mail|message|communication|transmission|electronic)"
    r"|the (?:information|contents?|views) (?:of|in|contained)|(?:any )?views or opinions"
    r"|if you (?:are not|have received)|e-?mails? (?:is|are|may)|the sender|diese e-?mail|ce (?:message|courriel)"
    r"|este (?:mensaje|correo|e-?mail)|please (?:consider|think)|think before you print|consider the environment)\b",
    re.I,
)
_ENVIRONMENT = compile_lazily(
    r"\W*(?:please )?(?:consider (?:the|your) environment|think before you print|save (?:a tree|paper))[^.!?]{0,80}\W*",
    re.I,
)
_MAIL = compile_lazily(
    r"\b(?:e-?mail|message|communication|transmission|attachments?|information|mail|correo|courriel)", re.I
)
_MAIL_WORDS = (
    *("mail", "message", "communication", "transmission", "attachment", "information", "correo", "courriel"),
    *("environment", "print", "save"),
)
"""Every disclaimer has one of these words: most texts have none, and are not looked at line by line."""
_BANNER_WORDS = ("external", "outside", "often")
_REQUEST = compile_lazily(
    r"\b(?:I|[Mm]y|mine|i|I['’]\w+)\b|\b(?i:orders?|parcels?|invoices?|refunds?|subscriptions?|bookings?|cards?)\b"
)
_BANNER_START = compile_lazily(
    r"[\W_]*(?:caution|warning|external|attention|alert|notice|important|be careful|this (?:e-?mail|message)"
    r"|you don['’]t often)",
    re.I,
)
_BANNER = compile_lazily(
    r"(?:e-?mail|message|sender)\b[^.!?\n]{0,60}\b(?:originat\w+|came|comes|sent|received|is|was)\b[^.!?\n]{0,40}"
    r"\b(?:external|outside)\b|you don['’]t often get e-?mail from|\bexternal (?:e-?mail|sender|message)\b",
    re.I,
)
_RULE = compile_lazily(r"\s*(?:-{2,}|_{3,}|={3,}|\*{3,}|~{3,}|[–—]{1,3})\s*")
_FOOTER = compile_lazily(
    r"\bmailing[ -]list\b|listinfo|\bunsubscribe\b|\blist-?archive|groups\.google|googlegroups|newsletter|abbestellen"
    r"|this (?:e-?mail|message) was sent (?:from|by|via|to|using|through)",
    re.I,
)


def is_rule(line: str) -> bool:
    """Whether a line is a row of dashes, underscores or the like."""
    return _RULE.fullmatch(line[:_LINE_CHARS]) is not None


def is_personal(text: str) -> bool:
    """Whether a text speaks in the first person or of an order."""
    return _REQUEST.search(text) is not None


def disclaimer_start(lines: list[str]) -> tuple[int, bool]:
    """The line of a disclaimer that reaches to the end of the text, or the number of lines; whether it is marked."""
    first = max(0, len(lines) - _LAST_LINES)
    text = "\n".join(line[:_PARAGRAPH_CHARS] for line in lines[first:]).lower()
    if not any(word in text for word in _MAIL_WORDS):
        return len(lines), False
    for n in range(first, len(lines)):
        line = lines[n][:_LINE_CHARS]
        if _ENVIRONMENT.fullmatch(line) and not any(below.strip() for below in lines[n + 1 :]):
            return n, False
        if _START.match(line) and _is_disclaimer(lines[n:]):
            return n, True
    return len(lines), False


def _is_disclaimer(lines: list[str]) -> bool:
    """Whether the text is about mail, has two legal terms, one in each paragraph, and no request."""
    text = "\n".join(line[:_PARAGRAPH_CHARS] for line in lines)
    if is_personal(text) or not _MAIL.search(text):
        return False
    terms: set[int] = set()
    for paragraph in filter(has_words, re.split(r"\n\s*\n", text)):
        terms_here = {match.lastindex or 0 for match in _LEGAL.finditer(paragraph)}
        if not terms_here:
            return False
        terms |= terms_here
    return len(terms) >= 2


def footer_start(lines: list[str]) -> tuple[int, bool]:
    """The line of a rule below which a list server or a web form names itself, at the end of the text: a guess."""
    for n in range(max(0, len(lines) - 2 * _FOOTER_LINES), len(lines)):
        if is_rule(lines[n]):
            below = [line[:_LINE_CHARS] for line in lines[n + 1 :] if line.strip()]
            text = "\n".join(below)
            if 0 < len(below) <= _FOOTER_LINES and _FOOTER.search(text) and not re.search(r"\b(?:I|my|me)\b", text):
                return n, False
    return len(lines), False


def banner_end(lines: list[str]) -> int:
    """The line after a warning about an external sender that opens the text; 0 if there is none."""
    start = next((n for n, line in enumerate(lines) if line.strip()), 0)
    end = next((n for n in range(start, len(lines)) if not lines[n].strip()), len(lines))
    paragraph = " ".join(lines[start:end][:_FOOTER_LINES])[:_PARAGRAPH_CHARS]
    if not any(word in paragraph.lower() for word in _BANNER_WORDS):
        return 0
    is_banner = _BANNER_START.match(paragraph) and _BANNER.search(paragraph) and not is_personal(paragraph)
    return end if is_banner and end - start <= _FOOTER_LINES else 0
