"""Recognises image formats by their first bytes; file names and declared types are ignored."""

from __future__ import annotations

from collections.abc import Callable

from tagging.image.bmp import read_bmp
from tagging.image.gif import read_gif
from tagging.image.header import ImageHeader
from tagging.image.jpeg import read_jpeg
from tagging.image.limits import ImageLimits
from tagging.image.png import SIGNATURE, read_png
from tagging.image.tiff import read_tiff
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
_BRANDS = {b"avif": "AVIF", b"avis": "AVIF", b"heic": "HEIC", b"heix": "HEIC", b"hevc": "HEIC", b"mif1": "HEIF"}
_UNSUPPORTED = (
    (b"II+\0", "BigTIFF"),
    (b"MM\0+", "BigTIFF"),
    (b"%PDF-", "PDF"),
    (b"8BPS", "Photoshop"),
    (b"\0\0\1\0", "ICO"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"<svg", "SVG"),
)


def read_image_header(data: bytes, limits: ImageLimits) -> ImageHeader:
    """The declared properties of an image, without decoding it; Quarantined if the format is not supported."""
    for magic, reader in _READERS:
        if data.startswith(magic):
            return reader(data, limits)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return read_webp(data, limits)
    if name := _unsupported_name(data):
        raise Quarantined("unsupported_format", name)
    raise Quarantined("not_an_image", "no image begins like this")


def looks_like_image(data: bytes) -> bool:
    """Whether these bytes (at least the first 16) begin like a supported image."""
    return any(data.startswith(magic) for magic, _ in _READERS) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def _unsupported_name(data: bytes) -> str | None:
    """The name of a recognised format that is not supported."""
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12])
    return next((name for magic, name in _UNSUPPORTED if data.startswith(magic)), None)
