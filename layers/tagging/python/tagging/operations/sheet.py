"""Reads tables that people edit, as spreadsheets save them."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tagging.operations.errors import InvalidArgument

_DELIMITERS: Final = ",;\t"
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WORKBOOK: Final = b"PK\x03\x04"
_DIRECTIVE: Final = "sep="
"""Excel reads the separator from a first line that begins so."""


@dataclass(frozen=True)
class Sheet:
    """A table: the names of its columns in small letters, and its lines that are not empty."""

    names: tuple[str, ...]
    lines: tuple[tuple[int, Mapping[str, str] | None], ...]
    """Number of a line's end in the file, from 1, and its cells by column; None: more cells than columns."""


def read_text(path: Path) -> str:
    """The text of a file in UTF-8, or UTF-16 with its mark. InvalidArgument where it cannot be read."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InvalidArgument(f"{path}: {error.strerror}") from None
    if raw.startswith(_WORKBOOK):
        raise InvalidArgument(f"{path} is a workbook: save it as CSV UTF-8")
    try:
        return raw.decode("utf-16" if raw.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidArgument(f"{path} is not UTF-8: save it as UTF-8 (in a spreadsheet: CSV UTF-8)") from None


def read_sheet(path: Path) -> Sheet:
    """The table in a file, separated by commas, semicolons or tabs. InvalidArgument where it cannot be read."""
    text = read_text(path)
    skipped = 0
    if text[: len(_DIRECTIVE)].lower() == _DIRECTIVE:
        text, skipped = text.partition("\n")[2], 1
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(_DELIMITERS, key=first.count), strict=True)
    try:
        names = tuple(name.strip().lower() for name in next(reader, ()))
        lines = [(reader.line_num + skipped, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise InvalidArgument(f"{path}, line {reader.line_num + skipped}: {error}") from None
    return Sheet(names, tuple((number, _by_name(names, cells)) for number, cells in lines if any(cells)))


def _by_name(names: tuple[str, ...], cells: list[str]) -> Mapping[str, str] | None:
    """The cells by column; those that a short line lacks are empty."""
    if any(cells[len(names) :]):
        return None
    return dict(zip(names, [*cells, *[""] * len(names)], strict=False))
