"""The reference of a bundle: vectors of training sentences or images, to tell items that are unlike all of them."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

Floats32 = NDArray[np.float32]
NEAREST = 3
"""Neighbours whose cosines are averaged."""
_BLOCK = 128
"""Rows whose neighbours are looked for at once: what they need stays in the processor's cache."""


class Reference(Struct, frozen=True):
    """Vectors of the training data, of sentences or images, without their mean, of length 1."""

    mean: Floats32
    """[dimension]."""
    vectors: Floats32
    """[vectors, dimension]."""
    cut: float
    """The distance from which an item is unlike the training data: 5 % of held-out rows are farther away."""
    penalty: float = 0.0
    """What the logits of a sentence lose for each unit of its distance beyond the cut."""
    outside: int = 0
    """The last so many vectors are of texts outside the training data."""
    contrast: float = 0.0
    """What similarity to those adds to the distance."""

    def distances(self, features: Floats32) -> Floats32:
        """The distance of each sentence [sentences, dimension]; an image is one row.

        To the bit the same whatever rows are beside it. Matrix products are not: their last bits depend on the number
        of rows. They only choose the vectors whose cosines are then summed row by row.
        """
        if len(features) > _BLOCK:
            blocks = (features[start : start + _BLOCK] for start in range(0, len(features), _BLOCK))
            return np.concatenate([self.distances(block) for block in blocks])
        rows = unit_vectors(features - self.mean)
        inside = len(self.vectors) - self.outside
        distances: Floats32 = 1 - _nearest(rows, self.vectors[:inside])
        if self.outside:
            distances += np.float32(self.contrast) * _nearest(rows, self.vectors[inside:])
        return distances

    def distances_from(self, cosines: Floats32) -> Floats32:
        """1 minus the mean cosine of the nearest vectors, plus `contrast` times that of the nearest outside.

        For training, which leaves out some vectors; up to rounding the same as `distances`.
        """
        inside = cosines.shape[1] - self.outside
        distances: Floats32 = 1 - nearest_cosine(cosines[:, :inside])
        if self.outside:
            distances += np.float32(self.contrast) * nearest_cosine(cosines[:, inside:])
        return distances

    def penalties(self, distances: Floats32) -> Floats32:
        """What the logits of sentences at these distances lose."""
        penalties: Floats32 = np.float32(self.penalty) * np.maximum(distances - np.float32(self.cut), 0)
        return penalties

    def cosines(self, features: Floats32) -> Floats32:
        """With each vector of the reference [sentences, vectors]."""
        return unit_vectors(features - self.mean) @ self.vectors.T

    def beyond_cut(self, distances: Floats32) -> float:
        """The mean distance of an item's sentences minus the cut: above 0, the item is unlike the training data."""
        return float(distances.sum() / np.float32(distances.size)) - self.cut


def nearest_cosine(cosines: Floats32) -> Floats32:
    """The mean of the NEAREST highest cosines of each row."""
    count = min(NEAREST, cosines.shape[1])
    highest: Floats32 = np.partition(cosines, -count, axis=1)[:, -count:].mean(axis=1)
    return highest


def _nearest(rows: Floats32, vectors: Floats32) -> Floats32:
    """The mean of the NEAREST highest cosines of each row, with sums whose order depends on nothing else."""
    count = min(NEAREST, len(vectors))
    if len(vectors) == count:
        return _mean_of_highest(_cosines(rows, vectors[None]), count)
    approximate = (vectors @ rows.T).T  # for a few rows a tenth faster than `rows @ vectors.T`
    columns, next_highest = _highest(approximate, count)
    products = np.take(vectors, columns, axis=0)
    products *= rows[:, None]
    cosines = _ascending_sums(products)
    nearest = _mean_of_highest(cosines, count)
    # Four times the largest error of a sum of so many products (Higham 2002, section 3.1): two here, two in the choice.
    error = np.float32(rows.shape[1] * 2**-22)
    for row in (cosines[:, 0] - next_highest <= error).nonzero()[0]:
        possible = vectors[approximate[row] >= cosines[row, 0] - error]
        nearest[row] = _mean_of_highest(_cosines(rows[row : row + 1], possible[None]), count)[0]
    return nearest


def _highest(values: Floats32, count: int) -> tuple[NDArray[np.intp], Floats32]:
    """The columns of the `count` highest values of each row, and the next highest value [rows].

    A few maxima take less time than a partition.
    """
    left, rows = values.copy(), np.arange(len(values))
    columns = np.empty((len(values), count), dtype=np.intp)
    for place in range(count):
        columns[:, place] = left.argmax(axis=1)
        left[rows, columns[:, place]] = -np.inf
    return columns, left.max(axis=1)


def _cosines(rows: Floats32, vectors: Floats32) -> Floats32:
    """The cosines of each row [rows, dimension] with its vectors [rows or 1, any, dimension], ascending."""
    return _ascending_sums(rows[:, None] * vectors)


def _ascending_sums(products: Floats32) -> Floats32:
    sums: Floats32 = products.sum(axis=2)
    sums.sort(axis=1)
    return sums


def _mean_of_highest(ascending: Floats32, count: int) -> Floats32:
    """Of each row."""
    mean: Floats32 = ascending[:, -count:].sum(axis=1) / np.float32(count)
    return mean


def unit_vectors(vectors: Floats32) -> Floats32:
    """The same, of length 1."""
    result: Floats32 = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-9))
    return result


class ReferenceFile(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`reference.json`: arrays as bytes, written in base64, the numbers of more than one byte little-endian."""

    schema: Literal["tagging.reference/1"]
    mean: bytes
    """32-bit floats [dimension]."""
    vectors: bytes
    """8-bit integers [sentences, dimension]."""
    scales: bytes
    """32-bit floats that the vectors are multiplied by [sentences]."""
    cut: Annotated[float, Meta(ge=0)]
    penalty: Annotated[float, Meta(ge=0)] = 0.0
    outside: Annotated[int, Meta(ge=0)] = 0
    contrast: Annotated[float, Meta(ge=0)] = 0.0

    def reference(self, dimension: int) -> Reference:
        """The arrays. Raises ValueError where they do not fit each other and the encoder."""
        sizes = len(self.mean) // 4, len(self.scales) // 4 * dimension
        if not self.scales or sizes != (dimension, len(self.vectors)) or len(self.mean) % 4 or len(self.scales) % 4:
            raise ValueError(f"does not hold vectors of {dimension} features")
        if self.outside >= len(self.scales) // 4:
            raise ValueError("holds no vector of the training data")
        mean, scales = np.frombuffer(self.mean, "<f4"), np.frombuffer(self.scales, "<f4")
        vectors = np.frombuffer(self.vectors, np.int8).reshape(-1, dimension)
        unit = unit_vectors(vectors.astype(np.float32) * scales[:, None])
        return Reference(mean, unit, self.cut, self.penalty, self.outside, self.contrast)


def reference_file(reference: Reference) -> ReferenceFile:
    """The file of a reference; the vectors in 8 bits."""
    scales = np.abs(reference.vectors).max(axis=1) / np.float32(127)
    rounded = np.rint(reference.vectors / np.maximum(scales, np.float32(1e-9))[:, None])
    return ReferenceFile(
        schema="tagging.reference/1",
        mean=reference.mean.astype("<f4").tobytes(),
        vectors=rounded.astype(np.int8).tobytes(),
        scales=scales.astype("<f4").tobytes(),
        cut=reference.cut,
        penalty=reference.penalty,
        outside=reference.outside,
        contrast=reference.contrast,
    )
