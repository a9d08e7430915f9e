"""The prefixes of a subject: replies and forwards in many languages, below tags such as [EXTERNAL]."""

# ruff: noqa: RUF001 - prefixes in many scripts

from __future__ import annotations

import re
from typing import Literal

from tagging.mail.patterns import compile_lazily

_REPLY = (
    "re|r|aw|antw|antwort|sv|odp|odpověď|ynt|yan|res|resp|rif|ref|réf|ad|vá|válasz|atb|ats|ots|ha|απ|σχετ|отв|ответ|rép|răsp|tl"
    "|trả lời|bls|balas|回复|答复|回覆|返信|답장|회신|ตอบ|תשובה|השב|رد"
)
_FORWARD = (
    "fw|fwd|fs|wg|wtr|weitergeleitet|tr|rv|vb|vl|i|enc|doorst|pd|tov|továbbítás|ilt|i̇lt|пересл|пересылка|πρθ|redir|ed|pārs|pers"
    "|ct|trs|reenv|转发|轉寄|轉發|転送|전달|ส่งต่อ|הועבר|إعادة توجيه"
)
_EITHER = "vs"
"""Finnish for a reply, Danish and Norwegian for a forward."""
_TAG = (
    r"(?:\[[^\[\]]{0,60}\]|\([^()]{0,40}\)|\{[^{}]{0,40}\}|\*{1,3}[\w ]{1,30}\*{1,3}|ext(?:ern(?:al)?)?\s*:|#\w{1,20})"
)
_PREFIX = compile_lazily(
    rf"\s*(?:{_TAG}\s*)*(?:(?P<reply>{_REPLY})|(?P<forward>{_FORWARD})|(?P<either>{_EITHER}))"
    r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s*[:：]",
    re.I,
)
_TAGS = compile_lazily(rf"\s*(?:{_TAG}\s*)*", re.I)
_MAX_PREFIXES = 10

SubjectKind = Literal["reply", "forward", ""]


def kind_of_subject(subject: str) -> SubjectKind:
    """What the prefixes say: a forward, also of or in a reply; a reply; nothing."""
    kinds = {kind for kind, _ in _prefixes(subject)}
    if "forward" in kinds:
        return "forward"
    return "reply" if "reply" in kinds else ""


def begins_as_reply(subject: str) -> bool:
    """Whether the outermost prefix is that of a reply, also of a reply to a forward: "Re: Fwd: …"."""
    prefixes = _prefixes(subject)
    return bool(prefixes) and prefixes[0][0] == "reply"


def without_prefixes(subject: str) -> str:
    """The subject without tags and prefixes."""
    prefixes = _prefixes(subject)
    end = prefixes[-1][1] if prefixes else 0
    tags = _TAGS.match(subject, end)
    return subject[tags.end() if tags else end :].strip()


def _prefixes(subject: str) -> list[tuple[str | None, int]]:
    """Kind and end of each prefix."""
    prefixes: list[tuple[str | None, int]] = []
    if ":" not in subject and "：" not in subject:
        return prefixes
    at = 0
    while len(prefixes) < _MAX_PREFIXES and (match := _PREFIX.match(subject, at)):
        at = match.end()
        prefixes.append((match.lastgroup, at))
    return prefixes
