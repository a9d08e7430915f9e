"""Decodes an image: raw bytes to the pixels that an encoder takes, with bounded work, or Quarantined."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import nullcontext

import numpy as np
from numpy.typing import NDArray
from PIL import Image as pil
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from tagging.image.formats import looks_like_image, read_image_header
from tagging.image.ground import on_best_ground, on_white
from tagging.image.header import ImageFormat, ImageHeader
from tagging.image.jpeg import with_filler
from tagging.image.limits import ImageLimits
from tagging.image.rows import RowMarks, Rows, row_checksums, rows_before_difference
from tagging.image.spoiled import SPOILED, is_spoiled_by_utf8
from tagging.image.stderr import silence_stderr
from tagging.item import Image
from tagging.quarantine import Quarantined

__all__ = ["ImageLimits", "decode_image"]

_LIMITS = ImageLimits()
_PLUGINS: dict[ImageFormat, Callable[[io.BytesIO], ImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "WebP": WebPImageFile,
    "GIF": GifImageFile,
    "BMP": BmpImageFile,
    "TIFF": TiffImageFile,
}
"""Called directly: `Image.open` would try every format it knows, and depends on global settings."""
_MAX_ASPECT = 2
"""Longer side divided by the shorter one; longer images are cropped at both ends."""
_STRIP_PIXELS = 1 << 20
_LAST_PIXELS = 8
_READ_BYTES = 1 << 20
"""Pillow reads so much at once; with its 64 KiB, a row of 30 MB would be copied 450 times until it is whole."""
_ROW_BYTES = 12
"""What Pillow needs for a row beside its pixels: a pointer, and up to 3 bytes of padding."""
_ORIENTATIONS = {
    1: (False, False, False),
    2: (False, True, False),
    3: (False, True, True),
    4: (False, False, True),
    5: (True, False, False),
    6: (True, True, False),
    7: (True, True, True),
    8: (True, False, True),
}
"""EXIF orientation → swap rows and columns; then mirror left to right; then flip top to bottom."""
Box = tuple[int, int, int, int]
"""Left, top, right, bottom."""


def decode_image(data: bytes, size: int, limits: ImageLimits = _LIMITS) -> Image:
    """The centre of an image, upright, on an opaque ground, at most 2:1, resized to `size` x `size` pixels.

    Returns an Image or raises Quarantined, whatever the bytes. An image stored losslessly in any of the eight EXIF
    orientations gives the same pixels. A broken file is represented by its decoded rows if they are more than
    `limits.rows` of the image. Thread-safe: no global setting of Pillow is changed.
    """
    if not data:
        raise Quarantined("empty", "no bytes")
    if len(data) > limits.size:
        raise Quarantined("too_large", f"{len(data)} bytes, at most {limits.size}")
    try:
        return Image(_decoded_pixels(data, size, limits))
    except Quarantined as error:
        if error.detail != SPOILED and looks_like_image(data) and is_spoiled_by_utf8(data):
            raise Quarantined(error.reason, f"{error.detail}: {SPOILED}") from None
        raise


def _decoded_pixels(data: bytes, size: int, limits: ImageLimits) -> NDArray[np.uint8]:
    header = read_image_header(data, limits)
    max_pixels = limits.jpeg_pixels if header.format == "JPEG" else limits.pixels
    if header.width * header.height > max_pixels:
        raise Quarantined("too_many_pixels", f"{header.width} x {header.height}, at most {max_pixels}")
    scale = _scale(header, size)
    rows, row_bytes = -(-header.height // scale), header.pixel_bytes * -(-header.width // scale)
    if rows > limits.raster_rows:
        raise Quarantined("too_many_pixels", f"{rows} rows, at most {limits.raster_rows}")
    memory = header.codec_bytes + rows * (row_bytes + _ROW_BYTES)
    if memory > limits.memory:
        raise Quarantined("too_many_pixels", f"{header.width} x {header.height} need {memory} bytes")
    try:
        return _pixels(header, scale, size, limits)
    except Quarantined:
        raise
    except Exception as error:  # Pillow's family: OSError, SyntaxError, ValueError, struct.error, MemoryError …
        raise _broken(header, type(error).__name__) from None


def _scale(header: ImageHeader, size: int) -> int:
    """1, 2, 4 or 8: the largest reduction at which a JPEG decodes with both used sides at least `size`."""
    if header.format != "JPEG":
        return 1
    used = min(header.width, header.height)
    return next((scale for scale in (8, 4, 2) if used // scale >= size), 1)


def _pixels(header: ImageHeader, scale: int, size: int, limits: ImageLimits) -> NDArray[np.uint8]:
    image_file, rows = _load(header, scale, limits)
    top, bottom = rows.top, rows.bottom
    swapped, mirrored, flipped = _ORIENTATIONS[header.orientation]
    width, height = (bottom - top, image_file.width) if swapped else (image_file.width, bottom - top)
    factor, box = _region(width, height, size)
    if mirrored:
        box = (width - box[2], box[1], width - box[0], box[3])
    if flipped:
        box = (box[0], height - box[3], box[2], height - box[1])
    if swapped:
        box = (box[1], box[0], box[3], box[2])
    reduced = _reduced(image_file, (box[0], box[1] + top, box[2], box[3] + top), factor)
    upright = (_turned(np.asarray(part), header.orientation) for part in reduced)
    return on_best_ground(*(pil.fromarray(part).resize((size, size), pil.Resampling.BICUBIC) for part in upright))


def _turned(pixels: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    swapped, mirrored, flipped = _ORIENTATIONS[orientation]
    upright = pixels.swapaxes(0, 1) if swapped else pixels
    return np.ascontiguousarray(upright[:: -1 if flipped else 1, :: -1 if mirrored else 1])


def _load(header: ImageHeader, scale: int, limits: ImageLimits) -> tuple[ImageFile, Rows]:
    """The decoded image and its usable rows: all of them, or those before the damage. Raises Quarantined."""
    image_file, rows, failure = _decode(header, header.data, scale)
    if header.format == "JPEG" and not failure and _ends_in_grey(image_file):
        checksums = row_checksums(image_file)
        del image_file  # one raster at a time
        image_file, _, failure = _decode(header, with_filler(header), scale)
        rows = rows_before_difference(checksums, row_checksums(image_file), image_file.height)
    if rows.share > limits.rows:
        return image_file, rows
    if failure and "truncated" not in failure:
        raise _broken(header, "most of it missing")
    raise Quarantined("truncated", f"{header.format}, {rows.share:.0%} of its rows")


def _decode(header: ImageHeader, data: bytes, scale: int) -> tuple[ImageFile, Rows, str]:
    """The decoded image, its decoded rows, and why decoding failed, in Pillow's words; "" if it did not."""
    image_file = _PLUGINS[header.format](io.BytesIO(data))
    if scale > 1:
        image_file.draft(None, (image_file.width // scale, image_file.height // scale))
    image_file.decodermaxblock = _READ_BYTES
    marks, failure = RowMarks(image_file), ""
    try:
        with silence_stderr() if header.format == "TIFF" else nullcontext():
            marks.load()
    except Exception as error:  # any of Pillow's exceptions for broken files
        image_file.tile = []  # later access to pixels must not decode again
        failure = str(error) or type(error).__name__
    if header.row_order != "unordered":
        return image_file, marks.rows(header.row_order), failure
    return image_file, Rows(0, image_file.height, 0.0 if failure else 1.0), failure


def _ends_in_grey(image_file: ImageFile) -> bool:
    """Whether the end of the last row has the grey that libjpeg paints where data are missing, in every sample."""
    width, height = image_file.size
    extremes = image_file.crop((max(0, width - _LAST_PIXELS), height - 1, width, height)).getextrema()
    return all(sample in (127, 128) for sample in np.ravel(extremes))


def _broken(header: ImageHeader, detail: str) -> Quarantined:
    return Quarantined("damaged" if header.complete else "truncated", f"{header.format}, {detail}")


def _region(width: int, height: int, size: int) -> tuple[int, Box]:
    """For an upright image: an integer reduction factor, and the centre box with sides divisible by it."""
    used_width, used_height = min(width, _MAX_ASPECT * height), min(height, _MAX_ASPECT * width)
    factor = max(1, min(used_width, used_height) // (2 * size))
    used_width -= used_width % factor
    used_height -= used_height % factor
    left, top = (width - used_width) // 2, (height - used_height) // 2
    return factor, (left, top, left + used_width, top + used_height)


def _reduced(image_file: ImageFile, box: Box, factor: int) -> list[pil.Image]:
    """The box in RGB on white, reduced by `factor`, and its opacity where it has transparent pixels.

    Strip by strip, so that memory stays constant.
    """
    left, top, right, bottom = box
    size = ((right - left) // factor, (bottom - top) // factor)
    reduced: list[pil.Image] = []
    rows = max(1, _STRIP_PIXELS // (factor * (right - left))) * factor
    for row in range(top, bottom, rows):
        parts = on_white(image_file.crop((left, row, right, min(row + rows, bottom))), image_file.format)
        reduced = reduced or [pil.new(part.mode, size) for part in parts]
        for whole, part in zip(reduced, parts, strict=True):
            whole.paste(part.reduce(factor), (0, (row - top) // factor))
    return reduced
