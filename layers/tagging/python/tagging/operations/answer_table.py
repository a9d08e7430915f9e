"""Reads a CSV of answers: one line for one person's answer about one item."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tagging.operations.correcting import Answer
from tagging.operations.errors import InvalidArgument
from tagging.operations.sheet import read_sheet

COLUMNS: Final = ("id", "labels", "yes", "no", "unseen", "author", "answered_at", "note", "cannot_tell")
_SEPARATORS: Final = re.compile(r"[\s,;|]+")
_TRUE: Final = frozenset({"1", "true", "yes", "y", "x"})
CANNOT_TELL: Final = "?"
"""What stands in `labels` where the person cannot tell, as in files of reviews."""


@dataclass(frozen=True)
class AnswerLine:
    """One line: an answer, or why it is none."""

    number: int
    """In the file, from 1."""
    answer: Answer | None
    mistake: str = ""


def read_answer_table(path: Path, default: Answer) -> Iterator[AnswerLine]:
    """The answers of a file with the column `id`, and `labels`, or `yes` and `no`. InvalidArgument for no such file.

    `labels` holds `refund` or `+refund` for yes, `-payment` for no, `?` where the person cannot tell.
    What a line leaves out is taken from `default`.
    """
    sheet = read_sheet(path)
    _check_columns(path, sheet.names)
    for number, cells in sheet.lines:
        yield AnswerLine(number, *_read(cells, default))


def parse_words(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels that hold and that do not: `refund +payment -complaint`."""
    words = [word for word in _SEPARATORS.split(text) if word]
    yes = tuple(word.removeprefix("+") for word in words if not word.startswith("-"))
    return yes, tuple(word[1:] for word in words if word.startswith("-"))


def _check_columns(path: Path, names: Sequence[str]) -> None:
    if "asked" in names:
        raise InvalidArgument(f"{path} has reviews, which measure: send them by `tagging review import {path}`")
    if "id" not in names:
        raise InvalidArgument(f"{path} has no column id; its columns: {', '.join(names) or 'none'}")
    if not {"labels", "yes", "no", "unseen", "cannot_tell"} & set(names):
        raise InvalidArgument(f"{path} has no answers: it needs a column labels, or yes and no")
    if twice := sorted({name for name in names if name in COLUMNS and names.count(name) > 1}):
        raise InvalidArgument(f"{path} has the column {twice[0]} twice")


def _read(cells: Mapping[str, str] | None, default: Answer) -> tuple[Answer | None, str]:
    """The answer of a line; or None, and why it has none. What is not filled in is never a `no`."""
    if cells is None:
        return None, "more cells than columns"
    if not cells["id"]:
        return None, "no id"
    answer = _answer(cells, default)
    if not (answer.yes or answer.no or answer.unseen or answer.cannot_tell):
        return None, "no answer: write the labels that hold, -LABEL for one that does not, or ? where you cannot tell"
    return answer, ""


def _answer(cells: Mapping[str, str], default: Answer) -> Answer:
    labels = cells.get("labels", "")
    yes, no = parse_words("" if labels == CANNOT_TELL else labels)
    return replace(
        default,
        item=cells["id"],
        author=cells.get("author") or default.author,
        answered_at=cells.get("answered_at") or default.answered_at,
        yes=(*yes, *parse_words(cells.get("yes", ""))[0]),
        no=(*no, *parse_words(cells.get("no", ""))[0]),
        unseen=parse_words(cells.get("unseen", ""))[0],
        cannot_tell=labels == CANNOT_TELL or cells.get("cannot_tell", "").lower() in _TRUE,
        note=cells.get("note") or default.note,
    )
