"""How the rows of a table are written: delimiter, quotes, escapes, and what stands before the names of the columns."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 50
"""Lines from which the delimiter is chosen."""
Lines = Sequence[tuple[bytes, str]]
"""Each line as its bytes and as text, with its line end."""


@dataclass(frozen=True)
class Dialect:
    """How the cells of a row are written."""

    delimiter: str
    quote: str = '"'
    escape: str | None = None
    """Before a quote that does not end its cell; None where such a quote is doubled."""

    def rows(self, lines: Iterable[str], *, strict: bool = False) -> Iterator[list[str]]:
        """The cells of each row. Raises csv.Error where a field is too long, and for stray quotes if `strict`."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar=self.escape,
            doublequote=self.escape is None,
            skipinitialspace=True,
            strict=strict,
        )


def split_preamble(lines: Lines) -> tuple[Lines, str | None]:
    """What stands before the names of the columns, and the delimiter that a line `sep=` of Excel names."""
    delimiter = None
    count = 0
    for _, line in lines:
        text = line.strip(" \r\n\ufeff")
        if delimiter is None and text.strip('"')[:4].lower() == "sep=" and len(text.strip('"')) == 5:
            delimiter = text.strip('"')[4]
        elif text.strip():
            break
        count += 1
    return lines[:count], delimiter


def find_dialect(lines: Lines, delimiter: str | None) -> Dialect:
    """The dialect with which the first rows have most cells in common with the header, and fewest broken rows."""
    sample = [text for _, text in lines[:_SAMPLE]]
    quote = "'" if sample[0].lstrip().startswith("'") else '"'
    if delimiter is None:
        delimiter = max(DELIMITERS, key=lambda sign: _agreement(sample, Dialect(sign, quote)))
    dialect = Dialect(delimiter, quote)
    escaped = replace(dialect, escape="\\")
    if any(f"\\{quote}" in text for text in sample) and _agreement(sample, escaped) > _agreement(sample, dialect):
        return escaped
    return dialect


def _agreement(sample: Sequence[str], dialect: Dialect) -> tuple[bool, int, int]:
    """Whether there is a second column; how many rows are as wide as the header; the width."""
    try:
        widths = [len(cells) for cells in dialect.rows(sample) if cells]
    except csv.Error:
        return False, 0, 0
    return widths[0] > 1, sum(width == widths[0] for width in widths), widths[0]


def is_broken(dialect: Dialect, lines: Sequence[str]) -> bool:
    """Whether a quote is opened in the first of these lines and not closed as a cell ends: it ate the lines below."""
    if dialect.quote not in lines[0] or (len(lines) == 1 and not odd_quotes(dialect, lines[0])):
        return False
    try:
        next(dialect.rows(lines, strict=True), [])
    except csv.Error:
        return True
    return False


def odd_quotes(dialect: Dialect, line: str) -> bool:
    """Whether a quote of this line has no partner on it."""
    return line.count(dialect.quote) % 2 == 1
