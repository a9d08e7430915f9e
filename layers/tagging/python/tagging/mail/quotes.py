"""Which lines of a mail its sender wrote: what is quoted from earlier mails goes, what is forwarded stays."""

from __future__ import annotations

import re

from msgspec import Struct

from tagging.mail.plain_text import has_words
from tagging.mail.signatures import strip_signature

_SCANNED_LINES = 400
"""Lines that may introduce a quote and are shown to quotequail, which tries some fifty patterns on each."""
_LINE_CHARS = 300
_FORWARDS = 3
"""Forwards of forwards that are opened; what lies deeper is kept as it stands."""
_INTRO_END = re.compile(r".*(?::|--|__|>)\s*", re.S)
_ON_WITHOUT_DATE = re.compile(r"[>\s]*(?:On|Am|Le|El|Den|Em|Op) [^\d]*:\s*")
_WRITES = re.compile(r".*(?:\b(?:wrote|writes|said|schrieb|écrit|escribió)\b|@).*:\s*", re.I)
_FORWARD_SUBJECT = re.compile(r"\s*(?:(?:re|aw|antw|sv)\s*:\s*)?(?:fwd?|wg|tr|rv|vb|doorst|enc)\s*:", re.I)
_FORWARD_INTRO = re.compile(
    r"forwarded|weitergeleitet|réexpédié|transféré|reenviado|doorgestuurd|vidarebefordrat|Пересылаемое", re.I
)
_FORWARD_LINE = re.compile(rf"[>\s]*-{{4,}} ?[^-]*(?:{_FORWARD_INTRO.pattern})[^-]*-{{4,}}\s*", re.I)
"""A forward's first line in languages that quotequail has no pattern for."""
_FROM = re.compile(r"[>\s*]*(?:From|Von|De|Från|Van)\s*:[\s*]*\S.*", re.I)
_SENT = re.compile(r"[>\s*]*(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Fecha|Skickat|Verzonden)\s*:.*", re.I)
_TO = re.compile(r"[>\s*]*(?:To|An|À|Para|Till|Aan|Subject|Betreff|Objet|Asunto|Ämne|Onderwerp)\s*:.*", re.I)
_HEADER = re.compile(r"[>\s*]*[A-Za-zÀ-ÿ][\w -]{1,20}:[\s*].*|\s*")
_HEADER_LINES = 8


class _Intro(Struct, frozen=True):
    """Where another mail begins: first line, the line after its introduction, and is it a forward."""

    line: int
    after: int
    forward: bool


def strip_quotes(text: str, subject: str) -> str:
    """The text without quotes and signature; a mail that is nothing else keeps them, unquoted.

    `subject` tells a forward from a reply where a mail client writes both alike.
    """
    own = _strip_quotes(text, _FORWARD_SUBJECT.match(subject) is not None, _FORWARDS)
    return own if has_words(own) else text


def _strip_quotes(text: str, is_forward: bool, forwards: int) -> str:
    lines = text.split("\n")
    intro = _find_intro(lines)
    if intro and (intro.forward or is_forward) and forwards:
        above = _without_quoted_lines(lines[: intro.line])
        inner = _strip_quotes(_unquoted(lines[intro.after :]), False, forwards - 1)
        return "\n\n".join(piece for piece in (strip_signature(above), inner) if has_words(piece))
    if intro:
        own = _without_quoted_lines(lines[: intro.line])
        below = lines[intro.after :]
        if any(line.startswith(">") for line in below):
            # Answers below or between quoted lines; without such marks all of it is the earlier mail.
            own = f"{own}\n{_without_quoted_lines(below)}".strip("\n")
    else:
        own = _without_quoted_lines(lines)
    return strip_signature(own) if has_words(own) else strip_signature(_unquoted(lines))


