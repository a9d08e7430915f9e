"""Reads the blocks of a GIF: its size, and the file reduced to its first frame."""

from __future__ import annotations

import struct

from tagging.image.header import ImageHeader
from tagging.image.limits import ImageLimits
from tagging.quarantine import Quarantined

_EXTENSION, _FRAME, _GRAPHIC_CONTROL = 0x21, 0x2C, 0xF9


def read_gif(data: bytes, limits: ImageLimits) -> ImageHeader:
    """The first frame of a GIF, still or animated; Quarantined if there is none."""
    if len(data) < 13:
        raise Quarantined("truncated", "GIF, within its header")
    blocks = _Blocks(data, limits)
    header = 13 + _table_bytes(data[10])
    at, control = header, b""
    while at < len(data) and data[at] == _EXTENSION:
        end = blocks.end(at + 2)
        if data[at + 1 : at + 2] == bytes((_GRAPHIC_CONTROL,)):
            control = data[at:end]
        at = end
    if at + 10 > len(data):
        raise Quarantined("truncated", "GIF, before its first frame")
    if data[at] != _FRAME:
        raise Quarantined("damaged", "GIF without a frame")
    left, top, width, height, flags = struct.unpack_from("<HHHHB", data, at + 1)
    screen_width, screen_height = struct.unpack_from("<HH", data, 6)
    end = blocks.end(at + 11 + _table_bytes(flags))
    view = memoryview(data)
    return ImageHeader(
        format="GIF",
        data=b"".join((view[:header], control, view[at:end], b";")),
        width=max(screen_width, left + width),
        height=max(screen_height, top + height),
        pixel_bytes=1,
        complete=blocks.complete,
        row_order="interlaced" if flags & 0x40 else "top_down",
    )


def _table_bytes(flags: int) -> int:
    """Bytes of the colour table that these flags declare."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


class _Blocks:
    """Walks chains of sub-blocks and counts them over the whole file."""

    def __init__(self, data: bytes, limits: ImageLimits) -> None:
        self._data = data
        self._left = limits.parts + len(data) // 128  # a full block has 255 bytes
        self.complete = True

    def end(self, at: int) -> int:
        """The offset after the chain that begins at `at`; the end of the file if the chain is not closed."""
        data, size = self._data, len(self._data)
        while at < size:
            length = data[at]
            at += 1 + length
            if not length:
                return at
            self._left -= 1
            if self._left < 0:
                raise Quarantined("too_many_parts", "GIF of tiny blocks")
        self.complete = False
        return size
