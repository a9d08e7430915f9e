"""The properties that an image file declares, read before anything is decoded."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

ImageFormat = Literal["JPEG", "PNG", "WebP", "GIF", "BMP", "TIFF"]


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
    sequential: bool = True
    """Whether rows are decoded in order, so that a broken file yields the first ones."""
    bottom_up: bool = False
    """Whether the last row is stored first."""

    def __repr__(self) -> str:  # without content
        return f"ImageHeader({self.format}, {self.width} x {self.height})"
