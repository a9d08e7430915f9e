"""The GoEmotions data set (Demszky et al. 2020): comments from Reddit with the emotions in them."""

from __future__ import annotations

from pathlib import Path

from tagging.learning.data.open_sets.source_row import SourceRow
from tagging.learning.data.rows import DataError

GOEMOTIONS_SPLITS = ("train", "dev", "test")


def read_goemotions(folder: Path) -> tuple[SourceRow, ...]:
    """Read `labels.txt` and the three splits from the folder, or from `goemotions/` in it. Raises DataError."""
    if not (folder / "labels.txt").exists():
        folder = folder / "goemotions"
    names = tuple(line.strip() for line in _lines(folder / "labels.txt"))
    return tuple(row for split in GOEMOTIONS_SPLITS for row in _rows(folder / f"{split}.tsv", split, names))


def _rows(path: Path, split: str, names: tuple[str, ...]) -> list[SourceRow]:
    rows = []
    for number, line in enumerate(_lines(path)):
        text, found, comment = ([*line.split("\t"), "", "", ""])[:3]
        places = found.split(",")
        if not (text and comment and all(place.isdigit() and int(place) < len(names) for place in places)):
            raise DataError(f"{path}: row {number} is not a text, places in labels.txt, and a comment's id")
        labels = tuple(names[int(place)] for place in places)
        rows.append(SourceRow(f"goemotions-{split}-{number}", "goemotions", text, labels, split))
    return rows


def _lines(path: Path) -> list[str]:
    try:
        # Not splitlines(): comments hold other separators that it takes for the end of a line.
        return [line for line in path.read_text(encoding="utf-8").split("\n") if line]
    except FileNotFoundError:
        raise DataError(f"{path} is missing") from None
    except UnicodeDecodeError:
        raise DataError(f"{path} is not UTF-8") from None
