"""Introductions that mail programs write above a quote: "On Mon, 3 May 2025 at 10:13, Jo <jo@example.com> wrote:".

A customer's sentence may end in the same words: "I ordered on 3 May, and your driver wrote:". Without an address in
brackets, a line is an introduction only if it is a date and a name, or a name and a date. In doubt it is text.
"""

# ruff: noqa: RUF001 - phrases in many scripts

from __future__ import annotations

import re
from typing import Literal

from tagging.mail.patterns import compile_lazily
from tagging.mail.quote_headers import ADDRESS, LINE_CHARS

_VERB = compile_lazily(
    r"\b(?:wrote|writes|(?:ge)?schrieb(?:en)?|a écrit|écrit|escribi[óo]|ha scritto|scrisse|escreveu|schreef"
    r"|geschreven|skrev(?:et)?"
    r"|kirjoitti|napisał\(?a?\)?|pisze|napsal\(?a?\)?|napísala?|írta|a scris|έγραψε|написа(?:ла?)?|пишет|пише"
    r"|написав|писала?|va escriure|missatge de|escribiu|igorleak hau idatzi du|isinulat ni"
    r"|kirjutas|rakstīja|rašė|parašė|je napisala?|napisa[ol]a?|piše|skrifaði|đã viết|menulis)\b|(?:на)?писал\(а\)"
    r"|yazdı|写道|寫道|のメール|書きました|작성|썼습니다|쓴 글|เขียน|כתב|كتب",
    re.I,
)
_SAID = compile_lazily(r"\bsaid\b", re.I)
_ANGLE_ADDRESS = compile_lazily(r"[<\[(](?:mailto:)?[^<>@\s\[\]()]{1,64}@([\w.-]{1,100})")
_INTRO_START = compile_lazily(
    r"[>\s]*(?:On|At|En|在|Am|Den|Le|El|Il(?: giorno)?|Em|Op|W dniu|Dne|Dňa|Dana|Pe|În data|La data|Στις|Την|Στη|På|Vào"
    r"|Pada|בתאריך"
    r"|في|\d{1,4}[./年-] ?\d|[^\W\d]{2,12}[.,]{0,2} \d{1,2}\b|\d{1,2}\.? [^\W\d]{2,12}\.? \d{4})",
    re.I,
)
_YEAR = compile_lazily(r"(?<!\d)\d{4}(?!\d)|\d{1,2}[./-] ?\d{1,2}[./-] ?\d{1,2}(?!\d)")
_TIME = compile_lazily(r"(?<![\d.])\d{1,2}[:.h]\d{2}(?![\d.])|\d,")
_CLOCK = compile_lazily(r"\d{1,2}[:.]\d{2}")
_WORD = compile_lazily(r"[^\W\d_]+")
_SMALL_WORD = compile_lazily(
    r"am|pm|[apm]|at|um|uhr|h|hat|alle|ore|kl|klo|kell|г|в|ч|р|о|v|o|w|u|je|ob|vào|lúc|pukul|saat|в|л"
    r"|tarihinde|ş(?:un(?:u|ları)|öyle)|keltezéssel|ezt|odesílatel|oseba|het|volgende|heeft|har|følgende|följande"
    r"|the|following|of|via|from|by|on|op|om|den|på|dniu|dnia|godz|napisana|przez|las|les|às|à|del|dia"
    r"|στις|ο|η|χρήστης|π|μ|пользователь|користувач|kuupäeval|ص|م|تمت|كتابة|ما|يلي|بواسطة|님이|于|在"
    r"|dl|dt|dc|dj|dv|ds|dg|mar|ang|nang|d[eaiou]|van|von|vom|zu|de[rnl]|l[ae]|el|al|bin|ibn|[ey]"
)
"""Words in lower case that stand in names, times and their fixed phrases."""
_PERSONAL_WORDS = (
    r"me|my|mine|we|us|our|ours|you|your|yours|mein(?:e[mnrs]?)?|dein(?:e[mnrs]?)?|ihr(?:e[mnrs]?)?|unser(?:e[mnrs]?)?"
    r"|eure?[mnrs]?|mir|uns|wir|ich|mon|mes|notre|nos|votre|vos|nous|vous|moi|mis?|nuestr[oa]s?|vuestr[oa]s?"
    r"|mi[oae]i?|nostr[oaie]|vostr[oaie]|meus?|minhas?|noss[oa]s?|vosso?|mijn|onze?|uw|jullie|mitt?|mina"
    r"|vår[at]?|er[at]|jeres"
    r"|vores|deres|mój|moja|nasz[ae]?|wasz[ae]?|můj|náš|váš|vaše|мой|моя|наш[аеи]?|ваш[аеиу]?|мне|нам"
)
_PERSONAL = compile_lazily(rf"\b(?:I|Ihre?[mnrs]?|{_PERSONAL_WORDS})\b")
_PERSONAL_START = compile_lazily(rf"\W*(?:{_PERSONAL_WORDS})\b(?![.,])", re.I)
_ARTICLE = compile_lazily(
    r"(?<!von )(?<!van )\b(?:the|der|die|das|eine?|les?|une?|el|los|il|lo|een|het) (?!following|volgende)[^\W\d_]"
)
_BRACKETS = compile_lazily(r"[<\[(][^<>\[\]()]{0,200}[>\])]+")
_TIME_ZONE = compile_lazily(r"[A-Z]{2,5}")
_MAX_NAME_WORDS = 8
_MAX_UNCASED_CHARS = 16
_MAX_DATE_WORDS = 3
"""Words between two numbers of a date: "3 de mar. de 2025"."""


