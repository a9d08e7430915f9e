"""Image files of data sets: checks whether a file can be tagged, without decoding it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tagging.image import ImageLimits, read_image_header
from tagging.learning.data.rows import ImageFile
from tagging.quarantine import Quarantined

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".avif"})
_LIMITS = ImageLimits()


def has_image_name(path: Path) -> bool:
    """Whether the suffix is that of an image; the content may still be something else."""
    return path.suffix.lower() in SUFFIXES


def read_image(path: Path, data: bytes) -> ImageFile:
    """The image in these bytes of the file at `path`. Raises Quarantined where its header rules out tagging.

    Damage behind the header shows only when the image is decoded.
    """
    if not data:
        raise Quarantined("empty", "no bytes")
    if len(data) > _LIMITS.size:
        raise Quarantined("too_large", f"{len(data)} bytes, at most {_LIMITS.size}")
    header = read_image_header(data, _LIMITS)
    if header.width * header.height > _LIMITS.pixels:
        raise Quarantined("too_many_pixels", f"{header.width} x {header.height}, at most {_LIMITS.pixels}")
    return ImageFile(path, hashlib.sha256(data).hexdigest())
