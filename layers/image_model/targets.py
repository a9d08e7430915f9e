"""Targets of the encoder's training: the columns, their annotations and the weights of the loss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.image_model.image_splits import LabelledImage

KINDS = {"clothing": "garment", "grocery": "grocery", "screenshots": "screenshot"}
"""Source -> kind; every other source is `other`, and so are images among the screenshots that are none."""
UNSURE = 0.1
"""Weight of an absent tag where annotators did not tag exhaustively."""
SHORTCUT = 0.1
"""Weight of `kind`: sources differ by traits that customers' photos do not have."""
FEWEST = 5
"""Images that a tag needs to become a column."""


@dataclass(frozen=True)
class Targets:
    """Columns are the tags of all sources, each as source/tag, and then the kinds."""

    columns: tuple[str, ...]
    positive: NDArray[np.float32]
    """[images, columns], 0 or 1."""
    weight: NDArray[np.float32]
    """[images, columns]; 0 where there is no answer."""


def kind_of(image: LabelledImage) -> str:
    kind = KINDS.get(image.source, "other")
    return "other" if kind == "screenshot" and "screenshot" not in image.tags else kind


def targets_of(images: Sequence[LabelledImage]) -> Targets:
    """Targets over the tags of these images."""
    counts: Counter[str] = Counter()
    for image in images:
        for tag in image.tags:
            counts[f"{image.source}/{tag}"] += 1
    source_tags = {f"{source}/{tag}" for source, tag in (("clothing", "clothing"), ("screenshots", "screenshot"))}
    tags = sorted(tag for tag, count in counts.items() if count >= FEWEST and tag not in source_tags)
    kinds = sorted({f"kind/{kind_of(image)}" for image in images})
    columns = tuple(tags + (kinds if len(kinds) > 1 else []))
    positive = np.zeros((len(images), len(columns)), dtype=np.float32)
    weight = np.zeros_like(positive)
    for row, image in enumerate(images):
        for column, name in enumerate(columns):
            source, tag = name.split("/", 1)
            if source == "kind":
                positive[row, column], weight[row, column] = tag == kind_of(image), SHORTCUT
            elif source == image.source:
                positive[row, column] = tag in image.tags
                unsure = (source == "screenshots" or tag == "kids") and tag not in image.tags
                weight[row, column] = UNSURE if unsure else 1
    return Targets(columns, positive, weight)
