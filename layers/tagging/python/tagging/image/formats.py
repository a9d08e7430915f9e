"""Recognises image formats by their first bytes; file names and declared types are ignored."""

from __future__ import annotations

from collections.abc import Callable

from tagging.image.bmp import read_bmp
from tagging.image.gif import read_gif
from tagging.image.header import ImageHeader
from tagging.image.jpeg import read_jpeg
from tagging.image.limits import ImageLimits
from tagging.image.png import SIGNATURE, read_png
from tagging.image.spoiled import SPOILED, is_spoiled_by_utf8, spoiled_name
from tagging.image.tiff import read_tiff
from tagging.image.unsupported import other_name, unsupported_name
from tagging.image.webp import read_webp
from tagging.quarantine import Quarantined

_READERS: tuple[tuple[bytes, Callable[[bytes, ImageLimits], ImageHeader]], ...] = (
    (b"\xff\xd8\xff", read_jpeg),
    (SIGNATURE, read_png),
    (b"GIF87a", read_gif),
    (b"GIF89a", read_gif),
    (b"BM", read_bmp),
    (b"II*\0", read_tiff),
    (b"MM\0*", read_tiff),
)


def read_image_header(data: bytes, limits: ImageLimits) -> ImageHeader:
    """The declared properties of an image, without decoding it; Quarantined if the format is not supported."""
    if data.startswith((b"GIF8", b"RIFF")) and is_spoiled_by_utf8(data):
        raise Quarantined("damaged", SPOILED)  # their first bytes are ASCII, and garbage may decode
    for magic, reader in _READERS:
        if data.startswith(magic):
            return reader(data, limits)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return read_webp(data, limits)
    if name := unsupported_name(data):
        raise Quarantined("unsupported_format", name)
    detail = spoiled_name(data, looks_like_image) or other_name(data)
    raise Quarantined("not_an_image", detail or "no image begins like this")


def looks_like_image(data: bytes) -> bool:
    """Whether these bytes (at least the first 16) begin like a supported image."""
    return any(data.startswith(magic) for magic, _ in _READERS) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def names_image(data: bytes) -> bool:
    """Whether these bytes (the first 1,024) are of an image or video in any known format, or of a spoiled image."""
    return looks_like_image(data) or bool(unsupported_name(data) or spoiled_name(data, looks_like_image))