def is_intro(text: str) -> bool:
    """Whether a text such as "On Monday, 3 May, Jo <jo@example.com> wrote:" may introduce a quote."""
    text = text.rstrip()
    if len(text) > LINE_CHARS or not text.endswith((":", "：", ":*")):
        return False
    if _is_personal(text):
        return False
    has_date = any(map(str.isdigit, text))
    verb = _VERB.search(text)
    if has_angle_address(text):
        return has_date or verb is not None or _SAID.search(text) is not None
    if verb is None:
        return False
    words = f"{text[: verb.start()]} {text[verb.end() :]}"
    unaddressed = ADDRESS.sub(" ", words)
    if unaddressed != words:
        return _order(unaddressed) is not None
    if not (_YEAR.search(words) and _TIME.search(words)):
        return False
    order = _order(words)
    return order == "name first" or (order is not None and begins_intro(text))


def is_certain_intro(text: str) -> bool:
    """Whether an introduction is a date and a name, as programs write it; else it may be a sentence of the sender."""
    words = ADDRESS.sub(" ", _VERB.sub(" ", _BRACKETS.sub(" ", text)))
    order = _order(words)
    before, _, after = _around_numbers(words)
    return order is not None and not _ARTICLE.search(before if order == "name first" else after)


def introduces(text: str) -> bool:
    """Whether an introduction with an address begins as programs write it, so that no mark need follow."""
    if begins_intro(text):
        return True
    words = ADDRESS.sub(" ", _VERB.sub(" ", text))
    return _CLOCK.search(words) is not None and _YEAR.search(words) is not None and is_certain_intro(text)


def is_dated_address(text: str) -> bool:
    """Whether an introduction is a date with time and an address without brackets: nobody types that."""
    return ADDRESS.search(text) is not None and _CLOCK.search(text) is not None and is_certain_intro(text)


def _is_personal(text: str) -> bool:
    """Whether a text speaks of its writer or reader: "Am 3. Mai 2025, um 10:15 schrieb Ihr Fahrer:"."""
    return _PERSONAL.search(text) is not None or _PERSONAL_START.match(text) is not None


def begins_intro(text: str) -> bool:
    """Whether a text begins as introductions do: with a preposition or a date."""
    return _INTRO_START.match(text) is not None


def has_angle_address(text: str) -> bool:
    """Whether a text names a person with an address in brackets, as only programs write it."""
    return _ANGLE_ADDRESS.search(text) is not None


def _order(words: str) -> Literal["date first", "name first"] | None:
    """The order of date and name in a text that holds no other words; None if it holds others."""
    before, date, after = _around_numbers(words)
    if any(len(_WORD.findall(gap)) > _MAX_DATE_WORDS for gap in re.split(r"\d+", date)):
        return None
    if len(_WORD.findall(before)) <= _MAX_DATE_WORDS and _is_name(after):
        return "name first" if _names(before) and _is_name(before) and not _names(after) else "date first"
    return "name first" if _is_name(before) and all(map(_TIME_ZONE.fullmatch, _names(after))) else None


def _is_name(words: str) -> bool:
    """Whether a text is a name: no other words in lower case, no long text without cases."""
    names = _names(words)
    uncased = sum(len(word) for word in names if word.lower() == word.upper())
    is_cased = all(word != "I" and not word[0].islower() for word in names)
    return is_cased and len(names) <= _MAX_NAME_WORDS and uncased <= _MAX_UNCASED_CHARS


def _names(words: str) -> list[str]:
    return [word for word in _WORD.findall(words) if not _SMALL_WORD.fullmatch(word)]


def _around_numbers(text: str) -> tuple[str, str, str]:
    """What stands before the first number of a text, from it to the last one, and after that; all after if none."""
    digits = [n for n, char in enumerate(text) if char.isdigit()]
    if not digits:
        return "", "", text
    return text[: digits[0]], text[digits[0] : digits[-1] + 1], text[digits[-1] + 1 :]
