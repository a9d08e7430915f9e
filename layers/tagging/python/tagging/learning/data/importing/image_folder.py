"""Rows from a folder of images with a table of their labels, `labels.csv`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from tagging.learning.data.images import read_image
from tagging.learning.data.importing.image_sources import map_to_our_labels
from tagging.learning.data.importing.imported import Imported
from tagging.learning.data.importing.table_rows import TableForm, read_table_rows
from tagging.learning.data.row_format import RowError
from tagging.learning.data.rows import DataError, ImageFile
from tagging.quarantine import Quarantined

TABLE = "labels.csv"
TAGS = "tags"
"""The column that the open sets of images have instead of `labels`."""


def read_image_folder(folder: Path) -> Imported:
    """Read `folder/labels.csv`: `file`, from the folder, and `labels` joined by `|`. Raises DataError.

    `id`, `unknown` (joined likewise, or `*`), `group`, `split`, `source`, `annotator` and `time` are understood, and
    further columns are kept; a label in neither is negative. The table of the open
    sets of images, with the columns source, file, split, tags and group, is mapped to our labels (`image_sources`).
    """
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder; write one that holds images and {TABLE}")
    path = folder / TABLE
    open_sets = _has_tags(path)
    form = TableForm(partial(_image, folder), "file", TAGS if open_sets else "labels", prescribed=True)
    imported = read_table_rows(path, form)
    return map_to_our_labels(imported) if open_sets else imported


def _has_tags(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            return TAGS in [name.strip().lower() for name in next(csv.reader(file), [])]
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None


def _image(folder: Path, content: Mapping[str, str]) -> ImageFile:
    name = content.get("file", "").strip()
    if not name:
        raise RowError("names no file")
    try:
        return read_image(folder / name, (folder / name).read_bytes())
    except (OSError, ValueError):
        raise RowError("its image cannot be read; write its path from the folder of the table") from None
    except Quarantined as error:
        raise RowError(f"its image cannot be tagged: {error}") from None
