"""The properties that an image file declares, read before anything is decoded."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

ImageFormat = Literal["JPEG", "PNG", "WebP", "GIF", "BMP", "TIFF"]
RowOrder = Literal["top_down", "bottom_up", "interlaced", "unordered"]
"""How a file stores its rows. Of a broken file, the first ones can be used, unless its order is `unordered`."""


class ImageHeader(Struct, frozen=True):
    """A parsed header. `data` is the file reduced to the bytes that draw its first frame, so that comments, profiles,
    thumbnails and later frames cost nothing."""

    format: ImageFormat
    data: bytes
    width: int
    """Pixels, as stored."""
    height: int
    pixel_bytes: int
    """Bytes per pixel of the decoded raster, and of whole-image buffers that shrink with it."""
    codec_bytes: int = 0
    """Bytes that the codec needs in addition to the raster, at any decoding scale."""
    orientation: int = 1
    """EXIF: 1 to 8."""
    complete: bool = True
    """Whether the file is as long as its parts declare."""
    row_order: RowOrder = "top_down"
    scan_at: int = 0
    """JPEG: the offset of the first scan in `data`."""

    def __repr__(self) -> str:  # without content
        return f"ImageHeader({self.format}, {self.width} x {self.height})"
