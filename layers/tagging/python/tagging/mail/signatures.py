"""Cuts the end of a mail that names its sender: signatures, and what devices and servers add.

In doubt the text is kept: the lines below a closing formula or a rule are cut only if none of them can be a request.
"""

# ruff: noqa: RUF001 - phrases in many languages

from __future__ import annotations

import re

from tagging.mail.device_lines import without_device_lines
from tagging.mail.disclaimers import banner_end, disclaimer_start, footer_start, is_rule
from tagging.mail.patterns import compile_lazily
from tagging.mail.plain_text import has_words

_LINE_CHARS = 300
_SIGNATURE_LINES = 40
"""Longest signature below "-- ", with disclaimer."""
_CONTACT_LINES = 12
"""Longest signature below a closing formula or a rule."""
_CLOSING_CHARS = 60
_NAME_CHARS = 8
"""Longest word of a name in a script without capitals."""
_CLOSING = compile_lazily(
    r"\s*(?:(?:kind|best|warm|kindest|warmest|with (?:kind|best|warm)|many)? ?(?:regards|wishes)"
    r"|(?:yours )?(?:sincerely|faithfully|truly)|sincerely yours|cheers|respectfully"
    r"|(?:many )?thanks(?: (?:again|in advance))?|thank you|best|br|kr|rgds|mfg|lg|vg"
    r"|(?:thanks|thank you) and (?:kind |best )?regards"
    r"|(?:mit )?(?:freundliche[nm]?|beste[nm]?|viele[nm]?|liebe[nm]?|herzliche[nm]?) (?:grü(?:ß|ss)e?n?|gruß)"
    r"|cordialement|bien à vous|(?:un )?saludos?(?: cordiales)?|atentamente|(?:cordiali|distinti) saluti|atenciosamente"
    r"|met vriendelijke groet(?:en)?|med vänliga? hälsning(?:ar)?|med (?:venlig|vennlig) hilsen|z poważaniem"
    r"|pozdrawiam|s pozdravem|ystävällisin terveisin|с уважением|üdvözlettel|cu stimă|saygılarımla)\s*[,.!]?\s*",
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
_SMALL_WORD = compile_lazily(
    r"of|the|and|for|at|in|on|to|by|d[aeiou]|du|d[eoi]s|de[rln]|della|die|das|v[oa]n|vom|zu[mr]?|l[ae]s?|el|[yeimaw]|et|und|en"
    r"|och|og|ja|für|mit|f|ext|tel|fax|mob(?:ile)?|phone|cell|direct|office|web|www|e-?mail|https?|number"
)


def strip_signature(text: str) -> str:
    """The text without its signature; a text that consists of nothing else is kept."""
    lines = text.split("\n")
    lines = without_device_lines(lines[banner_end(lines) :])
    for start in (footer_start, disclaimer_start, _delimiter, disclaimer_start, _below_closing):
        above = lines[: start(lines)]
        if has_words("\n".join(above)):
            lines = above
    kept = "\n".join(lines).strip("\n ")
    return kept if has_words(kept) else text.strip("\n ")


def _delimiter(lines: list[str]) -> int:
    """The line of "-- " (RFC 3676, 4.3); any other rule counts only above contact lines."""
    for n in range(max(0, len(lines) - _SIGNATURE_LINES), len(lines)):
        if lines[n] == "-- " or (is_rule(lines[n]) and _is_contact(lines[n + 1 :])):
            return n
    return len(lines)


def _below_closing(lines: list[str]) -> int:
    """The line after a closing formula below which only contact lines follow."""
    for n in range(max(0, len(lines) - _CONTACT_LINES), len(lines)):
        if len(lines[n]) <= _CLOSING_CHARS and _CLOSING.fullmatch(lines[n]) and _is_contact(lines[n + 1 :]):
            return n + 1
    return len(lines)


def _is_contact(lines: list[str]) -> bool:
    """Whether lines hold names, titles and addresses only: nothing that could be a request."""
    lines = [line[:_LINE_CHARS] for line in lines if line.strip()]
    return len(lines) <= _CONTACT_LINES and all(map(_is_contact_line, lines))


def _is_contact_line(line: str) -> bool:
    if (len(line) <= _CLOSING_CHARS and _CLOSING.fullmatch(line)) or is_rule(line):
        return True
    text = re.sub(r"\S+@\S+|(?:https?://|www\.)\S+", " ", line)
    if _REQUEST.search(text) or _IMPERATIVE.match(text):
        return False
    words = re.findall(r"[^\W\d_][\w'’.@&-]*", text)
    uncased = [word for word in words if not word[0].isupper() and not word[0].islower()]
    return (
        len(words) <= 12
        and not any(
            word[0].islower() and not _SMALL_WORD.fullmatch(word.lower()) and "." not in word[1:-1] for word in words
        )
        and len(uncased) <= 2
        and all(len(word) <= _NAME_CHARS for word in uncased)
    )
