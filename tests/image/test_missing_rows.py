"""A file with less than half of its rows is truncated, even if its decoder fills the rest without a word."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image as pil

from benchmarks.speed.worst_images import chunk
from tagging.image import SIGNATURE
from tagging.image.decoder import decode_image
from tagging.quarantine import Quarantined

WIDTH, HEIGHT, SIZE = 200, 160, 64
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Adam7: left, top, step to the right, step down."""


def scene(height: int = HEIGHT) -> pil.Image:
    """Bright everywhere, so that rows of black or grey are noticed."""
    noise = np.random.default_rng(3).integers(170, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    return pil.fromarray(noise[:height])


def saved(image: pil.Image, format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def short_png(share: float, interlaced: bool = False) -> bytes:
    """A complete stream, and an end, of too few rows."""
    pixels = np.asarray(scene())
    steps = PASSES if interlaced else ((0, 0, 1, 1),)
    rows = b"".join(b"\0" + row.tobytes() for x, y, right, down in steps for row in pixels[y::down, x::right])
    header = struct.pack(">LLBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, interlaced)
    packed = zlib.compress(rows[: int(len(rows) * share)])
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def short_jpeg(share: float, mode: str = "RGB", **options: Any) -> bytes:
    """The first part of the image's data, and an end marker."""
    data = saved(scene().convert(mode), "JPEG", **options)
    scan = data.index(b"\xff\xda")
    return data[: scan + int((len(data) - scan) * share)].rstrip(b"\xff") + b"\xff\xd9"


def short_gif(share: float) -> bytes:
    """An image of fewer rows, with a header that declares all of them."""
    data = bytearray(saved(scene(int(HEIGHT * share)).quantize(64), "GIF", interlace=0))
    struct.pack_into("<H", data, 8, HEIGHT)
    struct.pack_into("<H", data, data.index(b",\0\0\0\0") + 7, HEIGHT)
    return bytes(data)


def short_tiff(share: float) -> bytes:
    """Strips of eight rows each, and fewer strips than the height needs."""
    data = bytearray(saved(scene(int(HEIGHT * share)), "TIFF", tiffinfo={278: 8}))
    (start,) = struct.unpack_from("<L", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    for at in range(start + 2, start + 2 + 12 * count, 12):
        if struct.unpack_from("<H", data, at) == (257,):
            struct.pack_into("<HHLL", data, at, 257, 4, 1, HEIGHT)
    return bytes(data)


SHORT: dict[str, Any] = {
    "png": short_png,
    "png, interlaced": lambda share: short_png(share, interlaced=True),
    "jpeg": short_jpeg,
    "jpeg, grey": lambda share: short_jpeg(share, "L"),
    "jpeg, CMYK": lambda share: short_jpeg(share, "CMYK"),
    "jpeg, colours not subsampled": lambda share: short_jpeg(share, subsampling=0),
    "jpeg, own tables": lambda share: short_jpeg(share, optimize=True),
    "jpeg, a restart in each row": lambda share: short_jpeg(share, restart_marker_rows=1),
    "jpeg, restarts within rows": lambda share: short_jpeg(share, restart_marker_blocks=3),
    "gif": short_gif,
    "tiff": short_tiff,
}


def test_a_progressive_jpeg_that_ends_within_its_first_scan_is_truncated() -> None:
    data = saved(scene(), "JPEG", progressive=True)
    first = data.index(b"\xff\xda")
    with pytest.raises(Quarantined, match=r"^truncated: JPEG, \d+% of its rows$"):
        decode_image(data[: first + 100].rstrip(b"\xff") + b"\xff\xd9", SIZE)


@pytest.mark.parametrize("kind", SHORT)
@pytest.mark.parametrize("share", [0.05, 0.3, 0.45])
def test_less_than_half_of_the_rows_is_truncated(kind: str, share: float) -> None:
    with pytest.raises(Quarantined, match=r"^truncated: \w+, \d+% of its rows$"):
        decode_image(SHORT[kind](share), SIZE)


@pytest.mark.parametrize("kind", SHORT)
def test_more_than_half_of_the_rows_represent_the_image(kind: str) -> None:
    """Without the black or the grey of the missing ones."""
    rows = decode_image(SHORT[kind](0.9), SIZE).pixels.mean(axis=(1, 2))
    assert rows.min() > 180


GREY = {"RGB": ((128, 128, 128), 128), "L": (128, 128), "CMYK": ((127, 127, 127, 127), 64)}
"""By mode: the grey of missing rows, and its brightness."""


@pytest.mark.parametrize("mode", GREY)
@pytest.mark.parametrize(
    "options",
    [{}, {"progressive": True}, {"optimize": True}, {"restart_marker_rows": 1}, {"restart_marker_blocks": 1}],
    ids=str,
)
def test_grey_that_the_file_holds_is_no_missing_row(mode: str, options: dict[str, Any]) -> None:
    image = scene().convert(mode)
    grey, brightness = GREY[mode]
    image.paste(grey, (0, 20, WIDTH, HEIGHT))
    rows = decode_image(saved(image, "JPEG", **options), SIZE).pixels.mean(axis=(1, 2))
    assert abs(rows[10:] - brightness).max() < 6
    assert decode_image(saved(pil.new(mode, (WIDTH, HEIGHT), grey), "JPEG", **options), SIZE).even


@pytest.mark.parametrize("format", ["PNG", "GIF", "BMP", "TIFF"])
@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (1, 500), (500, 1), (7, 90)])
def test_every_row_of_a_whole_image_counts_as_decoded(format: str, mode: str, shape: tuple[int, int]) -> None:
    for value in (0, 1, 255):
        image = pil.new("L", shape, value).convert(mode)
        assert decode_image(saved(image, format), SIZE).pixels.shape == (SIZE, SIZE, 3)


def test_zeros_in_place_of_the_end_of_a_jpeg_are_missing_rows() -> None:
    data = saved(scene(), "JPEG")
    with pytest.raises(Quarantined, match="truncated"):
        decode_image(data[: len(data) // 3] + bytes(len(data) * 2 // 3), SIZE)


def test_a_frame_smaller_than_the_canvas_of_a_gif_is_whole() -> None:
    data = bytearray(saved(scene().quantize(64), "GIF"))
    struct.pack_into("<HH", data, 6, WIDTH * 3, HEIGHT * 3)
    assert decode_image(bytes(data), SIZE).pixels.shape == (SIZE, SIZE, 3)
