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

from tagging.image.formats import read_image_header
from tagging.image.header import ImageFormat, ImageHeader
from tagging.image.limits import ImageLimits
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
    """The centre of an image, upright, on white, at most 2:1, resized to `size` x `size` pixels.

    Returns an Image or raises Quarantined, whatever the bytes. An image stored losslessly in any of the eight EXIF
    orientations gives the same pixels. A broken file is represented by its decoded rows if they are more than
    `limits.rows` of the image. Thread-safe: no global setting of Pillow is changed.
    """
    if not data:
        raise Quarantined("empty", "no bytes")
    if len(data) > limits.size:
        raise Quarantined("too_large", f"{len(data)} bytes, at most {limits.size}")
    header = read_image_header(data, limits)
    if header.width * header.height > limits.pixels:
        raise Quarantined("too_many_pixels", f"{header.width} x {header.height}, at most {limits.pixels}")
    scale = _scale(header, size)
    rows, row_bytes = -(-header.height // scale), header.pixel_bytes * -(-header.width // scale)
    memory = header.codec_bytes + rows * (row_bytes + _ROW_BYTES)
    if memory > limits.memory:
        raise Quarantined("too_many_pixels", f"{header.width} x {header.height} need {memory} bytes")
    try:
        return Image(_pixels(header, scale, size, limits))
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
    image_file = _PLUGINS[header.format](io.BytesIO(header.data))
    if scale > 1:
        image_file.draft(None, (image_file.width // scale, image_file.height // scale))
    top, bottom = _load(image_file, header, limits)
    swapped, mirrored, flipped = _ORIENTATIONS[header.orientation]
    width, height = (bottom - top, image_file.width) if swapped else (image_file.width, bottom - top)
    factor, box = _region(width, height, size)
    if mirrored:
        box = (width - box[2], box[1], width - box[0], box[3])
    if flipped:
        box = (box[0], height - box[3], box[2], height - box[1])
    if swapped:
        box = (box[1], box[0], box[3], box[2])
    small = np.asarray(_reduced(image_file, (box[0], box[1] + top, box[2], box[3] + top), factor))
    upright = small.swapaxes(0, 1) if swapped else small
    upright = upright[:: -1 if flipped else 1, :: -1 if mirrored else 1]
    resized = pil.fromarray(np.ascontiguousarray(upright)).resize((size, size), pil.Resampling.BICUBIC)
    return np.array(resized, dtype=np.uint8)


def _load(image_file: ImageFile, header: ImageHeader, limits: ImageLimits) -> tuple[int, int]:
    """Decode; returns the first and the last usable row: all rows, or those before the damage."""
    try:
        with silence_stderr() if header.format == "TIFF" else nullcontext():
            image_file.load()
    except Exception:  # any of Pillow's exceptions for broken files
        if header.sequential and image_file.width <= _STRIP_PIXELS:
            image_file.tile = []  # later access to pixels must not decode again
            top, bottom = _decoded_rows(image_file, header.bottom_up)
            if bottom - top > limits.rows * image_file.height:
                return top, bottom
        raise _broken(header, "most of it missing") from None
    return 0, image_file.height


def _broken(header: ImageHeader, detail: str) -> Quarantined:
    return Quarantined("damaged" if header.complete else "truncated", f"{header.format}, {detail}")


def _decoded_rows(image_file: ImageFile, bottom_up: bool) -> tuple[int, int]:
    """The range of rows that were decoded: rasters are filled with one value before decoding starts."""
    fill_value = image_file.info.get("transparency", 0) if image_file.format == "GIF" else 0
    height = image_file.height
    step = max(1, _STRIP_PIXELS // image_file.width)

    def is_written(top: int, bottom: int) -> bool:
        extremes = image_file.crop((0, top, image_file.width, bottom)).getextrema()
        return any(value != fill_value for value in np.ravel(extremes))

    rows = range(height) if bottom_up else range(height - 1, -1, -1)
    for start in rows[::step]:
        first, last = (start, min(start + step, height)) if bottom_up else (max(start + 1 - step, 0), start + 1)
        if is_written(first, last):
            within = range(first, last) if bottom_up else range(last - 1, first - 1, -1)
            end = next(row for row in within if is_written(row, row + 1))
            return (end, height) if bottom_up else (0, end + 1)
    return 0, 0


def _region(width: int, height: int, size: int) -> tuple[int, Box]:
    """For an upright image: an integer reduction factor, and the centre box with sides divisible by it."""
    used_width, used_height = min(width, _MAX_ASPECT * height), min(height, _MAX_ASPECT * width)
    factor = max(1, min(used_width, used_height) // (2 * size))
    used_width -= used_width % factor
    used_height -= used_height % factor
    left, top = (width - used_width) // 2, (height - used_height) // 2
    return factor, (left, top, left + used_width, top + used_height)


def _reduced(image_file: ImageFile, box: Box, factor: int) -> pil.Image:
    """The box in RGB on white, reduced by `factor`; strip by strip, so that memory stays constant."""
    left, top, right, bottom = box
    reduced = pil.new("RGB", ((right - left) // factor, (bottom - top) // factor))
    rows = max(1, _STRIP_PIXELS // (factor * (right - left))) * factor
    for row in range(top, bottom, rows):
        strip = _on_white(image_file.crop((left, row, right, min(row + rows, bottom))), image_file.format)
        reduced.paste(strip.reduce(factor), (0, (row - top) // factor))
    return reduced


def _on_white(image: pil.Image, format: str | None) -> pil.Image:
    """Convert any mode to RGB; transparent pixels become white."""
    if image.mode.startswith("I;16"):
        return pil.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")
    if image.mode in ("I", "F", "LAB"):
        raise Quarantined("unsupported_format", f"{format} of measurements ({image.mode})")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = pil.new("RGB", image.size, "white")
        white.paste(rgba, mask=rgba)
        return white
    return image.convert("RGB")
