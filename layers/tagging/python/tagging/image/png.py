"""Reads the chunks of a PNG: size, orientation, memory cost, and the file reduced to the chunks that draw."""

from __future__ import annotations

import struct

from tagging.image.exif import orientation
from tagging.image.header import ImageHeader
from tagging.image.limits import ImageLimits
from tagging.quarantine import Quarantined

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Colour type → samples a pixel."""
_TABLES = {b"PLTE", b"tRNS"}
"""Text, colour profiles and later APNG frames are dropped: a comment may unpack to gigabytes."""
_PART_BYTES = 1 << 20
"""Pillow reads the rest of a chunk after the last row at once; IDAT chunks of this size bound that."""


def read_png(data: bytes, limits: ImageLimits) -> ImageHeader:
    """The image that IHDR declares (of an APNG, the default image); Quarantined if there is none."""
    if len(data) < 33:
        raise Quarantined("truncated", "PNG, within its header")
    width, height, bits, colours, interlaced = struct.unpack_from(">LLBBxxB", data, 16)
    if data[12:16] != b"IHDR" or not width or not height:
        raise Quarantined("damaged", "PNG, its header")
    view = memoryview(data)
    kept: list[bytes | memoryview] = [view[:33]]
    exif, complete = b"", False
    at = 33
    for _ in range(limits.parts):
        if at + 8 > len(data):
            break
        (length,), name = struct.unpack_from(">L", data, at), data[at + 4 : at + 8]
        if name == b"IEND":
            kept.append(view[at : at + 12])
            complete = True
            break
        if name in _TABLES:
            kept.append(view[at : at + 12 + length])
        elif name == b"IDAT":
            for begin in range(at + 8, min(at + 8 + length, len(data)), _PART_BYTES):
                part = view[begin : min(begin + _PART_BYTES, at + 8 + length)]
                kept += (struct.pack(">L", len(part)), name, part, bytes(4))  # Pillow does not check the CRC of an IDAT
        elif name == b"eXIf":
            exif = data[at + 8 : at + 8 + length]
        at += 12 + length
    else:
        raise Quarantined("too_many_parts", f"PNG of more than {limits.parts} chunks")
    grey_or_palette = colours in (0, 3)
    row_bytes = (width * bits * _SAMPLES.get(colours, 4) + 7) // 8
    return ImageHeader(
        format="PNG",
        data=b"".join(kept),
        width=width,
        height=height,
        pixel_bytes=(2 if bits == 16 else 1) if grey_or_palette else 4,
        codec_bytes=2 * row_bytes,  # the current row and the previous one
        orientation=orientation(exif),
        complete=complete,
        row_order="interlaced" if interlaced else "top_down",
    )
