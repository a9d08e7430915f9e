"""Images and rows that the taxonomy of `image_bundle` fits: enough of each label to learn it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.image_bundle import image

STEPS = (-45, -30, 30, 45)


def labels_of(kind: str, above: int, left: int) -> list[str]:
    """What holds of `image(kind, above=above, left=left)`."""
    if kind == "garment":
        return ["garment"] + ["light_top"] * (above > 0) + ["light_left"] * (left > 0)
    if kind == "grocery":
        return ["grocery"] + ["ripe"] * (above < 0) + ["sugary"] * (above < 0 and left < 0)
    return ["other"]


def write_images(folder: Path) -> list[dict[str, Any]]:
    """48 small images in `folder`, and a row for each, its path from there."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for kind in ("garment", "grocery", "other"):
        for above in STEPS:
            for left in STEPS:
                name = f"{kind}{above}{left}.png"
                (folder / name).write_bytes(image(kind, above=above, left=left))
                rows.append({"id": name, "path": name, "labels": labels_of(kind, above, left), "source": kind})
    return rows


def write_rows_file(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """The data set file of these rows."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def with_splits(rows: Sequence[dict[str, Any]], *splits: str) -> Iterator[dict[str, Any]]:
    """The rows, dealt in turn."""
    for number, row in enumerate(rows):
        yield row | {"split": splits[number % len(splits)]}
