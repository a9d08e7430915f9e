"""Which image is trained on, which thresholds are tuned on, and which only the final figures see."""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Part = Literal["train", "calibration", "val"]
HELD_OUT = 6
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


def deal(images: Iterable[LabelledImage]) -> Mapping[str, Part]:
    """file -> part. `val` is the sets' own validation; of the rest, about one image in six is calibration.

    Groups stay whole (senders, folders; an image without one is its own group). Groups with the same tags are dealt
    out together, in the order of a hash, so that combinations of tags that occur often are in both parts.
    """
    groups: dict[tuple[str, str], list[LabelledImage]] = defaultdict(list)
    parts: dict[str, Part] = {}
    for image in images:
        if image.val:
            parts[image.file] = "val"
        else:
            groups[image.source, image.group or image.file].append(image)
    alike: dict[tuple[str, str], list[list[LabelledImage]]] = defaultdict(list)
    for (source, _), members in groups.items():
        tags = "" if members[0].group else "|".join(sorted(members[0].tags))
        alike[source, tags].append(members)
    for kind, dealt in alike.items():
        # Combinations that are rarer than one in six start somewhere in the round, so that some of them fall out too.
        seen, held = int(digest("/".join(kind)), 16) % HELD_OUT, 0
        for members in sorted(dealt, key=lambda members: digest(members[0].group or members[0].file)):
            seen += len(members)
            part: Part = "calibration" if held < seen // HELD_OUT else "train"
            held += len(members) if part == "calibration" else 0
            parts.update((image.file, part) for image in members)
    return parts


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
