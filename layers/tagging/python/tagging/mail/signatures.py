"""The end of a mail that says who wrote it, not what is wanted: signatures, disclaimers, "sent from my phone"."""

from __future__ import annotations

import re

from tagging.mail.plain_text import has_words

_DELIMITER_LINES = 40
"""Longest signature below "-- ", with disclaimer; two hyphens above more than that are an ornament."""
_CLOSING_LINES = 12
_DEVICE = re.compile(
    r"\s*(?:sent from (?:my|mail|yahoo|outlook|the|a|gmail|proton|samsung)\b.{0,60}"
    r"|get outlook for \w+.{0,60}"
    r"|(?:von meinem|envoyé de mon|enviado desde mi) .{0,60})\s*",
    re.I,
)
_DISCLAIMER = re.compile(
    r"\s*(?:confidentiality (?:notice|note)\b|disclaimer\s*:"
    r"|(?:this|the information in this) (?:e-?mail|message|communication)\b"
    r".{0,80}\b(?:confidential|intended|privileged)"
    r"|please consider the environment before)",
    re.I,
)
_CLOSING = re.compile(
    r"\s*(?:(?:kind|best|warm|kindest|warmest|with (?:kind|best))? ?(?:regards|wishes)"
    r"|(?:yours )?(?:sincerely|faithfully|truly)|sincerely yours|cheers|respectfully"
    r"|(?:many )?thanks(?: (?:again|in advance))?|thank you|best|br"
    r"|(?:thanks|thank you) and (?:kind |best )?regards|mit freundlichen grüßen|viele grüße)\s*[,.!]?\s*",
    re.I,
)
_SENTENCE = re.compile(r"(?:\S+\s+){5,}\S.*|.*\?\s*|\s*P\.?\s?S\b.*", re.I | re.S)


def strip_signature(text: str) -> str:
    """The text above its signature; text that is nothing but a signature is kept."""
    lines = [line for line in text.split("\n") if not _DEVICE.fullmatch(line[:200])]
    for cut in (_at_delimiter, _at_disclaimer, _below_closing):
        above = lines[: cut(lines)]
        if has_words("\n".join(above)):
            lines = above
    kept = "\n".join(lines).strip("\n ")
    return kept if has_words(kept) else text.strip("\n ")


def _at_delimiter(lines: list[str]) -> int:
    """The line of the usual delimiter (RFC 3676, 4.3), also with its blank lost."""
    first = max(0, len(lines) - _DELIMITER_LINES)
    return next((n for n in range(first, len(lines)) if lines[n].rstrip() == "--"), len(lines))


def _at_disclaimer(lines: list[str]) -> int:
    return next((n for n, line in enumerate(lines) if _DISCLAIMER.match(line[:300])), len(lines))


def _below_closing(lines: list[str]) -> int:
    """The line after "Kind regards," where only name and address follow: no sentence, no question."""
    first = max(0, len(lines) - _CLOSING_LINES)
    for n in range(first, len(lines)):
        if _CLOSING.fullmatch(lines[n][:100]):
            rest = [line[:300] for line in lines[n + 1 :] if line.strip()]
            if not any(_SENTENCE.fullmatch(line) for line in rest):
                return n + 1
    return len(lines)