def _without_quoted_lines(lines: list[str]) -> str:
    """The lines outside quotes, also without a line such as "Jane <jane@…> writes:" above a quote."""
    kept: list[str] = []
    for line in lines:
        if not line.startswith(">"):
            kept.append(line)
            continue
        while kept and not kept[-1].strip():
            kept.pop()
        if kept and _WRITES.fullmatch(kept[-1][-_LINE_CHARS:]):
            kept.pop()
        kept.append("")
    return "\n".join(kept).strip("\n")


def _unquoted(lines: list[str]) -> str:
    return "\n".join(re.sub(r"^(?:> ?)+", "", line) for line in lines).strip("\n")


def _find_intro(lines: list[str]) -> _Intro | None:
    """The first line that introduces an earlier mail: by quotequail, or by Outlook's bare header lines."""
    forward = next((n for n, line in enumerate(lines) if _FORWARD_LINE.fullmatch(line[:_LINE_CHARS])), None)
    block, known = _header_block(lines), _quotequail_line(lines)
    first = min((n for n in (forward, block, known) if n is not None), default=None)
    if first is None:
        return None
    after = first
    if first != block:
        # Long introductions wrap: "On Mon, 3 Mar 2025, Jane <jane@…>" / "wrote:".
        after += 1 if first == forward or _introduces(_harmless(lines[first])) else 2
    is_forward = first == forward or (first != block and _FORWARD_INTRO.search(lines[first]) is not None)
    return _Intro(first, _after_headers(lines, after), is_forward)


def _quotequail_line(lines: list[str]) -> int | None:
    """The line of quotequail's first match; only lines that can match are shown to it, not too many."""
    ends = [n for n, line in enumerate(lines) if _may_end_intro(line)][:_SCANNED_LINES]
    shown: list[int] = []
    for n in ends:
        shown += [m for m in (n - 1, n) if m >= 0 and (not shown or m > shown[-1])]
    if not shown:
        return None
    skeleton = "\n".join(_harmless(lines[n]) for n in shown)
    pieces = _pieces(skeleton, len(shown) + 2)
    if len(pieces) < 2:
        return None
    before = pieces[0][1]
    return shown[before.count("\n") + 1 if before or skeleton.startswith("\n") else 0]


def _introduces(line: str) -> bool:
    return len(_pieces(line, 2)) > 1


def _pieces(text: str, limit: int) -> list[tuple[bool, str]]:
    """What is and what is not quoted in the first lines of a text, by turns."""
    import quotequail  # its patterns take a while to compile: a start need not wait for them

    pieces: list[tuple[bool, str]] = quotequail.quote(text, limit=limit, quote_intro_line=True)
    return pieces


def _may_end_intro(line: str) -> bool:
    if len(line) > _LINE_CHARS or _ON_WITHOUT_DATE.fullmatch(line):
        return False
    return _INTRO_END.fullmatch(line) is not None


def _harmless(line: str) -> str:
    """The line, or a word in its place where quotequail's patterns could backtrack for long."""
    if len(line) > _LINE_CHARS or sum(map(line.count, "<>@")) > 12:
        return "x"
    return line


def _header_block(lines: list[str]) -> int | None:
    """The line of a `From:` that a date and a recipient or subject follow, as Outlook writes above a quote."""
    for n, line in enumerate(lines):
        if _FROM.match(line[:_LINE_CHARS]):
            following = [other[:_LINE_CHARS] for other in lines[n + 1 : n + 1 + _HEADER_LINES]]
            if any(map(_SENT.match, following)) and any(map(_TO.match, following)):
                return n
    return None


def _after_headers(lines: list[str], start: int) -> int:
    """The line after the header lines at `start`, if header lines of a mail stand there at all."""
    block = lines[start : start + 2 * _HEADER_LINES]
    if not any(_FROM.match(line[:_LINE_CHARS]) for line in block[:3]):
        return start
    headers = 0
    for n, line in enumerate(block):
        if not _HEADER.fullmatch(line[:_LINE_CHARS]) or (headers >= 3 and not line.strip()):
            return start + n
        headers += bool(line.strip())
    return start + len(block)
