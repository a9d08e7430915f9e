"""Cuts quoted lines by their marks: `>`, `|` and initials, with the introduction above them."""

from __future__ import annotations

from itertools import takewhile

from tagging.mail.lines import Line, cut_lines
from tagging.mail.patterns import compile_lazily
from tagging.mail.quote_intros import is_certain_intro, is_intro

_MIN_ROWS = 2
_INITIALS = compile_lazily(r"[A-Z]{1,4}> ?")


def cut_marked_lines(lines: list[Line], *, in_quote: bool = False, bars: bool = False, marked: bool = True) -> None:
    """Cut the lines of quotes, and an introduction such as "Jane <jane@…> writes:" above each.

    `|` is a mark below an introduction, and on every line if `bars`: programs rarely write it, and people draw tables.
    `in_quote`: an introduction stands above the lines. `marked`: whether `>` proves a quote: people also write lists
    with it.
    """
    is_first = True
    for n, line in enumerate(lines):
        mark = line.text[:1]
        if mark not in (">", "|"):
            in_quote = in_quote and is_first and not line.text.strip()
            continue
        is_first = False
        intro = None if in_quote else _intro_above(lines[max(0, n - 2) : n])
        if mark == "|" and not (bars or in_quote or intro):
            continue
        if intro:
            cut_lines([intro], "quote", marked=is_certain_intro(intro.text))
        if line.cut is None:
            line.cut, line.marked = "quote", marked and mark == ">"
        in_quote = True


def end_with_marks(lines: list[Line]) -> bool:
    """Whether the last lines are a quote behind bars: two or more, none with a second bar as in a table."""
    kept = [line.text for line in lines if line.text.strip()]
    rows = list(takewhile(lambda text: text.startswith("|") and "|" not in text[1:], reversed(kept)))
    return len(rows) >= _MIN_ROWS and not any("|" in text for text in kept[: -len(rows)])


def mark_initials(lines: list[Line]) -> None:
    """Put a bar in place of initials that mark a quote: two or more lines that begin with "TB> "."""
    starts = [_INITIALS.match(line.text) if ">" in line.text[1:5] else None for line in lines]
    for line, start, above, below in zip(lines, starts, [None, *starts], [*starts[1:], None], strict=False):
        if start and any(other and other[0] == start[0] for other in (above, below)):
            line.text = f"| {line.text[start.end() :]}"


def _intro_above(lines: list[Line]) -> Line | None:
    """The introduction in the last line with words; a blank line may follow it."""
    last = next((line for line in reversed(lines) if line.text.strip()), None)
    return last if last and last.cut is None and is_intro(last.text) else None
