"""Limits of image decoding."""

from __future__ import annotations

from msgspec import Struct


class ImageLimits(Struct, frozen=True):
    """Bounds on time and memory of decoding, whatever the bytes are.

    Memory: the process grows by at most `size` (a copy of the bytes that draw) + `memory` + 24 MiB.
    Time: linear in `size` + `pixels` + `jpeg_pixels` / 8 + `scanned_pixels`; see `budget.py`.
    """

    size: int = 32 * 1024 * 1024
    """Bytes of the file (too_large)."""
    pixels: int = 80_000_000
    """Width x height as the header declares them (too_many_pixels); above Pillow's own 89 million it would warn."""
    memory: int = 192 * 1024 * 1024
    """Bytes that raster and codec need, computed from the header (too_many_pixels): 50 million pixels of a colour PNG,
    12 million of a WebP, 67 million of a common progressive JPEG; a baseline JPEG is decoded at reduced size."""
    parts: int = 65_536
    """Segments, chunks, tags or strips (too_many_parts)."""
    scans: int = 100
    """Passes over the image in a progressive JPEG (too_many_parts); encoders write about ten."""
    scanned_pixels: int = 1_000_000_000
    """Pixels of such an image times its passes (too_many_parts): each pass costs 0.6 ns a pixel, even if empty."""
    rows: float = 0.5
    """Share of rows that a broken file must yield to be tagged; with fewer it is truncated or damaged."""
    jpeg_pixels: int = 250_000_000
    """Width x height of a JPEG, which is decoded at an eighth of its size; phones write 200 million."""
    raster_rows: int = 4_000_000
    """Rows that are decoded (too_many_pixels): each costs 150 ns, however narrow it is."""
