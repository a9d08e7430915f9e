"""Cuts the end of a mail that names its sender: signatures, and what devices and servers add.

In doubt the text is kept: the lines below a closing formula or a rule are cut only if none of them can be a request.
"""

# ruff: noqa: RUF001 - phrases in many languages

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import compress
from typing import TypeAlias

from tagging.item import CutKind
from tagging.mail.banners import banner_end
from tagging.mail.device_lines import device_lines
from tagging.mail.disclaimers import disclaimer_start, is_personal
from tagging.mail.footers import footer_start, is_rule
from tagging.mail.lines import Line, OwnText, cut_lines, kept_lines, lines_of, own_text
from tagging.mail.patterns import compile_lazily
from tagging.mail.plain_text import has_words
from tagging.mail.signature_notes import calendar_start, without_note

_LINE_CHARS = 300
_SIGNATURE_LINES = 40
"""Longest signature below "-- ", with disclaimer."""
_CONTACT_LINES = 12
"""Longest signature below a closing formula or a rule."""
_MAX_CONTACT_WORDS = 12
"""Words of a line with names, titles or an address."""
_CLOSING_CHARS = 60
_CLOSING_WORDS = 6
_NAME_CHARS = 8
"""Longest word of a name in a script without capitals."""
_CLOSING = compile_lazily(
    r"\s*(?:(?:kind|best|warm|kindest|warmest|with (?:kind|best|warm)|many)? ?(?:regards|wishes)"
    r"|(?:yours )?(?:sincerely|faithfully|truly)|sincerely yours|cheers|respectfully"
    r"|(?:many )?thanks(?: (?:again|in advance))?|thank you|best|br|kr|rgds|mfg|lg|vg|mvh"
    r"|(?:thanks|thank you) (?:and|&|\+) (?:kind |best )?regards"
    r"|(?:mit )?(?:freundliche[nm]?|beste[nm]?|viele[nm]?|liebe[nm]?|herzliche[nm]?|schöne[nm]?) (?:grü(?:ß"
    r"|ss)e?n?|gruß)"
    r"|(?:bien )?cordialement|bien à vous|(?:un )?saludos?(?: cordiales)?|atentamente|(?:cordiali|distinti) saluti"
    r"|atenciosamente|com os melhores cumprimentos|met (?:vriendelijke|hartelijke) groet(?:en)?|groet(?:en|jes)?"
    r"|(?:med )?vänliga? hälsning(?:ar)?|hälsningar|(?:med )?(?:venlig|vennlig) hilsen|(?:de bedste |beste )?hilsen"
    r"|z poważaniem|pozdrawiam(?: serdecznie)?|s (?:přátelským )?pozdrav[eo]m|(?:ystävällisin )?terveisin"
    r"|с уважением|з повагою|με εκτίμηση|с уважение|lep pozdrav|(?:srdačan|lijepi) pozdrav|lugupidamisega"
    r"|ar cieņu|pagarbiai"
    r"|(?:üdvözlettel|tisztelettel)|cu stimă|(?:iyi çalışmalar|saygılarımla)|salutacions|trân trọng"
    r"|hormat (?:saya|kami)"
    r"|よろしくお願い(?:いた|致)?します|敬具|此致|敬礼|감사합니다|בברכה|مع التحية)"
    r"(?: (?:aus|from) \w{2,20})?\s*[,.!:。、]?\s*",
    re.I,
)
_REQUEST = compile_lazily(
    r"\b(?:i|me|my|mine|we|us|you|your|please|pls|can|could|would|should|must|do|does|did|is|are|was|were|be|been"
    r"|not|no|never|nothing|\w+n['’]t|need|want|wish|still|got|get|has|have|had|it|its|this|that|there|why|when|where"
    r"|what|which|who|how|too|also|again|asap|urgent(?:ly)?|now|today|lost|stolen|broken|missing|damaged|wrong|late"
    r"|waiting|help|ps|p\.s|bitte|ich|meine?|nicht|je|mon|ma|pas|quiero|per favore|non)\b"
    r"|\?|\b(?:order|invoice|parcel|booking|ticket|claim|case|card|reference|ref)s?\b\W{0,3}"
    r"(?:no|number|nr|id)?\W{0,3}[#\d]",
    re.I,
)
"""Words that no name, title or address has."""
_IMPERATIVE = compile_lazily(
    r"\W*(?:cancel|refund|block|send|resend|stop|close|change|update|return|pay|check|fix|reset|confirm|delete|remove"
    r"|replace|give|let|tell|reply|answer|ship|deliver|collect|move|book|rebook|reserve|charge|credit|transfer|unlock"
    r"|unblock|freeze|activate|deactivate|install|reinstall|make|add|open|repair|exchange|swap|look|see|forward|resolve"
    r"|escalate|order|buy|unsubscribe|keep|hold|extend|renew|report|complain|ask|call|mail me|email me)\b"
    r"(?!.*(?:department|team|desk|manager|officer|cent(?:re|er)|agent|service)s?\W*$)",
    re.I,
)
_NO_WORDS = compile_lazily(r"\S*@\S+|(?:https?://|www\.)\S+|\((?:s?he|they)/\w+(?:/\w+)?\)", re.I)
_SMALL_WORD = compile_lazily(
    r"of|the|and|for|at|in|on|to|by|d[aeiou]|du|d[eoi]s|de[rln]|della|die|das|v[oa]n|vom|zu[mr]?|l[ae]s?|el"
    r"|[yeimaw]|et|und|en"
    r"|och|og|ja|für|mit|f|ext|tel|fax|mob(?:ile)?|phone|cell|direct|office|web|www|e-?mail|https?|number|rue"
    r"|avenue|place|via|calle|rua|ul|ulica|str"
)


