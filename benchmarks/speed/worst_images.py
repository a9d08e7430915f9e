"""Generates the images that cost the decoder most within its limits."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from math import isqrt

import numpy as np
from PIL import Image as pil

from tagging.image import SIGNATURE, ImageLimits

_SIDES = 64
"""Sides are multiples of this, so that no format rounds them up."""


def worst_images(limits: ImageLimits) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of the largest image of each kind within `limits`, and of some just outside them."""
    memory = limits.memory
    png = large_png(square(memory // 4, limits), "RGBA")
    yield "png_rgba", png
    yield "png_rgba_padded", padded_png(png, limits.size)
    yield "png_one_row", large_png(memory // 13 // _SIDES * _SIDES, "RGBA", 1)
    yield "png_palette", saved("P", square(limits.pixels, limits), "PNG")
    yield "jpeg_baseline", saved("RGB", square(limits.pixels, limits), "JPEG", quality=30)
    yield "jpeg_progressive", saved("RGB", square(memory // 7, limits), "JPEG", progressive=True, subsampling=0)
    yield "jpeg_progressive_cmyk", saved("CMYK", square(memory // 9, limits), "JPEG", progressive=True)
    yield "webp_lossless", saved("RGBA", square(memory // 16, limits), "WEBP", lossless=True, method=0)
    yield "webp_lossy", saved("RGBA", square(memory // 16, limits), "WEBP", quality=10, method=0)
    yield "gif", saved("P", square(limits.pixels, limits), "GIF")
    yield "tiff_one_strip", saved("RGB", square(memory // 7, limits), "TIFF", compression="tiff_deflate")
    yield "tiff_jpeg", saved("RGB", square(memory // 16, limits), "TIFF", compression="jpeg")
    yield "tiff_16_bit", saved("I;16", square(memory // 4, limits), "TIFF", compression="tiff_lzw")
    yield "bmp", saved("RGB", square((limits.size - 1000) // 3, limits), "BMP")
    yield "png_bomb", large_png(16_128, "L")
    yield "png_text_bomb", with_text_bombs(saved("RGB", 256, "PNG"))
    phone = isqrt(min(limits.jpeg_pixels, 8 * limits.size)) // _SIDES * _SIDES
    yield "jpeg_phone", saved("L", phone, "JPEG", quality=30)
    yield from narrow_images(limits)


def narrow_images(limits: ImageLimits) -> Iterator[tuple[str, bytes]]:
    """Images one pixel wide and one pixel high, of the longest side that the limits or the format admit."""
    rows = min(limits.raster_rows, limits.memory // 16, (limits.size - 2000) // 4)  # a BMP's rows have 4 bytes
    columns = min(limits.pixels, limits.memory // 13, limits.size - 2000)
    longest = {"PNG": (rows, columns), "BMP": (rows, columns), "TIFF": (rows, columns)}
    for format in ("PNG", "BMP", "TIFF", "GIF", "JPEG", "WEBP"):
        side = {"WEBP": 16_383, "JPEG": 65_500}.get(format, 65_535)
        height, width = longest.get(format, (side, side))
        for name, size in (("1_x_n", (1, height)), ("n_x_1", (width, 1))):
            out = io.BytesIO()
            image = pil.new("L", size, 90)
            options = {"compression": "tiff_lzw", "tiffinfo": {278: size[1]}} if format == "TIFF" else {}
            image.save(out, format, **options)
            yield f"{format.lower()}_{name}", out.getvalue()


def square(pixels: int, limits: ImageLimits) -> int:
    """The side of the largest square image of at most so many pixels."""
    return isqrt(min(pixels, limits.pixels)) // _SIDES * _SIDES


def saved(mode: str, side: int, format: str, **options: object) -> bytes:
    """An image of repeated tiles that Pillow writes; a TIFF in one strip."""
    if format == "TIFF":
        options["tiffinfo"] = {278: side}
    tile = np.add.outer(np.arange(_SIDES) * 3, np.arange(_SIDES)).astype(np.uint16 if mode == "I;16" else np.uint8)
    row = pil.fromarray(np.tile(tile, side // _SIDES))
    if mode in ("CMYK", "RGB", "RGBA"):
        row = pil.merge(mode, [row] * len(mode))
    image = pil.new(mode, (side, side))
    for top in range(0, side, _SIDES):
        image.paste(row, (0, top))
    if mode == "P":
        image.putpalette(bytes(range(256)) * 3)
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def large_png(width: int, mode: str, height: int = 0) -> bytes:
    """A PNG in mode "1", "L" or "RGBA", square unless a height is given; compressed about 1,000 times."""
    bits, colours = {"1": (1, 0), "L": (8, 0), "RGBA": (8, 6)}[mode]
    height = height or width
    rows = (b"\0" + bytes((200, 30, 60, 255)) * (width * len(mode) * bits // 32)) * min(height, _SIDES)
    packer = zlib.compressobj(9)
    first = packer.compress(rows) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(rows) + packer.flush(zlib.Z_FULL_FLUSH)  # needs nothing before it: can be repeated
    times = max(1, height // _SIDES)
    checksum = 1
    for _ in range(times):
        checksum = zlib.adler32(rows, checksum)
    packed = first + again * (times - 1) + b"\x03\0" + struct.pack(">L", checksum)
    header = struct.pack(">LLBBBBB", width, height, bits, colours, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def chunk(name: bytes, content: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">L", len(content)) + name + content + struct.pack(">L", zlib.crc32(name + content))


def padded_png(png: bytes, size: int) -> bytes:
    """The same image in a file of `size` bytes, all of them in image data chunks."""
    end = len(png) - 12
    return png[:end] + chunk(b"IDAT", bytes(size - len(png) - 12)) + png[end:]


def with_text_bombs(png: bytes) -> bytes:
    """The same image with 60 comments and a colour profile that unpack to 64 MB each."""
    packed = zlib.compress(bytes(64_000_000))
    comments = b"".join(chunk(b"zTXt", b"comment%d\0\0" % number + packed) for number in range(60))
    return png[:33] + chunk(b"iCCP", b"profile\0\0" + packed) + comments + png[33:]
