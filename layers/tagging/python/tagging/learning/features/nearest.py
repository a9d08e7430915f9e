"""The training rows most similar to a sentence: examples beside an explanation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagging.learning.data import Example
from tagging.learning.features.features import encode_all
from tagging.model import TextEncoder


@dataclass(frozen=True)
class Neighbour:
    """A row and its similarity: the cosine of both texts' features."""

    id: str
    text: str
    likeness: float


class Neighbours:
    """Rows of a data set by their features."""

    def __init__(self, encoder: TextEncoder, version: str, rows: Sequence[Example], cache: Path | None = None) -> None:
        """Encode all rows, or take them from a cache folder (see `features.encode_all`)."""
        self._encoder, self._rows = encoder, tuple(rows)
        self._features = _normalised(encode_all(encoder, [row.text for row in rows], cache, version).dense)

    def nearest(self, label: str, text: str, most: int = 3) -> tuple[Neighbour, ...]:
        """The rows that hold the label, most similar first."""
        holding = np.array([place for place, row in enumerate(self._rows) if label in row.labels], dtype=np.int64)
        if not len(holding):
            return ()
        likeness = self._features[holding] @ _normalised(self._encoder.encode(text).features[None])[0]
        order = np.argsort(-likeness, kind="stable")[:most]
        chosen = ((self._rows[holding[at]], float(likeness[at])) for at in order)
        return tuple(Neighbour(row.id, row.text, round(like, 4)) for row, like in chosen)


def _normalised(features: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    result: NDArray[np.float32] = features / np.maximum(lengths, 1e-12)
    return result
