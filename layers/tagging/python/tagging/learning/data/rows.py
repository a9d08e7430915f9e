"""Examples to learn from: a text or an image, the labels that hold, and those of which nobody knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from tagging.learning.numeric import Answers


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a data file; `row` is its line (JSON) or its row as a spreadsheet counts, None for all."""

    file: str
    row: int | None
    message: str
    skipped: bool = True
    """The row was left out; False where it was read after all, or where no single row is meant."""

    def __str__(self) -> str:
        place = self.file if self.row is None else f"{self.file}, row {self.row}"
        return f"{place}: {self.message}"


class DataError(Exception):
    """The data is not there or not what it should be; the message names each file, row and mistake, a line each."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__("\n".join([message, *listed(problems)]))
        self.problems = tuple(problems)


def listed(problems: Sequence[Problem], most: int = 50) -> list[str]:
    """A line for each thing that is wrong, with all rows that have it; the first `most` lines, and how many follow."""
    rows: dict[tuple[str, str], list[int]] = {}
    for problem in problems:
        found = rows.setdefault((problem.file, problem.message), [])
        found += [] if problem.row is None else [problem.row]
    lines = [f"{file}{_rows_told(numbers)}: {message}" for (file, message), numbers in rows.items()]
    return lines if len(lines) <= most else [*lines[:most], f"and {len(lines) - most} more"]


def _rows_told(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    first = ", ".join(str(number) for number in numbers[:8])
    more = f" … ({len(numbers)} rows)" if len(numbers) > 8 else ""
    return f", row{'s' if len(numbers) > 1 else ''} {first}{more}"


@dataclass(frozen=True)
class ImageFile:
    """An image file that a row is about; its bytes are read when they are needed."""

    path: Path
    sha256: str
    """Of its bytes, in hexadecimal."""


@dataclass(frozen=True)
class Row:
    """One example. A label in neither set does not hold."""

    id: str
    text: str
    """"" where the row is about an image."""
    labels: frozenset[str]
    unknown: frozenset[str] = frozenset()
    group: str | None = None
    """Rows of one group (a sender, a conversation) are never parted between training and test."""
    split: str | None = None
    """The part of the data that its authors put the row in: train, test, fold7."""
    source: str | None = None
    """Where the row and its labels come from."""
    annotator: str | None = None
    time: str | None = None
    """When the item arrived or was labelled, as the data says it."""
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Any further columns, to slice figures by."""
    image: ImageFile | None = None


def kind_of(rows: Sequence[Row]) -> Literal["text", "image"]:
    """What these rows are about; a bundle hears one kind. Raises DataError where they are of both."""
    images = sum(row.image is not None for row in rows)
    if 0 < images < len(rows):
        raise DataError(
            f"{images} rows are images and {len(rows) - images} are texts: a bundle is for one kind; "
            "write a file of each"
        )
    return "image" if images else "text"


def answers_of(rows: Sequence[Row], labels: Sequence[str]) -> Answers:
    """The rows' answers for these labels, in this order."""
    place = {label: column for column, label in enumerate(labels)}
    yes = np.zeros((len(rows), len(labels)), dtype=bool)
    unknown = np.zeros_like(yes)
    for number, row in enumerate(rows):
        yes[number, [place[label] for label in row.labels if label in place]] = True
        unknown[number, [place[label] for label in row.unknown if label in place]] = True
    return Answers(yes, ~unknown | yes)
