"""Reads a CSV of answers: one line for one person's answer about one item."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tagging.operations.correcting import Answer
from tagging.operations.errors import InvalidArgument

COLUMNS: Final = ("id", "labels", "yes", "no", "unseen", "author", "answered_at", "note", "cannot_tell")
_SEPARATORS: Final = re.compile(r"[\s,;|]+")
_TRUE: Final = frozenset({"1", "true", "yes", "y", "x"})
_DELIMITERS: Final = ",;\t"


@dataclass(frozen=True)
class AnswerLine:
    """One line: an answer, or why it is none."""

    number: int
    """In the file, from 1."""
    answer: Answer | None
    mistake: str = ""


def read_answer_table(path: Path, default: Answer) -> Iterator[AnswerLine]:
    """The answers of a file with the column `id`, and `labels`, or `yes` and `no`. InvalidArgument for no such file.

    `labels` holds `refund` or `+refund` for yes, `-payment` for no. What a line leaves out is taken from `default`.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InvalidArgument(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidArgument(f"{path} is not UTF-8: save it as UTF-8") from None
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restkey="", strict=True)
    try:
        names = [name.strip().lower() for name in reader.fieldnames or ()]
        reader.fieldnames = names
        _check_columns(path, names)
        yield from _lines(reader, default)
    except csv.Error as error:
        raise InvalidArgument(f"{path}, line {reader.line_num}: {error}") from None


def parse_words(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels that hold and that do not: `refund +payment -complaint`."""
    words = [word for word in _SEPARATORS.split(text) if word]
    yes = tuple(word.removeprefix("+") for word in words if not word.startswith("-"))
    return yes, tuple(word[1:] for word in words if word.startswith("-"))


def _check_columns(path: Path, names: list[str]) -> None:
    if "id" not in names:
        raise InvalidArgument(f"{path} has no column id; its columns: {', '.join(names) or 'none'}")
    if not {"labels", "yes", "no", "unseen", "cannot_tell"} & set(names):
        raise InvalidArgument(f"{path} has no answers: it needs a column labels, or yes and no")
    if twice := sorted({name for name in names if name in COLUMNS and names.count(name) > 1}):
        raise InvalidArgument(f"{path} has the column {twice[0]} twice")


def _lines(reader: csv.DictReader[str], default: Answer) -> Iterator[AnswerLine]:
    for row in reader:
        if "" in row:
            yield AnswerLine(reader.line_num, None, "more cells than columns")
            continue
        cells = {name: (value or "").strip() for name, value in row.items()}
        if not any(cells.values()):
            continue
        yield (
            AnswerLine(reader.line_num, _answer(cells, default))
            if cells["id"]
            else AnswerLine(reader.line_num, None, "no id")
        )


def _answer(cells: Mapping[str, str], default: Answer) -> Answer:
    yes, no = parse_words(cells.get("labels", ""))
    return replace(
        default,
        item=cells["id"],
        author=cells.get("author") or default.author,
        answered_at=cells.get("answered_at") or default.answered_at,
        yes=(*yes, *parse_words(cells.get("yes", ""))[0]),
        no=(*no, *parse_words(cells.get("no", ""))[0]),
        unseen=parse_words(cells.get("unseen", ""))[0],
        cannot_tell=cells.get("cannot_tell", "").lower() in _TRUE,
        note=cells.get("note") or default.note,
    )
