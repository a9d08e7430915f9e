"""What an image's file declares before anything is decoded."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

ImageFormat = Literal["JPEG", "PNG", "WebP", "GIF", "BMP", "TIFF"]


class ImageHeader(Struct, frozen=True):
    """An image by its header. `data` is the file reduced to what draws its first frame: the rest is not Pillow's
    to read, so that no comment, profile, thumbnail or later frame can cost anything."""

    format: ImageFormat
    data: bytes
    width: int
    """Pixels, as stored."""
    height: int
    pixel_bytes: int
    """Bytes per pixel of the decoded raster, and of whole-image buffers that shrink with it."""
    beside: int = 0
    """Bytes that the codec needs beside the raster, however much smaller the raster is asked for."""
    orientation: int = 1
    """EXIF: 1 to 8."""
    whole: bool = True
    """Is the file as long as its parts say?"""
    by_rows: bool = True
    """Are rows decoded one after the other, so that a broken file yields its first ones?"""
    upward: bool = False
    """Is the last row stored first?"""

    def __repr__(self) -> str:  # never its data
        return f"ImageHeader({self.format}, {self.width} x {self.height})"
