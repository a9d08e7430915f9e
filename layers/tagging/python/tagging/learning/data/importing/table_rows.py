"""Rows from tables that people export: comma, semicolon or tab, in whatever encoding their program writes."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tagging.learning.data.importing.imported import Imported, ids_of
from tagging.learning.data.row_format import ALL_OTHERS, RowError, row_of
from tagging.learning.data.rows import DataError, Example, ImageFile, Problem
from tagging.mail import clean
from tagging.taxonomy import nearest

LONGEST_FIELD = 10_000_000
SEPARATORS = (",", ";", "\t")
JOINS = ("|", ";", ",")
_WIDE = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class _Table:
    """Column names in lower case, and the filled rows under their numbers as a spreadsheet counts them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class TableForm:
    """The columns of a row's item and of its labels."""

    about: str
    """The column of the text, or of the image's file."""
    labels: str
    read: Callable[[dict[str, str]], str | ImageFile]
    """From a row's cells to its text or image; raises RowError."""
    named: bool = False
    """The cell of `about` is the id of a row that has no other: a file's path is one."""


def text_in(content: dict[str, str]) -> str:
    """The text of a row, its subject first."""
    subject = " ".join(content.get("subject", "").split())
    text = clean(content.get("text", "")).strip()
    return f"{subject}\n{text}" if subject else text


TEXTS = TableForm("text", "labels", text_in)


def read_table_rows(path: Path, form: TableForm = TEXTS) -> Imported:
    """Read a .csv or .tsv with the columns `text` and `labels`, or those of `form`. Raises DataError where it is none.

    `labels` are joined by `|`; `subject`, `id`, `unknown` (joined likewise, or `*`), `group`, `split`, `source`,
    `annotator` and `time` are understood, further columns are kept. Rows are numbered as a spreadsheet does.
    """
    table = _table(path, (form.about, form.labels))
    problems = list(table.problems)
    names: dict[str, str] = {}
    rows: dict[str, Example] = {}
    columns = [dict(zip(table.columns, cells, strict=False)) for _, cells in table.rows]
    join = _join([cells.get(form.labels, "") for cells in columns])
    if join != "|" and join:
        message = f"labels are joined by {join} and were parted there; join them by | to be sure"
        problems.append(Problem(str(path), None, message, skipped=False))
    for (number, cells), content in zip(table.rows, columns, strict=True):
        try:
            _check_width(cells, len(table.columns))
            row = _row(content, form, join or "|", names)
            row = replace(row, id=row.id or f"{path.stem}-{number}")
            if row.id in rows:
                raise RowError("its id is that of an earlier row; give it one of its own, or leave the column id out")
        except RowError as error:
            problems.append(Problem(str(path), number, str(error)))
            continue
        rows[row.id] = row
    problems.sort(key=lambda problem: problem.row or 0)
    return Imported(tuple(rows.values()), tuple(problems), names)


def _row(content: dict[str, str], form: TableForm, join: str, names: dict[str, str]) -> Example:
    labels = ids_of(_split(content.get(form.labels, ""), join), names)
    unknown_cell = content.get("unknown", "").strip()
    unknown = ALL_OTHERS if unknown_cell == ALL_OTHERS else ids_of(_split(unknown_cell, join), names)
    used = {"text", "subject", form.about, form.labels}
    filled = {name: value for name, value in content.items() if value.strip() and name not in used}
    return row_of(
        filled | {"labels": labels, "unknown": unknown},
        form.read(content),
        content.get(form.about, "") if form.named else "",
    )


def _check_width(cells: list[str], columns: int) -> None:
    extra_lines = max(cell.count("\n") for cell in cells)
    if len(cells) < columns and extra_lines:
        raise RowError(f"opens a quote that is not closed: {extra_lines} more lines were read into it; close it")
    if len(cells) != columns:
        raise RowError(f"has {len(cells)} cells, the first row {columns}; put texts with separators into quotes")


def _split(cell: str, join: str) -> list[str]:
    return [name.strip() for name in cell.split(join) if name.strip()]


def _join(cells: list[str]) -> str | None:
    """What joins labels: `|` where there is one; else a sign after which a name follows that also stands alone."""
    if any("|" in cell for cell in cells):
        return "|"
    alone = Counter(cell.strip() for cell in cells)
    for sign in JOINS[1:]:
        joined = [cell for cell in cells if sign in cell]
        if any(name in alone for cell in joined for name in _split(cell, sign)):
            return sign
    return None


def _table(path: Path, needed: tuple[str, str]) -> _Table:
    problems: list[Problem] = []
    text = _decoded(path, problems)
    separator = _separator(path, text, needed)
    csv.field_size_limit(LONGEST_FIELD)
    try:
        # Not splitlines(): texts hold other separators that it takes for the end of a line.
        read = enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator), 1)
        (_, head), *rows = ((number, cells) for number, cells in read if any(cell.strip() for cell in cells))
    except csv.Error as error:
        raise DataError(f"{path}: cannot be read as a table ({error}): look for a quote that is not closed") from None
    columns = tuple(name.strip().lower() for name in head)
    duplicates = [name for name, times in Counter(filter(None, columns)).items() if times > 1]
    if duplicates:
        raise DataError(f"{path}, row 1: two columns are called {', '.join(duplicates)}")
    return _Table(columns, tuple(rows), tuple(problems))


def _decoded(path: Path, problems: list[Problem]) -> str:
    """The file's text: UTF-8, UTF-16 where it begins so, and line by line Windows-1252 where it is not UTF-8."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
    for mark, charset in _WIDE:
        if data.startswith(mark):
            return data.decode(charset, "replace")
    return "".join(_lines(path, data.removeprefix(codecs.BOM_UTF8), problems))


def _lines(path: Path, data: bytes, problems: list[Problem]) -> Iterator[str]:
    other: list[int] = []
    for number, line in enumerate(data.splitlines(keepends=True), 1):
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            other.append(number)
            yield line.decode("cp1252", "replace")
    if other:
        first = ", ".join(str(number) for number in other[:5]) + " …" * (len(other) > 5)
        message = f"{len(other)} of its lines not UTF-8, and read as Windows-1252: {first}"
        problems.append(Problem(str(path), None, message, skipped=False))


def _separator(path: Path, text: str, needed: tuple[str, str]) -> str:
    """The separator by which the first row has the columns that are needed. Raises DataError where none does."""
    first = text.lstrip().splitlines()[:1]
    if not first:
        raise DataError(f"{path} is empty")
    headings = {sign: [cell.strip().lower() for cell in next(csv.reader(first, delimiter=sign))] for sign in SEPARATORS}
    for sign, cells in headings.items():
        if set(needed) <= set(cells):
            return sign
    cells = max(headings.values(), key=len)
    missing = [f"{name}{nearest(name, cells)}" for name in needed if name not in cells]
    raise DataError(
        f"{path}, row 1: no column {' and no column '.join(missing)}; it has: {', '.join(cells)[:200]}; "
        f"name the columns {' and '.join(needed)}"
    )
