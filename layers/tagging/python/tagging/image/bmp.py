"""Reads the header of a BMP: its size, and whether the file holds all rows."""

from __future__ import annotations

import struct

from tagging.image.header import ImageHeader
from tagging.image.limits import ImageLimits
from tagging.quarantine import Quarantined

_UNCOMPRESSED, _BIT_FIELDS = 0, 3


def read_bmp(data: bytes, _limits: ImageLimits) -> ImageHeader:
    """The image that the header declares; Quarantined for run-length coding, which is obsolete."""
    if len(data) < 26:
        raise Quarantined("truncated", "BMP, within its header")
    start, header = struct.unpack_from("<LL", data, 10)
    if header == 12:  # OS/2
        width, height, _planes, bits = struct.unpack_from("<HHHH", data, 18)
        compression = _UNCOMPRESSED
    elif len(data) >= 34:
        width, height, _planes, bits, compression = struct.unpack_from("<llHHL", data, 18)
    else:
        raise Quarantined("truncated", "BMP, within its header")
    if compression not in (_UNCOMPRESSED, _BIT_FIELDS):
        raise Quarantined("unsupported_format", "BMP, compressed")
    if width <= 0 or not height:
        raise Quarantined("damaged", "BMP, its header")
    row = (width * bits + 31) // 32 * 4
    return ImageHeader(
        format="BMP",
        data=data,
        width=width,
        height=abs(height),
        pixel_bytes=1 if bits <= 8 else 4,
        codec_bytes=row,
        complete=start + row * abs(height) <= len(data),
        row_order="bottom_up" if height > 0 else "top_down",
    )
