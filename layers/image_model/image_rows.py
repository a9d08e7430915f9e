"""The rows on which the default image bundle is trained, tuned and evaluated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from layers.image_model.image_splits import read_images, split_images
from tagging.learning.data import IMPORTERS, Example, fit_row
from tagging.taxonomy import Taxonomy

HERE = Path(__file__).parent
VAL = "val"


def image_rows(data: Path, taxonomy: Taxonomy) -> list[Example]:
    """All rows of `images/` beneath `data`, with the split of the encoder's recipe: train, calibration or val.

    Raises DataError, and RowError where the taxonomy lacks one of their labels.
    """
    parts = split_images(read_images(data))
    imported = IMPORTERS["images"](data / "images")
    return [fit_row(replace(row, split=parts[row.id]), taxonomy) for row in imported.rows]


def training_rows(rows: list[Example], without: str | None = None) -> list[Example]:
    """All rows but those of `val` and of the source `without`."""
    return [row for row in rows if row.split != VAL and row.source != without]
