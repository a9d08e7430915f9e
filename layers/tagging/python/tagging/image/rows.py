"""Finds the rows of an image that were decoded: a file may end early, and some decoders fill the rest silently."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from PIL import Image as pil
from PIL.ImageFile import ImageFile

from tagging.image.header import RowOrder

_COLUMNS = 16
_BLOCK_BYTES = 1 << 18
_PROOF_BITS = 64
"""An image holds so many bits of the noise by chance once in 2 to the power of 64."""
_ROWS_COMPARED = 8


class Rows(Struct, frozen=True):
    """The decoded rows of an image, from `top` to `bottom`, exclusive."""

    top: int
    bottom: int
    share: float
    """Of the rows that the file declares."""


class RowMarks:
    """Noise at the right edge of a raster, written before decoding: rows that still hold it were not decoded."""

    def __init__(self, image_file: ImageFile) -> None:
        self._image_file = image_file
        self._box = (0, 0, 0, 0)
        self._last_noise: pil.Image | None = None

    def load(self) -> None:
        """Decode the image into a raster with marks. Raises what Pillow raises."""
        image_file = self._image_file
        prepare = image_file.load_prepare

        def prepare_and_mark() -> None:
            prepare()
            self._mark()

        image_file.load_prepare = prepare_and_mark  # type: ignore[method-assign]  # the raster is made within load()
        try:
            image_file.load()
        finally:
            del image_file.load_prepare  # without a reference cycle, the raster is freed at once

    def rows(self, order: RowOrder) -> Rows:
        """The decoded rows, after `load()` or its failure."""
        left, top, right, bottom = self._box
        if top == bottom:
            return Rows(0, 0, 0.0)  # it failed before its raster was made
        bits = right - left if self._image_file.mode == "1" else 8 * len(self._noise(1).tobytes())
        marked = self._marked()
        if order == "interlaced":  # in passes: every row above the first missing one is decoded
            missing = bottom - top - int(np.argmax(marked)) if marked.any() and bits >= _PROOF_BITS else 0
        else:
            from_end = marked if order == "bottom_up" else marked[::-1]
            missing = len(from_end) if from_end.all() else int(np.argmin(from_end))
        if missing * bits < _PROOF_BITS:
            return Rows(0, self._image_file.height, 1.0)
        share = 1 - missing / (bottom - top)
        if order == "bottom_up":
            return Rows(top + missing, self._image_file.height, share)
        return Rows(0, bottom - missing, share)

    def _mark(self) -> None:
        image_file = self._image_file
        left, top, right, bottom = (0, 0, *image_file.size)
        if image_file.format == "GIF" and image_file.tile[0][1]:
            left, top, right, bottom = image_file.tile[0][1]  # the frame; the canvas around it is never decoded
        self._box = (max(right - _COLUMNS, left), top, right, bottom)
        for box in self._blocks():
            image_file.im.paste(self._noise(box[3] - box[1]).im, box)

    def _marked(self) -> NDArray[np.bool_]:
        """Whether each row of the box still holds the noise."""
        same: list[NDArray[np.bool_]] = []
        for box in self._blocks():
            rows = box[3] - box[1]
            edge, noise = (
                np.frombuffer(image.tobytes(), np.uint8) for image in (self._image_file.crop(box), self._noise(rows))
            )
            same.append((edge == noise).reshape(rows, -1).all(axis=1))
        return np.concatenate(same)

    def _blocks(self) -> Iterator[tuple[int, int, int, int]]:
        left, top, right, bottom = self._box
        rows = _BLOCK_BYTES // (4 * (right - left))
        return ((left, first, right, min(first + rows, bottom)) for first in range(top, bottom, rows))

    def _noise(self, rows: int) -> pil.Image:
        if self._last_noise is None or self._last_noise.height != rows:
            mode, size = self._image_file.mode, (self._box[2] - self._box[0], rows)
            content = hashlib.shake_128(b"rows").digest(len(pil.new(mode, size).tobytes()))
            self._last_noise = pil.frombytes(mode, size, content)
        return self._last_noise


def row_checksums(image_file: ImageFile) -> list[int]:
    """One checksum for every 8 rows of a decoded image, from the top."""
    width, height = image_file.size
    return [
        zlib.crc32(image_file.crop((0, top, width, min(top + _ROWS_COMPARED, height))).tobytes())
        for top in range(0, height, _ROWS_COMPARED)
    ]


def rows_before_difference(one: list[int], other: list[int], height: int) -> Rows:
    """The rows above the first difference of two decodings."""
    equal = next((number for number, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]), len(one))
    bottom = min(equal * _ROWS_COMPARED, height)
    return Rows(0, bottom, bottom / height)
