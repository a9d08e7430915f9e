"""Features as they are stored: 8-bit integers in blocks of 64, each block with its largest magnitude in 16 bits.

Encoders return features rounded to this format, so that what is stored is what was scored, to the bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

FORMAT = "int8-64"
"""Names the format in cache files: features in another format are never mixed with these."""
BLOCK = 64
LEVELS = np.float32(127)
_SMALLEST = np.float32(2**-14)
"""Smallest normal 16-bit float; a block whose numbers are all smaller becomes zero."""
_LARGEST = np.float32(65504)

Floats32 = NDArray[np.float32]


def as_stored(features: Floats32) -> Floats32:
    """Features [dimension] as `unpack_rows` returns them: float32 [dimension]. Rounding twice changes nothing."""
    levels, largest = _quantised(features[None])
    restored: Floats32 = _restored(levels, largest, len(features))[0]
    return restored


def pack_rows(features: Floats32) -> bytes:
    """The bytes of features [rows, dimension]: all levels, one byte each, then the blocks' largest magnitudes."""
    levels, largest = _quantised(features)
    rows, dimension = features.shape
    return levels.astype(np.int8).reshape(rows, -1)[:, :dimension].tobytes() + largest.astype("<f2").tobytes()


def unpack_rows(content: bytes, rows: int, dimension: int) -> Floats32:
    """The features [rows, dimension] in these bytes. Raises ValueError if they are not of this shape."""
    return unpack_many([(content, rows)], dimension)[0]


def unpack_many(contents: Sequence[tuple[bytes, int]], dimension: int) -> list[Floats32]:
    """What `unpack_rows` makes of each content and its rows, as parts of one array. Raises ValueError as it does."""
    blocks = -(-dimension // BLOCK)
    for content, rows in contents:
        if len(content) != rows * (dimension + 2 * blocks):
            raise ValueError(f"{len(content)} bytes do not hold {rows} rows of {dimension} features")
    whole_numbers = b"".join([content[: rows * dimension] for content, rows in contents])
    magnitudes = b"".join([content[rows * dimension :] for content, rows in contents])
    levels = np.frombuffer(whole_numbers, np.int8).reshape(-1, dimension).astype(np.float32)
    if rest := dimension % BLOCK:
        levels = np.concatenate([levels, np.zeros((len(levels), BLOCK - rest), dtype=np.float32)], axis=1)
    largest = np.frombuffer(magnitudes, "<f2").astype(np.float32).reshape(len(levels), blocks, 1)
    restored = _restored(levels.reshape(len(levels), blocks, BLOCK), largest, dimension)
    ends = list(accumulate(rows for _, rows in contents))
    return [restored[start:end] for start, end in pairwise([0, *ends])]


def _quantised(features: Floats32) -> tuple[Floats32, Floats32]:
    """Whole numbers from -127 to 127 [rows, blocks, BLOCK], and each block's largest magnitude [rows, blocks, 1]."""
    rows, dimension = features.shape
    if rest := dimension % BLOCK:
        features = np.concatenate([features, np.zeros((rows, BLOCK - rest), dtype=np.float32)], axis=1)
    blocks = features.reshape(rows, -1, BLOCK)
    largest = np.minimum(np.abs(blocks).max(axis=2, keepdims=True), _LARGEST)
    largest = largest.astype(np.float16).astype(np.float32)
    largest[largest < _SMALLEST] = 0
    # A maximum that 16 bits round down leaves 127.06 levels, which round to 127.
    levels = np.rint(blocks * (LEVELS / np.maximum(largest, _SMALLEST))) * (largest > 0)
    return np.clip(levels, -LEVELS, LEVELS) + np.float32(0), largest  # bytes have no negative zero


def _restored(levels: Floats32, largest: Floats32, dimension: int) -> Floats32:
    # 7 bits times 11 bits are exact in 32: the largest magnitude comes back as it was, so that rounding again is exact.
    restored = levels * largest
    restored /= LEVELS
    return restored.reshape(len(levels), -1)[:, :dimension]