_PROMOTION = compile_lazily(
    r"\b(?:(?:ask|visit|follow|find|join|like|try|rate) us|our (?:new|latest|products?|services?|app|shop|offers?|blog)"
    r"|book (?:your|now|a|online)|discover|check out|sign up|learn more|shop (?:now|online)|order (?:now|online)"
    r"|save (?:up to )?[\d$€£]|\d ?% (?:off|discount)|free (?:trial|quote|shipping|delivery|consultation)"
    r"|award[- ]winning|proud (?:sponsor|partner|member)|(?:besuchen|folgen|entdecken|testen) sie|unsere? neue[nrs]?"
    r"|jetzt|(?:découvrez|suivez|visitez|essayez)|nos (?:offres|nouveaux|nouvelles)|(?:visite|descubra|síguenos)"
    r"|nuestr[oa]s? (?:nuev[oa]s?|ofertas?|tienda)|visita|scopri|seguici|prova|nostr[aioe] (?:nuov[aioe]|offert[ae])"
    r"|bezoek|ontdek|volg|onze (?:nieuwe|winkel)|conheça|siga|besök|följ|upptäck|odwiedź|sprawdź)\b",
    re.I,
)
_SENDER = compile_lazily(
    r"\b(?:I|[Mm][ey]|mine|[Pp]lease|[Nn]ot|[Nn]o|[Nn]ever|ich|[Bb]itte|je|[Mm]es?|[Mm]on|yo|mi)\b|['’]t\b|\?"
)
"""Words of a person who asks for something."""


def strip_signature(text: str) -> OwnText:
    """The text without its signature, and the cuts; a text that consists of nothing else is kept.

    Only device lines are cut even there: nobody wrote them.
    """
    lines = lines_of(text)
    cut_device_lines(lines)
    cut_signature(lines)
    return own_text(lines)


def cut_device_lines(lines: list[Line]) -> None:
    """Cut the lines that name a device or an app, also where nothing else remains."""
    texts = ["" if line.cut else line.text for line in lines]
    cut_lines(compress(lines, device_lines(texts)), "device_line", marked=True)


