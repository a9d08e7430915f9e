"""Labelled examples: a text or an image, its positive labels, and those without an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tagging.kinds import EncoderKind
from tagging.learning.numeric import Annotations
from tagging.model import Features


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a data file; `row` is its line (JSON) or its row as a spreadsheet counts, None for all."""

    file: str
    row: int | None
    message: str
    skipped: bool = True
    """Whether the row was skipped; False where it was used, or where the problem is not in one row."""

    def __str__(self) -> str:
        location = self.file if self.row is None else f"{self.file}, row {self.row}"
        return f"{location}: {self.message}"


class DataError(Exception):
    """Data that cannot be read or used; the message has a line for each problem, with file and row."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__("\n".join([message, *listed(problems)]))
        self.problems = tuple(problems)


def listed(problems: Sequence[Problem], most: int = 50) -> list[str]:
    """A line for each distinct problem with all its rows; at most `most` lines, and how many follow."""
    rows: dict[tuple[str, str], list[int]] = {}
    for problem in problems:
        numbers = rows.setdefault((problem.file, problem.message), [])
        numbers += [] if problem.row is None else [problem.row]
    lines = [f"{file}{_format_rows(numbers)}: {message}" for (file, message), numbers in rows.items()]
    return lines if len(lines) <= most else [*lines[:most], f"and {len(lines) - most} more"]


def _format_rows(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    first = ", ".join(str(number) for number in numbers[:8])
    more = f" … ({len(numbers)} rows)" if len(numbers) > 8 else ""
    return f", row{'s' if len(numbers) > 1 else ''} {first}{more}"


@dataclass(frozen=True)
class ImageFile:
    """A row's image file; its bytes are read when they are needed."""

    path: Path
    sha256: str
    """Of its bytes, in hexadecimal."""


@dataclass(frozen=True)
class Served:
    """What is known of a row that is an item as a stage tagged it, not an utterance that somebody collected."""

    features: Features | None = None
    """As the feature log kept them; the row's text is then only good for comparing it with others."""
    inclusion: float | None = None
    """The probability with which the item was drawn for an answer; None where it was not drawn at random."""


@dataclass(frozen=True)
class Example:
    """A text or an image, with its labels. A label in neither set does not hold."""

    id: str
    text: str
    """"" where the row is about an image."""
    labels: frozenset[str]
    unknown: frozenset[str] = frozenset()
    group: str | None = None
    """Rows of one group (a sender, a conversation) are never split between training and test."""
    split: str | None = None
    """The split by the authors of the data: train, test, fold7."""
    source: str | None = None
    """Where the row and its labels come from."""
    annotator: str | None = None
    time: str | None = None
    """When the item arrived or was labelled, by the data."""
    extra: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Further columns, to slice metrics by."""
    image: ImageFile | None = None
    served: Served | None = field(default=None, hash=False, compare=False)

    @property
    def features(self) -> Features | None:
        """The features that a feature log kept of it."""
        return None if self.served is None else self.served.features

    @property
    def is_image(self) -> bool:
        """Whether the row is about an image."""
        return self.image is not None or (self.features is not None and not self.features.pieces)


def kind_of(rows: Sequence[Example]) -> EncoderKind:
    """The kind of these rows; a bundle is for one kind. Raises DataError where there are both."""
    images = sum(row.is_image for row in rows)
    if 0 < images < len(rows):
        raise DataError(
            f"{images} rows are images and {len(rows) - images} are texts: a bundle is for one kind; "
            "write a file of each"
        )
    return "image" if images else "text"


def annotations_of(rows: Sequence[Example], labels: Sequence[str]) -> Annotations:
    """The rows' annotations for these labels, in this order."""
    column_of = {label: column for column, label in enumerate(labels)}
    positive = np.zeros((len(rows), len(labels)), dtype=bool)
    unknown = np.zeros_like(positive)
    for number, row in enumerate(rows):
        positive[number, [column_of[label] for label in row.labels if label in column_of]] = True
        unknown[number, [column_of[label] for label in row.unknown if label in column_of]] = True
    return Annotations(positive, ~unknown | positive)
