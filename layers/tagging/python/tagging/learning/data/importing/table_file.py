"""Reads a delimited table as its program wrote it: charset, delimiter, quotes; each row also as its bytes."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tagging.learning.data.importing.table_dialect import (
    Dialect,
    Lines,
    find_dialect,
    is_broken,
    odd_quotes,
    split_preamble,
)
from tagging.learning.data.importing.table_format import refuse_other_formats
from tagging.learning.data.rows import DataError, Problem

LONGEST_FIELD = 10_000_000
_MOST_OPEN_QUOTES = 100
"""Rows with a quote that is not closed, from which the file is refused: each costs a second look at what follows it."""
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)


@dataclass(frozen=True)
class TableRow:
    """One row: its cells, and its lines as they stand in the file."""

    number: int
    """As a spreadsheet counts; the names of the columns are row 1."""
    cells: list[str]
    raw: bytes
    open_quote: bool = False
    """A quote is opened and not closed: the row ends with its line all the same."""

    @property
    def empty(self) -> bool:
        """Whether no cell holds anything: a line between rows."""
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """A table as read; `preamble` is what stands before the names of the columns: a BOM, a `sep=` line, empty lines."""

    path: Path
    dialect: Dialect
    charset: str
    """Of `raw`: utf-8 also where single lines are Windows-1252."""
    preamble: bytes
    header: TableRow
    rows: tuple[TableRow, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns as written, without spaces around them."""
        return tuple(name.strip() for name in self.header.cells)

    def cells(self, column: int) -> list[str]:
        """The cells of a column, from the filled rows that have it."""
        return [row.cells[column] for row in self.rows if column < len(row.cells) and not row.empty]


def read_table(path: Path) -> Table:
    """Read a file of comma-, semicolon-, tab- or bar-separated rows. DataError where it is none, with what to do."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
    refuse_other_formats(path, data)
    bom, charset = next(((bom, name) for bom, name in _BOMS if data.startswith(bom)), (b"", _charset_without_bom(data)))
    if charset == "utf-8" and b"\0" in data[:1000]:
        raise DataError(f"{path} is no text file; export the table as CSV (UTF-8)")
    lines, problems = _decoded_lines(path, data.removeprefix(bom), charset)
    preamble, delimiter = split_preamble(lines)
    lines = lines[len(preamble) :]
    if not lines:
        raise DataError(f"{path} is empty")
    csv.field_size_limit(LONGEST_FIELD)
    dialect = find_dialect(lines, delimiter)
    # A spreadsheet shows empty lines, and takes the line `sep=` for itself.
    header, *rows = _rows(path, lines, dialect, 1 + sum(not text.strip() for _, text in preamble))
    before = bom + b"".join(raw for raw, _ in preamble)
    return Table(path, dialect, charset, before, header, tuple(rows), tuple(problems))


def _charset_without_bom(data: bytes) -> str:
    """UTF-16 where every second byte of the beginning is zero, as that of ASCII is."""
    start = data[:1000]
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, letters = start[first::2], start[1 - first :: 2]
        if len(start) > 3 and zeros.count(0) > 0.8 * len(zeros) and letters.count(0) == 0:
            return name
    return "utf-8"


def _decoded_lines(path: Path, data: bytes, charset: str) -> tuple[Lines, list[Problem]]:
    """The lines of the file, line by line Windows-1252 where they are not UTF-8."""
    if charset != "utf-8":
        text = io.StringIO(data.decode(charset, "replace"), newline="")
        return [(line.encode(charset, "replace"), line) for line in text], []
    lines: list[tuple[bytes, str]] = []
    other: list[int] = []
    for number, line in enumerate(data.splitlines(keepends=True), 1):
        try:
            lines.append((line, line.decode("utf-8")))
        except UnicodeDecodeError:
            other.append(number)
            lines.append((line, line.decode("cp1252", "replace")))
    if not other:
        return lines, []
    first = ", ".join(str(number) for number in other[:5]) + " …" * (len(other) > 5)
    message = (
        f"{len(other)} of its lines not UTF-8, and read as Windows-1252: {first}; "
        "where letters come out wrong, save the table as UTF-8"
    )
    return lines, [Problem(str(path), None, message, skipped=False)]


def _rows(path: Path, lines: Lines, dialect: Dialect, first_number: int) -> Iterator[TableRow]:
    """All rows, empty ones included. A quote that is not closed ends with its line, and is marked."""
    position, open_quotes, broken = 0, 0, False
    for number in itertools.count(first_number):
        if position >= len(lines):
            return
        taken = _Taken(lines, position)
        try:
            cells = next(dialect.rows(taken), [])
        except csv.Error as error:
            raise DataError(f"{path}, row {number}: cannot be read ({error}); look for a quote not closed") from None
        texts = [text for _, text in lines[position : taken.end]]
        # Below an open quote, a line with an odd number of them is what is left of that row.
        broken = is_broken(dialect, texts) or (broken and len(texts) == 1 and odd_quotes(dialect, texts[0]))
        if broken:
            open_quotes += 1
            if open_quotes > _MOST_OPEN_QUOTES:
                raise DataError(
                    f"{path}: more than {_MOST_OPEN_QUOTES} rows open a quote that is not closed; put texts into "
                    f"quotes, and double the quotes within them"
                )
            taken.end = position + 1
        yield TableRow(number, cells, b"".join(raw for raw, _ in lines[position : taken.end]), broken)
        position = taken.end


class _Taken:
    """The lines from `end` on, which counts those that were read."""

    def __init__(self, lines: Lines, start: int) -> None:
        self._lines = lines
        self.end = start

    def __iter__(self) -> _Taken:
        return self

    def __next__(self) -> str:
        if self.end >= len(self._lines):
            raise StopIteration
        self.end += 1
        return self._lines[self.end - 1][1]
