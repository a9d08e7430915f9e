"""Cosine similarity of vectors to their nearest neighbours, after what all have in common is taken away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tagging.learning.numeric.arrays import Floats, Floats32, Ints

AT_ONCE = 1000
"""Vectors that are compared with all others at a time: this bounds the memory."""


@dataclass(frozen=True)
class Neighbourhood:
    """Vectors of length 1 without their mean."""

    mean: Floats32
    unit: Floats32
    """[vectors, dimension]."""
    item_of: Ints
    """The item of each vector [vectors]."""

    def nearest(self, vectors: Floats32, count: int, items: Ints | None = None) -> tuple[Floats, Ints]:
        """The mean cosine of each vector's nearest `count` neighbours, and the item of the nearest [vectors].

        With `items`, neighbours of the vector's own item do not count.
        """
        similarity, item = np.empty(len(vectors)), np.empty(len(vectors), dtype=np.int64)
        for start in range(0, len(vectors), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            cosines = self.centred(vectors[part]) @ self.unit.T
            if items is not None:
                cosines[items[part, None] == self.item_of] = -1
            item[part] = self.item_of[cosines.argmax(axis=1)]
            most = min(count, cosines.shape[1])
            similarity[part] = np.partition(cosines, -most, axis=1)[:, -most:].mean(axis=1)
        return similarity, item

    def centred(self, vectors: Floats32) -> Floats32:
        """The vectors without the mean, of length 1."""
        return _unit(vectors - self.mean)


def neighbourhood(vectors: Floats32, item_of: Ints) -> Neighbourhood:
    """The neighbourhood that these vectors [vectors, dimension] are."""
    mean: Floats32 = vectors.mean(axis=0)
    return Neighbourhood(mean, _unit(vectors - mean), item_of)


def _unit(vectors: Floats32) -> Floats32:
    result: Floats32 = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-9))
    return result
