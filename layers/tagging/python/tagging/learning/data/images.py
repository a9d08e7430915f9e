"""ImageFile files of data sets: whether a file can be one that is tagged, found without decoding it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tagging.image import ImageLimits, read_image_header
from tagging.learning.data.rows import ImageFile
from tagging.quarantine import Quarantined

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".avif"})
_LIMITS = ImageLimits()


def has_image_name(path: Path) -> bool:
    """Whether the name says image; what the file holds decides whether it is one."""
    return path.suffix.lower() in SUFFIXES


def read_image(path: Path, data: bytes) -> ImageFile:
    """The image in these bytes of the file at `path`; Quarantined where its header says that it cannot be tagged.

    A file that is damaged further inside is found when it is decoded, and left out then.
    """
    if not data:
        raise Quarantined("empty", "no bytes")
    if len(data) > _LIMITS.size:
        raise Quarantined("too_large", f"{len(data)} bytes, at most {_LIMITS.size}")
    file = read_image_header(data, _LIMITS)
    if file.width * file.height > _LIMITS.pixels:
        raise Quarantined("too_many_pixels", f"{file.width} x {file.height}, at most {_LIMITS.pixels}")
    return ImageFile(path, hashlib.sha256(data).hexdigest())
