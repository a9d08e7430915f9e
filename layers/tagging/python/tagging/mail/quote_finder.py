"""Finds where another mail begins in a text: below a separator, a header block or an introduction."""

from __future__ import annotations

from msgspec import Struct

from tagging.mail import quote_headers
from tagging.mail.patterns import compile_lazily
from tagging.mail.quote_headers import LINE_CHARS, Field
from tagging.mail.quote_intros import (
    begins_intro,
    has_angle_address,
    introduces,
    is_certain_intro,
    is_dated_address,
    is_intro,
)

_SEPARATOR_STARTS = frozenset("> -_=*#~+<BbAaDdIiSsHhPpRrTtWw\u043d\u041d")
"""First characters of separators: a row of signs, or the first word of "Begin forwarded message:" in its languages."""
_RULE_SIGNS = frozenset("> -_=*#~+<—")
_SEPARATOR_ENDS = _RULE_SIGNS | frozenset(":：")  # noqa: RUF001
_RULE_CHARS = " \t>-"
_MAX_INTROS = 400
"""Lines that end as introductions do, and are looked at."""
_INTRO_LINES = 3
"""Lines over which an introduction may be wrapped."""
_INTRO_END = compile_lazily(r"[:：]\*?\s*\Z")  # noqa: RUF001
_UNDERSCORES = compile_lazily(r"[>\s]*(?:_{10,}|-{10,}|\*{10,})\s*")
_SENTENCE_END = compile_lazily(r"[.!?]\s*\Z")
_SPEECH = compile_lazily(r"\s*[\"“„«'‘]")  # noqa: RUF001
_HEADER_LINES = 16
_COMPLETE: frozenset[Field] = frozenset({"from", "date", "to", "subject"})


class Quote(Struct, frozen=True):
    """Where another mail begins."""

    line: int
    after: int
    """The line after introduction and headers."""
    marked: bool = False
    """A mark of a program proves it: headers with an address and a date, or `>` below a date and a name."""
    forward: bool = False
    """A program wrote that it is a forward."""
    has_headers: bool = False
    """It begins with a header block, without a separator or an introduction."""
    sender: str = ""
    """The address of the quoted sender, as far as the introduction names it."""
    asks_for_answers: bool = False
    """A line of a help desk stands above it: "reply above this line"."""


def find_quote(lines: list[str]) -> Quote | None:
    """The first place where another mail begins, of those that separators, introductions and header blocks mark."""
    separator = _find_separator(lines)
    end = separator.line if separator else len(lines)
    block = _find_header_block(lines, end)
    end = block.line if block else end
    return _find_intro(lines, end) or block or separator


def _find_separator(lines: list[str]) -> Quote | None:
    for n, line in enumerate(lines):
        if len(line) < 8 or line[0] not in _SEPARATOR_STARTS:
            continue
        above = lines[n - 1] if n else ""
        if not (line[-1] in _SEPARATOR_ENDS or line[0] in _RULE_SIGNS or above[:1] in _RULE_SIGNS):
            continue
        kind = quote_headers.separator_kind(line, above)
        if kind:
            after, sender, marked = _skip_headers(lines, n + 1)
            start = n - 1 if above and not above.strip("— -_=*#") else n
            return Quote(start, after, marked, kind == "forward", sender=sender, asks_for_answers=kind == "reply above")
        if quote_headers.begins_with_rule(line) and is_intro(intro := f"{line.strip(_RULE_CHARS)}:"):
            return Quote(n, n + 1, is_marked(lines[n + 1 :]), sender=quote_headers.address_in(intro))
    return None


def _find_header_block(lines: list[str], end: int) -> Quote | None:
    """The first `From:` with date, recipient and subject around it, as Outlook writes above a quote."""
    n = 0
    while n < end:
        label = lines[n][:60]
        if (":" not in label and "：" not in label) or quote_headers.field_of(label) is None:  # noqa: RUF001
            n += 1
            continue
        after, fields, sender = _read_headers(lines, n)
        if fields >= _COMPLETE:
            start = n - 1 if n and _UNDERSCORES.fullmatch(lines[n - 1][:LINE_CHARS]) else n
            return Quote(start, after, _has_address_and_date(lines[n:after]), has_headers=True, sender=sender)
        n = max(after, n + 1)
    return None


