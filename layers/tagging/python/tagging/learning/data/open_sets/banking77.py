"""The BANKING77 data set (Casanueva et al. 2020): short banking questions, one intent each."""

from __future__ import annotations

import csv
from pathlib import Path

from tagging.learning.data.open_sets.source_row import SourceRow
from tagging.learning.data.rows import DataError

SPLITS = ("train", "test")


def read_banking77(folder: Path) -> tuple[SourceRow, ...]:
    """Read `train.csv` and `test.csv` from the folder, or from `banking77/` in it. Raises DataError."""
    if not (folder / "train.csv").exists():
        folder = folder / "banking77"
    return tuple(row for split in SPLITS for row in _rows(folder / f"{split}.csv", split))


def _rows(path: Path, split: str) -> list[SourceRow]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file, strict=True))
    except FileNotFoundError:
        raise DataError(f"{path} is missing") from None
    except (UnicodeDecodeError, csv.Error):
        raise DataError(f"{path} is not CSV in UTF-8") from None
    if not lines or lines[0][:1] != ["text"]:
        raise DataError(f"{path}: its first line does not name the columns, text first")
    for number, line in enumerate(lines[1:], start=1):
        if len(line) != 2 or not all(line):
            raise DataError(f"{path}: row {number} is not a text and its intent")
    return [
        SourceRow(f"banking77-{split}-{number}", "banking77", text.strip(), (intent,), split)
        for number, (text, intent) in enumerate(lines[1:], start=1)
    ]
