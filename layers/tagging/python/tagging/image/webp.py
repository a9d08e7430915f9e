"""Reads the chunks of a WebP: size, orientation, and the file reduced to its first frame."""

from __future__ import annotations

import struct

from tagging.image.exif import orientation
from tagging.image.header import ImageHeader
from tagging.image.limits import ImageLimits
from tagging.quarantine import Quarantined

_DRAWING = {b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"}
_PROFILE_EXIF_AND_XMP = 0x20 | 0x08 | 0x04
_FRAME_ENDS = {b"VP8 ", b"VP8L", b"ANMF"}
"""Chunks that end a frame: the first of them is the image."""


def read_webp(data: bytes, limits: ImageLimits) -> ImageHeader:
    """The first frame of a WebP, still or animated; Quarantined if there is none."""
    if len(data) < 30:
        raise Quarantined("truncated", "WebP, within its header")
    width, height = _size(data)
    if not width or not height:
        raise Quarantined("damaged", "WebP without width or height")
    view, exif, drawn, complete = memoryview(data), b"", False, True
    kept: list[bytes | memoryview] = []
    at = 12
    for _ in range(limits.parts):
        if at + 8 > len(data):
            break
        name, (length,) = data[at : at + 4], struct.unpack_from("<L", data, at + 4)
        end = at + 8 + length + length % 2
        if name == b"VP8X" and at == 12:
            flags = data[20] & ~_PROFILE_EXIF_AND_XMP
            kept.append(b"".join((view[12:20], bytes((flags,)), view[21:30])))
        elif name in _DRAWING and not drawn:
            kept.append(view[at:end])
            drawn = name in _FRAME_ENDS
            complete = end - length % 2 <= len(data)
        elif name == b"EXIF":
            exif = data[at + 8 : at + 8 + length]
        at = end
    else:
        raise Quarantined("too_many_parts", f"WebP of more than {limits.parts} chunks")
    if not drawn:
        raise Quarantined("truncated", "WebP without a frame")
    size = 4 + sum(map(len, kept))
    return ImageHeader(
        format="WebP",
        data=b"".join((b"RIFF", struct.pack("<L", size), b"WEBP", *kept)),
        width=width,
        height=height,
        pixel_bytes=16,  # two canvases of the animation decoder, one copy as bytes, one as Pillow's raster
        orientation=orientation(exif),
        complete=complete,
        row_order="unordered",
    )


def _size(data: bytes) -> tuple[int, int]:
    """Width and height of the canvas, from the first chunk."""
    name = data[12:16]
    if name == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if name == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if name == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    raise Quarantined("damaged", "WebP, its header")