def _read_headers(lines: list[str], start: int) -> tuple[int, set[Field], str]:
    """The line after the header lines at `start`, their fields, and the address of the sender.

    Blank lines may stand between all fields, else one ends them, and a long field may be wrapped. Below the four usual
    fields, a line is text unless it names an address: a request may begin with "To: the manager".
    """
    fields: set[Field] = set()
    sender = ""
    after = start
    is_spaced = True
    for n in range(start, min(start + _HEADER_LINES, len(lines))):
        line = lines[n]
        if not line.strip():
            if not is_spaced or (n > start and not lines[n - 1].strip()):
                break
            continue
        field = quote_headers.field_of(line)
        if field is None:
            if not (after == n and fields and "subject" not in fields and ("@" in line or ";" in line)):
                break
        elif _ends_headers(line, field, fields, after < n):
            break
        else:
            is_spaced = is_spaced and not (fields and after == n)
            fields.add(field)
            if field == "from":
                sender = quote_headers.address_in(line)
        after = n + 1
    return after, fields, sender


def _ends_headers(line: str, field: Field, fields: set[Field], is_below_gap: bool) -> bool:
    """Whether a line that looks like a header is text below header lines with these fields."""
    if field in fields and field in ("from", "subject", "date"):
        return True
    return fields >= _COMPLETE and "@" not in line and (field != "other" or is_below_gap)


def _skip_headers(lines: list[str], start: int) -> tuple[int, str, bool]:
    """The line after the header lines below a separator, or `start`; the sender's address; whether they are a mark."""
    first = next((n for n in range(start, min(start + 3, len(lines))) if lines[n].strip()), start)
    after, fields, sender = _read_headers(lines, first)
    if "from" not in fields:
        return start, "", False
    return after, sender, _has_address_and_date(lines[first:after])


def _has_address_and_date(headers: list[str]) -> bool:
    """Whether a header block names an address and a day, as programs do."""
    has_date = any(quote_headers.field_of(line) == "date" and any(map(str.isdigit, line)) for line in headers)
    return has_date and any("@" in line and quote_headers.address_in(line) for line in headers)


def _find_intro(lines: list[str], end: int) -> Quote | None:
    """The first introduction above the line `end` that a marked quote follows, or that has an address in brackets."""
    ends = (n for n in range(end) if _INTRO_END.search(lines[n][-20:]))
    for _, last in zip(range(_MAX_INTROS), ends, strict=False):
        first = _intro_start(lines, last)
        if first is None:
            continue
        intro = " ".join(lines[first : last + 1])
        below = lines[last + 1 :][:_HEADER_LINES]
        speech = next((line for line in below if line.strip()), "")
        marked = is_marked(below)
        names_sender = has_angle_address(intro) or is_dated_address(intro)
        starts_quote = introduces(intro) or _is_indented(lines[last + 1 :])
        if marked or (names_sender and starts_quote and not _SPEECH.match(speech)):
            after, _, _ = _skip_headers(lines, last + 1)
            return Quote(first, after, marked and is_certain_intro(intro), sender=quote_headers.address_in(intro))
    return None


def _intro_start(lines: list[str], last: int) -> int | None:
    """The first line of an introduction that ends at line `last`; None if there is no introduction."""
    start: int | None = None
    for first in range(last, max(last - _INTRO_LINES, -1), -1):
        if not lines[first].strip() or (first < last and _SENTENCE_END.search(lines[first][-20:])):
            break
        intro = " ".join(line[:LINE_CHARS] for line in lines[first : last + 1])
        if is_intro(intro):
            if begins_intro(intro):
                return first
            start = first if start is None else start
    return start


def _is_indented(lines: list[str]) -> bool:
    """Whether all lines with words are indented, as some programs quote."""
    filled = [line for line in lines if line.strip()]
    return bool(filled) and all(line.startswith((" ", "\t")) for line in filled)


def is_marked(lines: list[str]) -> bool:
    first = next((line for line in lines[:_HEADER_LINES] if line.strip()), "")
    return first.startswith((">", "|"))