def cut_signature(lines: list[Line]) -> None:
    """Cut banner, signature, disclaimers and footers, as far as other words remain."""
    kept = kept_lines(lines)
    texts = [line.text for line in kept]
    banner, marked = banner_end(texts)
    if any(map(has_words, texts[banner:])):
        cut_lines(kept[:banner], "banner", marked=marked)
        del kept[:banner], texts[:banner]
    tried: dict[_Ending, int] = {}
    for kind, start in _ENDINGS:
        if tried.get(start) == len(texts):
            continue
        tried[start] = len(texts)
        at, marked = start(texts)
        if at < len(texts) and any(map(has_words, texts[:at])):
            cut_lines(kept[at:], kind, marked=marked)
            del kept[at:], texts[at:]


def _delimiter(lines: list[str]) -> tuple[int, bool]:
    """The line of "-- " (RFC 3676, 4.3), which is a mark; any other rule counts only above contact lines."""
    for n in range(max(0, len(lines) - _SIGNATURE_LINES), len(lines)):
        if lines[n] == "-- ":
            return n, not any("?" in line or is_personal(line) for line in lines[n + 1 :])
        if is_rule(lines[n]) and _is_contact(lines[n + 1 :]):
            return n, False
    return len(lines), False


def _below_closing(lines: list[str]) -> tuple[int, bool]:
    """The line after a closing formula below which only contact lines follow, and perhaps a promotion."""
    for n in range(max(0, len(lines) - _CONTACT_LINES), len(lines)):
        if _is_closing(lines[n]) and _is_contact(_without_promotion(without_note(lines[n + 1 :]))):
            return n + 1, False
    return len(lines), False


def _without_promotion(lines: list[str]) -> list[str]:
    """Lines without promotions at their end, of which at least one remains: "Ask us about our new insurance!"."""
    end = len(lines)
    while end > 1 and (
        not lines[end - 1].strip() or (_PROMOTION.search(lines[end - 1]) and not _SENDER.search(lines[end - 1]))
    ):
        end -= 1
    return lines[:end]


_Ending: TypeAlias = Callable[[list[str]], tuple[int, bool]]
_ENDINGS: tuple[tuple[CutKind, _Ending], ...] = (
    ("footer", footer_start),
    ("signature", calendar_start),
    ("disclaimer", disclaimer_start),
    ("signature", _delimiter),
    ("disclaimer", disclaimer_start),
    ("signature", _below_closing),
)
"""The first line of each ending and whether it is marked, from the last ending to the first."""


def _is_closing(line: str) -> bool:
    is_short = len(line) <= _CLOSING_CHARS and line.count(" ") < _CLOSING_WORDS
    return is_short and _CLOSING.fullmatch(line) is not None


def _is_contact(lines: list[str]) -> bool:
    """Whether lines hold names, titles and addresses only: nothing that could be a request."""
    lines = [line[:_LINE_CHARS] for line in lines if line.strip()]
    return len(lines) <= _CONTACT_LINES and all(map(_is_contact_line, lines))


def _is_contact_line(line: str) -> bool:
    if _is_closing(line) or is_rule(line):
        return True
    text = _NO_WORDS.sub(" ", line)
    if _REQUEST.search(text) or _IMPERATIVE.match(text):
        return False
    words = re.findall(r"[^\W\d_][\w'’.@&-]*", text)
    uncased = [word for word in words if not word[0].isupper() and not word[0].islower()]
    return (
        len(words) <= _MAX_CONTACT_WORDS
        and not any(map(_is_plain_word, words))
        and len(uncased) <= 2
        and all(len(word) <= _NAME_CHARS for word in uncased)
    )


def _is_plain_word(word: str) -> bool:
    """Whether a word in lower case is none that stands in names, titles and addresses."""
    return word[0].islower() and not _SMALL_WORD.fullmatch(word.lower().rstrip(".")) and "." not in word[1:-1]
