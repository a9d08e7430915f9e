"""Recognises image formats by their first bytes; file names and declared types are ignored."""

from __future__ import annotations

import re
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
_BRANDS = {
    b"avif": "AVIF",
    b"avis": "AVIF",
    b"heic": "HEIC",
    b"heix": "HEIC",
    b"hevc": "HEIC",
    b"heim": "HEIC",
    b"heis": "HEIC",
} | {b"mif1": "HEIF", b"msf1": "HEIF"}
_SVG = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE svg[^>]*>\s*)*+<svg[\s>]", re.S)
_TEXT_BYTES = 4096
_AS_TEXT = (
    (re.compile(rb"\s*(?:data:image/[\w.+-]{1,40};base64,|iVBORw0KGgo|/9j/|R0lGOD|UklGR)"), "base64 text, not decoded"),
    (
        re.compile(rb"\xef\xbf\xbd(?:PNG|(?:\xef\xbf\xbd){2})|\xc2\x89PNG|\xc3\xbf\xc3\x98\xc3\xbf"),
        "bytes changed by a conversion to UTF-8",
    ),
)
"""Images that a program spoiled on the way, by how their text begins."""
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
    for pattern, detail in _AS_TEXT:
        if pattern.match(data[:100]):
            raise Quarantined("not_an_image", detail)
    raise Quarantined("not_an_image", "no image begins like this")


def looks_like_image(data: bytes) -> bool:
    """Whether these bytes (at least the first 16) begin like a supported image."""
    return any(data.startswith(magic) for magic, _ in _READERS) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def _unsupported_name(data: bytes) -> str | None:
    """The name of a recognised format that is not supported."""
    if data[4:8] == b"ftyp":
        box = data[8 : min(int.from_bytes(data[:4], "big"), 256)]
        brands = [box[at : at + 4] for at in (0, *range(8, len(box), 4))]
        names = [_BRANDS[brand] for brand in brands if brand in _BRANDS]
        return next((name for name in names if name != "HEIF"), names[0] if names else None)
    if _SVG.match(data[:_TEXT_BYTES]):
        return "SVG"
    return next((name for magic, name in _UNSUPPORTED if data.startswith(magic)), None)
