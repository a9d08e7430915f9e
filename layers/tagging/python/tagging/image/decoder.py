"""Decoding an image: raw bytes to the pixels that an encoder takes, with bounded work, or an ImageError."""

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
from tagging.image.limits import ImageError, ImageLimits, ImageReason
from tagging.image.stderr import silence_stderr
from tagging.item import Image

__all__ = ["ImageError", "ImageLimits", "ImageReason", "decode_image"]

_LIMITS = ImageLimits()
_PLUGINS: dict[ImageFormat, Callable[[io.BytesIO], ImageFile]] = {
    "JPEG": JpegImageFile,
    "PNG": PngImageFile,
    "WebP": WebPImageFile,
    "GIF": GifImageFile,
    "BMP": BmpImageFile,
    "TIFF": TiffImageFile,
}
"""Called directly: Pillow's own choice would try every format it knows, and warns or fails by a global setting."""
_LONGEST = 2
"""How often the shorter side the longer may be; what is beyond is cropped at both ends."""
_STRIP_PIXELS = 1 << 20
_TURNS = {
    1: (False, False, False),
    2: (False, True, False),
    3: (False, True, True),
    4: (False, False, True),
    5: (True, False, False),
    6: (True, True, False),
    7: (True, True, True),
    8: (True, False, True),
}
"""EXIF orientation → are rows and columns swapped; is the result then mirrored left to right; top to bottom?"""
Box = tuple[int, int, int, int]
"""Left, top, right, bottom."""


