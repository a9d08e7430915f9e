"""Finds the lines of a mail that its sender wrote: quotes of earlier mails are cut, forwarded mails are kept.

A quote needs a mark (`>`, a separator, a full header block) or a program's introduction with an address; two field
names or a sentence that ends in "wrote:" are text. In doubt the text is kept.
"""

from __future__ import annotations

from collections.abc import Collection

from tagging.mail.lines import (
    Line,
    OwnText,
    cut_lines,
    has_kept_words,
    lines_of,
    own_text,
    unmark,
)
from tagging.mail.pointers import announces_answers, points_below
from tagging.mail.quote_finder import Quote, find_quote, is_marked
from tagging.mail.quote_intros import is_certain_intro, is_intro
from tagging.mail.signatures import cut_device_lines, cut_signature
from tagging.mail.subjects import SubjectKind, kind_of_subject

_HEADER_LINES = 16
_MAX_FORWARDS = 3
"""Nested forwards that are opened; deeper ones are kept unchanged."""


def strip_quotes(text: str, subject: str, recipients: Collection[str] = ()) -> OwnText:
    """The text without quotes and signature, and the cuts; a mail that is nothing but a quote keeps it, unmarked.

    `subject` and the domains of the mail's `recipients` tell a forward from a reply where a program writes both alike:
    what a customer answers came from a recipient. Where the text points at something below, no cut is certain.
    """
    lines = lines_of(text)
    _cut_quotes(lines, kind_of_subject(subject), recipients, _MAX_FORWARDS)
    return own_text(lines)


def _cut_quotes(lines: list[Line], kind: SubjectKind, recipients: Collection[str], forwards: int) -> None:
    quote = find_quote([line.text for line in lines])
    if quote is None:
        _cut_marked_lines(lines, marked=kind == "reply")
    else:
        above, headers, below = lines[: quote.line], lines[quote.line : quote.after], lines[quote.after :]
        _cut_marked_lines(above)
        if (quote.forward or kind == "forward") and forwards:
            cut_lines(headers, "quote", marked=quote.marked)
            unmark(below)
            cut_device_lines(above)
            cut_signature(above)
            _cut_quotes(below, "reply", recipients, forwards - 1)
            _doubt_cuts(below, above)
            if not has_kept_words(lines):
                _keep(lines)
            return
        if is_marked([line.text for line in below[:_HEADER_LINES]]):
            cut_lines(headers, "quote", marked=quote.marked)
            _cut_marked_lines(below, bars=not any(line.text.startswith(">") for line in below[:_HEADER_LINES]))
        elif not (_is_kept(quote, kind, recipients) or announces_answers(own_text(above).text)):
            cut_lines([*headers, *below], "quote", marked=quote.marked and kind == "reply")
    cut_device_lines(lines)
    if not has_kept_words(lines):
        _keep(lines)
        cut_device_lines(lines)
    cut_signature(lines)
    _doubt_cuts(lines, lines)


def _doubt_cuts(lines: list[Line], text: list[Line]) -> None:
    """No cut of `lines` is certain where the kept lines of `text` point at something below."""
    if any(line.marked for line in lines) and points_below(own_text(text).text):
        for line in lines:
            line.marked = False


def _keep(lines: list[Line]) -> None:
    """Keep the lines of a mail that is nothing but a quote, apart from device lines."""
    for line in lines:
        if line.cut != "device_line":
            line.cut = None
    unmark(lines)


def _is_kept(quote: Quote, kind: SubjectKind, recipients: Collection[str]) -> bool:
    """Whether an unmarked quote in a mail that is no reply may be what the sender reports: others wrote it."""
    if kind == "reply":
        return False
    return not any(
        quote.domain == domain or quote.domain.endswith(f".{domain}") or domain.endswith(f".{quote.domain}")
        for domain in recipients
        if quote.domain
    )


def _cut_marked_lines(lines: list[Line], *, bars: bool = False, marked: bool = True) -> None:
    """Cut the lines of quotes, and an introduction such as "Jane <jane@…> writes:" above each.

    `|` is a mark below an introduction, and on every line if `bars`: programs rarely write it, and people draw tables.
    `marked`: whether `>` proves a quote where no introduction stands above: people also write lists with it.
    """
    in_quote = False
    for n, line in enumerate(lines):
        mark = line.text[:1]
        if mark not in (">", "|"):
            in_quote = False
            continue
        intro = None if in_quote else _intro_above(lines[max(0, n - 2) : n])
        if mark == "|" and not (bars or in_quote or intro):
            continue
        if intro:
            marked = marked or mark == ">"
            cut_lines([intro], "quote", marked=is_certain_intro(intro.text))
        cut_lines([line], "quote", marked=marked and mark == ">")
        in_quote = True


def _intro_above(lines: list[Line]) -> Line | None:
    """The introduction in the last line with words; a blank line may follow it."""
    last = next((line for line in reversed(lines) if line.text.strip()), None)
    return last if last and last.cut is None and is_intro(last.text) else None
