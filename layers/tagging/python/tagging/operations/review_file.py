"""Files of reviews that people fill in: CSV or JSON lines, without the labels that an item was given."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from msgspec import Struct

from tagging.operations.errors import InvalidArgument
from tagging.operations.sheet import read_sheet, read_text
from tagging.validation import InvalidDocument, from_json

COLUMNS: Final = ("id", "link", "kind", "purpose", "asked", "labels", "note")
NO_LABEL, CANNOT_TELL = "none", "?"
"""What stands in `labels` of a CSV where no label holds, and where the person cannot tell."""
SUFFIXES: Final = (".csv", ".jsonl")


@dataclass(frozen=True)
class ReviewLine:
    """One review as a line of a file."""

    id: str
    asked: tuple[str, ...]
    """The labels that are asked about."""
    labels: tuple[str, ...] | None = None
    """Those that hold; None: not answered, or the person cannot tell."""
    cannot_tell: bool = False
    note: str = ""
    link: str = ""
    """Of the object; only written."""
    kind: str = ""
    purpose: str = ""

    @property
    def answered(self) -> bool:
        """Whether somebody filled it in."""
        return self.cannot_tell or self.labels is not None


@dataclass(frozen=True)
class BadLine:
    """A line that is no answer, and why, in one sentence."""

    number: int
    why: str


def check_suffix(path: Path) -> None:
    """Raise InvalidArgument for a file that is neither CSV nor JSON lines by its name."""
    if path.suffix.lower() not in SUFFIXES:
        raise InvalidArgument(f"{path} ends in neither {' nor '.join(SUFFIXES)}")


def check_new(path: Path, *, overwrite: bool) -> None:
    """Raise InvalidArgument for another suffix, and for a file that exists: people may have filled it in."""
    check_suffix(path)
    if path.exists() and not overwrite:
        raise InvalidArgument(f"{path} exists: name another file, or replace it, with its answers, by --overwrite")


def write_reviews(path: Path, lines: Iterable[ReviewLine], *, overwrite: bool = False) -> int:
    """Write reviews to fill in; how many. InvalidArgument where the file cannot be written, or exists."""
    check_new(path, overwrite=overwrite)
    kept = list(lines)
    text = _as_csv(kept) if path.suffix.lower() == ".csv" else _as_json_lines(kept)
    try:
        with path.open("w" if overwrite else "x", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        raise InvalidArgument(f"{path}: {error.strerror}") from None
    return len(kept)


def read_reviews(path: Path) -> Iterator[tuple[int, ReviewLine] | BadLine]:
    """The lines of a file that was filled in, with their numbers. InvalidArgument where it cannot be read."""
    check_suffix(path)
    return _of_csv(path) if path.suffix.lower() == ".csv" else _of_json_lines(read_text(path))


def _as_csv(lines: Iterable[ReviewLine]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for each in lines:
        writer.writerow((each.id, _safe(each.link), each.kind, each.purpose, " ".join(each.asked), "", ""))
    return stream.getvalue()


def _safe(text: str) -> str:
    """A cell that no program takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _as_json_lines(lines: Iterable[ReviewLine]) -> str:
    return "".join(
        json.dumps(
            {
                "id": each.id,
                "link": each.link,
                "kind": each.kind,
                "purpose": each.purpose,
                "asked": each.asked,
                "labels": None,
                "cannot_tell": False,
                "note": "",
            },
            ensure_ascii=False,
        )
        .encode("utf-8", "backslashreplace")
        .decode()
        + "\n"
        for each in lines
    )


def _of_csv(path: Path) -> Iterator[tuple[int, ReviewLine] | BadLine]:
    sheet = read_sheet(path)
    if missing := [name for name in ("id", "asked", "labels") if name not in sheet.names]:
        raise InvalidArgument(f"{path} has no column {missing[0]}: fill in what `tagging review export` wrote")
    for number, cells in sheet.lines:
        if cells is None:
            yield BadLine(number, "it has more cells than columns")
        else:
            yield _checked(number, _of_cells(cells))


def _of_cells(cells: Mapping[str, str]) -> ReviewLine:
    asked, words = tuple(_words(cells["asked"])), _words(cells["labels"])
    cannot_tell = words == [CANNOT_TELL]
    nothing = words == [NO_LABEL] and NO_LABEL not in asked
    labels = () if nothing else tuple(words) if words and not cannot_tell else None
    return ReviewLine(cells["id"], asked, labels, cannot_tell, cells.get("note", ""))


def _words(text: str) -> list[str]:
    return text.replace(",", " ").replace(";", " ").replace("|", " ").split()


class _Document(Struct, frozen=True):
    """A line of JSON that was filled in; what it is about is in the queue."""

    id: str
    asked: tuple[str, ...] = ()
    labels: tuple[str, ...] | None = None
    cannot_tell: bool = False
    note: str = ""


def _of_json_lines(text: str) -> Iterator[tuple[int, ReviewLine] | BadLine]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            each = from_json(line.encode(), _Document)
        except InvalidDocument as error:
            yield BadLine(number, f"it does not match what `tagging review export` wrote: {error}")
            continue
        yield _checked(number, ReviewLine(each.id, each.asked, each.labels, each.cannot_tell, each.note))


def _checked(number: int, line: ReviewLine) -> tuple[int, ReviewLine] | BadLine:
    """The line, or what is half filled about it."""
    labels: Collection[str] = line.labels or ()
    if not line.id:
        return BadLine(number, "it has no id")
    if not line.answered and line.note:
        return BadLine(number, "it is half filled: there is a note and no answer; write none where no label holds")
    if line.cannot_tell and line.labels is not None:
        return BadLine(number, "it is half filled: labels hold, and the person cannot tell")
    if line.answered and not line.asked:
        return BadLine(number, "it is half filled: `asked` is empty, so nobody knows which labels were looked at")
    for mark in (NO_LABEL, CANNOT_TELL):
        if mark in labels and mark not in line.asked:
            return BadLine(number, f"it is half filled: {mark} stands beside labels")
    return number, line
