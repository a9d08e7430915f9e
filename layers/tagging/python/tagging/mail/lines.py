"""The lines of a mail: rules cut some of them, and the cuts are kept beside the text, so that no word gets lost."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct

from tagging.item import Cut, CutKind
from tagging.mail.patterns import compile_lazily
from tagging.mail.plain_text import has_content, has_words

_MARK = compile_lazily(r"\A(?:[>|] ?)+")


class OwnText(NamedTuple):
    """What the sender of a mail wrote in it, and the lines that are something else, in the order of the mail."""

    text: str
    cuts: tuple[Cut, ...]


class Line(Struct):
    """One line, kept or cut."""

    text: str
    cut: CutKind | None = None
    marked: bool = False
    """A mark of a program proves the cut; see `Cut`."""


def lines_of(text: str) -> list[Line]:
    """The lines of a text, all of them kept."""
    return [Line(line) for line in text.split("\n")]


def cut_lines(lines: Iterable[Line], kind: CutKind, *, marked: bool) -> None:
    """Cut those of the lines that are not cut yet."""
    for line in lines:
        if line.cut is None:
            line.cut, line.marked = kind, marked


def unmark(lines: Iterable[Line], *, outer: bool = False) -> None:
    """Remove the marks `>` and `|` at the start of each line: all of them, or only the outer one."""
    for line in lines:
        line.text = without_mark(line.text, outer=outer)


def has_kept_words(lines: Iterable[Line]) -> bool:
    """Whether a kept line has words, or an emoji or a mark that stands for them."""
    return any(line.cut is None and has_content(line.text) for line in lines)


def without_mark(line: str, *, outer: bool = False) -> str:
    """The line without the marks of quotes, or without the outer one."""
    if line[:1] not in (">", "|"):
        return line
    return line[1:].removeprefix(" ") if outer else _MARK.sub("", line, count=1)


def kept_lines(lines: Iterable[Line]) -> list[Line]:
    """The lines that are not cut, with a blank line in place of cut ones; at most one blank line in a row."""
    kept: list[Line] = []
    for line in lines:
        is_blank = line.cut is not None or not line.text.strip()
        if not is_blank:
            kept.append(line)
        elif kept and kept[-1].text:
            kept.append(Line(""))
    return kept


def kept_text(lines: Iterable[Line]) -> str:
    """The kept lines as a text."""
    return "\n".join([line.text for line in kept_lines(lines)]).strip("\n ")


def own_text(lines: list[Line]) -> OwnText:
    """The kept lines as a text, and the cut ones as cuts: neighbours of one kind together, none without words."""
    is_cut = any(line.cut is not None for line in lines)
    return OwnText(kept_text(lines), _cuts(lines) if is_cut else ())


def _cuts(lines: list[Line]) -> tuple[Cut, ...]:
    cuts = []
    for (kind, marked), group in groupby(lines, attrgetter("cut", "marked")):
        if kind is None:
            continue
        text = "\n".join([without_mark(line.text) for line in group]).strip("\n ")
        if has_words(text):
            cuts.append(Cut(kind, text, marked))
    return tuple(cuts)
