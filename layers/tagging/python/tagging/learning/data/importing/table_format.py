"""Recognises by their first bytes files that are no delimited table, and says what to do with them."""

from __future__ import annotations

from pathlib import Path

from tagging.learning.data.rows import DataError

_AS_CSV = "export the sheet as CSV (UTF-8), and give that file"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIPPED = (
    (b"Index/Document.iwa", "a Numbers document", _AS_CSV),
    (b"Index.zip", "a Numbers document", _AS_CSV),
    (b"opendocument.spreadsheet", "an OpenDocument spreadsheet", _AS_CSV),
    (b"xl/", "an Excel workbook", _AS_CSV),
    (b"word/", "a Word document", "put its table into a sheet, and export that as CSV"),
)
"""What the first and last bytes of a zip file hold, which name its members."""
_BINARY = (
    (_OLE, "an old Excel workbook", _AS_CSV),
    (b"PAR1", "a Parquet file", "write it as CSV, with pandas: read_parquet(…).to_csv(…)"),
    (b"ARROW1", "an Arrow file", "write it as CSV"),
    (b"SQLite format 3", "a SQLite database", "export the table as CSV"),
    (b"%PDF", "a PDF", "export the table as CSV from the program that made it"),
    (b"\x1f\x8b", "compressed by gzip", "unpack it first"),
    (b"BZh", "compressed by bzip2", "unpack it first"),
    (b"\xfd7zXZ", "compressed by xz", "unpack it first"),
    (b"{\\rtf", "a text document (RTF)", _AS_CSV),
)
_MARKUP = ("<html", "<!doctype", "<table", "<?xml", "<meta", "<style")
_ENDS = 100_000
"""Bytes looked at on either end of a zip file: its directory stands last."""


def refuse_other_formats(path: Path, data: bytes) -> None:
    """DataError for a workbook, a database, a document, JSON or something packed, whatever the file is called."""
    if found := _other_format(data):
        raise DataError(f"{path} is {found[0]}; {found[1]}")


def is_workbook(path: Path) -> bool:
    """Whether the name is that of a table that cannot be read here, only exported."""
    return path.suffix.lower() in {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".numbers", ".parquet", ".feather"}


def _other_format(data: bytes) -> tuple[str, str] | None:
    if data.startswith(_ZIP):
        names = data[:_ENDS] + data[-_ENDS:]
        return next(
            ((kind, advice) for mark, kind, advice in _ZIPPED if mark in names), ("a zip file", "unpack it first")
        )
    for mark, kind, advice in _BINARY:
        if data.startswith(mark):
            return kind, advice
    start = data[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().decode("utf-8", "replace").lower()
    if start.startswith(_MARKUP):
        return "markup (HTML or XML), whatever its name is", f"open it in a spreadsheet program; {_AS_CSV}"
    if start.startswith(("{", '[{"', "[\n", "[ {")):
        return (
            "JSON",
            'write one object a line, {"id": …, "text": …, "labels": […]}, and give that file to `tagging data`',
        )
    return None
