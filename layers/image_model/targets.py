"""What each image is asked while the encoder is trained, and what is known of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.image_model.image_deal import LabelledImage

KINDS = {"clothing": "garment", "grocery": "grocery", "screenshots": "screenshot"}
"""Source -> kind; every other source is `other`, and so is what is no screenshot among the screenshots."""
UNSURE = 0.1
"""Weight of an absent tag where people tagged only what they chose to mention."""
SHORTCUT = 0.1
"""Weight of `kind`: sources are told apart too easily, and by what a photo of a customer's does not have."""
OFTEN = 5
"""A tag with fewer images to train on is left out."""


@dataclass(frozen=True)
class Targets:
    """Columns are the tags of all sources, each as source/tag, and then the kinds."""

    columns: tuple[str, ...]
    holds: NDArray[np.float32]
    """[images, columns], 0 or 1."""
    weight: NDArray[np.float32]
    """[images, columns]; 0 where nobody asked."""


def kind_of(image: LabelledImage) -> str:
    kind = KINDS.get(image.source, "other")
    return "other" if kind == "screenshot" and "screenshot" not in image.tags else kind


def targets_of(images: Sequence[LabelledImage]) -> Targets:
    """Targets over the tags that these images have."""
    told: dict[str, int] = {}
    for image in images:
        for tag in image.tags:
            told[f"{image.source}/{tag}"] = told.get(f"{image.source}/{tag}", 0) + 1
    whole = {f"{source}/{tag}" for source, tag in (("clothing", "clothing"), ("screenshots", "screenshot"))}
    tags = sorted(tag for tag, often in told.items() if often >= OFTEN and tag not in whole)
    kinds = sorted({f"kind/{kind_of(image)}" for image in images})
    columns = tuple(tags + (kinds if len(kinds) > 1 else []))
    holds = np.zeros((len(images), len(columns)), dtype=np.float32)
    weight = np.zeros_like(holds)
    for row, image in enumerate(images):
        for column, name in enumerate(columns):
            source, tag = name.split("/", 1)
            if source == "kind":
                holds[row, column], weight[row, column] = tag == kind_of(image), SHORTCUT
            elif source == image.source:
                holds[row, column] = tag in image.tags
                unsure = (source == "screenshots" or tag == "kids") and tag not in image.tags
                weight[row, column] = UNSURE if unsure else 1
    return Targets(columns, holds, weight)
