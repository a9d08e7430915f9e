"""What each picture is asked while the encoder is trained, and what is known of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.image_model.picture_deal import Picture

KINDS = {"clothing": "garment", "grocery": "grocery", "screenshots": "screenshot"}
"""Source -> kind; every other source is `other`, and so is what is no screenshot among the screenshots."""
UNSURE = 0.1
"""Weight of an absent tag where people tagged only what they chose to mention."""
SHORTCUT = 0.1
"""Weight of `kind`: sources are told apart too easily, and by what a photo of a customer's does not have."""
OFTEN = 5
"""A tag with fewer pictures to train on is left out."""


@dataclass(frozen=True)
class Targets:
    """Columns are the tags of all sources, each as source/tag, and then the kinds."""

    columns: tuple[str, ...]
    holds: NDArray[np.float32]
    """[pictures, columns], 0 or 1."""
    weight: NDArray[np.float32]
    """[pictures, columns]; 0 where nobody asked."""


def kind_of(picture: Picture) -> str:
    kind = KINDS.get(picture.source, "other")
    return "other" if kind == "screenshot" and "screenshot" not in picture.tags else kind


def targets_of(pictures: Sequence[Picture]) -> Targets:
    """Targets over the tags that these pictures have."""
    told: dict[str, int] = {}
    for picture in pictures:
        for tag in picture.tags:
            told[f"{picture.source}/{tag}"] = told.get(f"{picture.source}/{tag}", 0) + 1
    whole = {f"{source}/{tag}" for source, tag in (("clothing", "clothing"), ("screenshots", "screenshot"))}
    tags = sorted(tag for tag, often in told.items() if often >= OFTEN and tag not in whole)
    kinds = sorted({f"kind/{kind_of(picture)}" for picture in pictures})
    columns = tuple(tags + (kinds if len(kinds) > 1 else []))
    holds = np.zeros((len(pictures), len(columns)), dtype=np.float32)
    weight = np.zeros_like(holds)
    for row, picture in enumerate(pictures):
        for column, name in enumerate(columns):
            source, tag = name.split("/", 1)
            if source == "kind":
                holds[row, column], weight[row, column] = tag == kind_of(picture), SHORTCUT
            elif source == picture.source:
                holds[row, column] = tag in picture.tags
                unsure = (source == "screenshots" or tag == "kids") and tag not in picture.tags
                weight[row, column] = UNSURE if unsure else 1
    return Targets(columns, holds, weight)