def decode_image(data: bytes, size: int, limits: ImageLimits = _LIMITS) -> Image:
    """The middle of an image, upright, on white, at most 2:1, resized to `size` x `size` pixels.

    Any bytes end as an Image or an ImageError. The geometry is made so that an image stored in any of EXIF's eight
    orientations without loss gives the same pixels. Of a broken file the rows that came are the image, where they
    are more than `limits.rows`. Safe in threads: no setting of Pillow's is touched.
    """
    if not data:
        raise ImageError("empty", "no bytes")
    if len(data) > limits.size:
        raise ImageError("too_large", f"{len(data)} bytes, at most {limits.size}")
    file = read_image_header(data, limits)
    if file.width * file.height > limits.pixels:
        raise ImageError("too_many_pixels", f"{file.width} x {file.height}, at most {limits.pixels}")
    scale = _scale(file, size)
    needed = file.beside + file.pixel_bytes * -(-file.width // scale) * -(-file.height // scale)
    if needed > limits.memory:
        raise ImageError("too_many_pixels", f"{file.width} x {file.height} need {needed} bytes")
    try:
        return Image(_pixels(file, scale, size, limits))
    except ImageError:
        raise
    except Exception as error:  # Pillow's family: OSError, SyntaxError, ValueError, struct.error, MemoryError …
        raise _broken(file, type(error).__name__) from None


def _scale(file: ImageHeader, size: int) -> int:
    """1, 2, 4 or 8: how much smaller a JPEG can be decoded with both sides of what is used still at least `size`."""
    if file.format != "JPEG":
        return 1
    used = min(file.width, file.height)
    return next((scale for scale in (8, 4, 2) if used // scale >= size), 1)


def _pixels(file: ImageHeader, scale: int, size: int, limits: ImageLimits) -> NDArray[np.uint8]:
    opened = _PLUGINS[file.format](io.BytesIO(file.data))
    if scale > 1:
        opened.draft(None, (opened.width // scale, opened.height // scale))
    top, bottom = _load(opened, file, limits)
    swapped, mirrored, flipped = _TURNS[file.orientation]
    width, height = (bottom - top, opened.width) if swapped else (opened.width, bottom - top)
    factor, box = _region(width, height, size)
    if mirrored:
        box = (width - box[2], box[1], width - box[0], box[3])
    if flipped:
        box = (box[0], height - box[3], box[2], height - box[1])
    if swapped:
        box = (box[1], box[0], box[3], box[2])
    small = np.asarray(_reduced(opened, (box[0], box[1] + top, box[2], box[3] + top), factor))
    upright = small.swapaxes(0, 1) if swapped else small
    upright = upright[:: -1 if flipped else 1, :: -1 if mirrored else 1]
    resized = pil.fromarray(np.ascontiguousarray(upright)).resize((size, size), pil.Resampling.BICUBIC)
    return np.array(resized, dtype=np.uint8)


def _load(opened: ImageFile, file: ImageHeader, limits: ImageLimits) -> tuple[int, int]:
    """Decode, and say from which to which row there is an image: all of them, or those before the damage."""
    try:
        with silence_stderr() if file.format == "TIFF" else nullcontext():
            opened.load()
    except Exception:  # whatever Pillow finds wrong with a file
        if file.by_rows and opened.width <= _STRIP_PIXELS:
            opened.tile = []  # no second try when pixels are asked for
            top, bottom = _decoded_rows(opened, file.upward)
            if bottom - top > limits.rows * opened.height:
                return top, bottom
        raise _broken(file, "most of it missing") from None
    return 0, opened.height


def _broken(file: ImageHeader, how: str) -> ImageError:
    return ImageError("damaged" if file.whole else "truncated", f"{file.format}, {how}")


def _decoded_rows(opened: ImageFile, upward: bool) -> tuple[int, int]:
    """The rows from the first stored one to the last that anything was written to; rasters begin filled."""
    filled = opened.info.get("transparency", 0) if opened.format == "GIF" else 0
    height = opened.height
    step = max(1, _STRIP_PIXELS // opened.width)

    def written(top: int, bottom: int) -> bool:
        extremes = opened.crop((0, top, opened.width, bottom)).getextrema()
        return any(value != filled for value in np.ravel(extremes))

    rows = range(height) if upward else range(height - 1, -1, -1)
    for start in rows[::step]:
        first, last = (start, min(start + step, height)) if upward else (max(start + 1 - step, 0), start + 1)
        if written(first, last):
            within = range(first, last) if upward else range(last - 1, first - 1, -1)
            end = next(row for row in within if written(row, row + 1))
            return (end, height) if upward else (0, end + 1)
    return 0, 0


def _region(width: int, height: int, size: int) -> tuple[int, Box]:
    """Of an upright image, by which whole number its middle can be reduced, and that middle, divisible by it."""
    used_width, used_height = min(width, _LONGEST * height), min(height, _LONGEST * width)
    factor = max(1, min(used_width, used_height) // (2 * size))
    used_width -= used_width % factor
    used_height -= used_height % factor
    left, top = (width - used_width) // 2, (height - used_height) // 2
    return factor, (left, top, left + used_width, top + used_height)


def _reduced(opened: ImageFile, box: Box, factor: int) -> pil.Image:
    """The box in RGB on white, each `factor` x `factor` pixels made one; strip by strip, so that memory stays flat."""
    left, top, right, bottom = box
    whole = pil.new("RGB", ((right - left) // factor, (bottom - top) // factor))
    rows = max(1, _STRIP_PIXELS // (factor * (right - left))) * factor
    for row in range(top, bottom, rows):
        strip = _on_white(opened.crop((left, row, right, min(row + rows, bottom))), opened.format)
        whole.paste(strip.reduce(factor), (0, (row - top) // factor))
    return whole


def _on_white(image: pil.Image, format: str | None) -> pil.Image:
    """RGB, whatever the mode was; what is transparent shows white."""
    if image.mode.startswith("I;16"):
        return pil.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")
    if image.mode in ("I", "F", "LAB"):
        raise ImageError("unsupported_format", f"{format} of measurements ({image.mode})")
    if image.has_transparency_data:
        seen = image.convert("RGBA")
        white = pil.new("RGB", image.size, "white")
        white.paste(seen, mask=seen)
        return white
    return image.convert("RGB")
