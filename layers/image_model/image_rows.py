"""The rows that the default image bundle learns from, is tuned on and is measured with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from layers.image_model.image_deal import deal, read_images
from tagging.learning.data import IMPORTERS, Row, fit_row
from tagging.taxonomy import Taxonomy

HERE = Path(__file__).parent
VAL = "val"


def image_rows(data: Path, taxonomy: Taxonomy) -> list[Row]:
    """All rows of `images/` beneath `data`, with the split that the encoder's recipe deals: train, calibration or val.

    Raises DataError, and RowError where the taxonomy lacks a label of theirs.
    """
    parts = deal(read_images(data))
    found = IMPORTERS["images"](data / "images")
    return [fit_row(replace(row, split=parts[row.id]), taxonomy) for row in found.rows]


def learned_from(rows: list[Row], without: str | None = None) -> list[Row]:
    """All but `val`, and but one source if one is left out."""
    return [row for row in rows if row.split != VAL and row.source != without]
