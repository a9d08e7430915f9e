"""Splits the images: to train on, to tune thresholds on (calibration), and to evaluate on (val)."""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Split = Literal["train", "calibration", "val"]
CALIBRATION_EVERY = 6
"""One image in this many is calibration: 17 % of a source."""


@dataclass(frozen=True)
class LabelledImage:
    """One row of labels.csv."""

    file: str
    """Its path beneath the folder of the images; the first folder is its source."""
    source: str
    val: bool
    tags: frozenset[str]
    group: str
    """The sender of clothing, the folder of screenshots; elsewhere empty."""


def read_images(data: Path) -> list[LabelledImage]:
    """The rows of `images/labels.csv` beneath `data`, in their order."""
    with (data / "images/labels.csv").open(encoding="utf-8", newline="") as opened:
        return [
            LabelledImage(
                file=row["file"],
                source=row["source"],
                val=row["split"] == "val",
                tags=frozenset(row["tags"].split("|")) - {""},
                group=row["group"],
            )
            for row in csv.DictReader(opened)
        ]


def split_images(images: Iterable[LabelledImage]) -> Mapping[str, Split]:
    """file -> split. `val` is the sets' own validation; of the rest, about one image in six is calibration.

    A group (sender, folder; else the image itself) is in one split. Groups with the same tags are split together, in
    the order of a hash, so that frequent combinations of tags are in both splits.
    """
    groups: dict[tuple[str, str], list[LabelledImage]] = defaultdict(list)
    splits: dict[str, Split] = {}
    for image in images:
        if image.val:
            splits[image.file] = "val"
        else:
            groups[image.source, image.group or image.file].append(image)
    alike: dict[tuple[str, str], list[list[LabelledImage]]] = defaultdict(list)
    for (source, _), members in groups.items():
        tags = "" if members[0].group else "|".join(sorted(members[0].tags))
        alike[source, tags].append(members)
    for kind, similar in alike.items():
        # The count starts at a hash, so that some combinations with fewer than six groups are in calibration too.
        seen, held = int(digest("/".join(kind)), 16) % CALIBRATION_EVERY, 0
        for members in sorted(similar, key=lambda members: digest(members[0].group or members[0].file)):
            seen += len(members)
            split: Split = "calibration" if held < seen // CALIBRATION_EVERY else "train"
            held += len(members) if split == "calibration" else 0
            splits.update((image.file, split) for image in members)
    return splits


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
