"""Picture files of data sets: whether a file can be one that is tagged, found without decoding it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tagging.image import ImageError, ImageLimits, read_picture_file
from tagging.learning.data.rows import Picture

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".avif"})
_LIMITS = ImageLimits()


def has_picture_name(path: Path) -> bool:
    """Whether the name says picture; what the file holds decides whether it is one."""
    return path.suffix.lower() in SUFFIXES


def read_picture(path: Path, data: bytes) -> Picture:
    """The picture in these bytes of the file at `path`; ImageError where its header says that it cannot be tagged.

    A file that is damaged further inside is found when it is decoded, and left out then.
    """
    if not data:
        raise ImageError("empty", "no bytes")
    if len(data) > _LIMITS.size:
        raise ImageError("too_large", f"{len(data)} bytes, at most {_LIMITS.size}")
    file = read_picture_file(data, _LIMITS)
    if file.width * file.height > _LIMITS.pixels:
        raise ImageError("too_many_pixels", f"{file.width} x {file.height}, at most {_LIMITS.pixels}")
    return Picture(path, hashlib.sha256(data).hexdigest())
