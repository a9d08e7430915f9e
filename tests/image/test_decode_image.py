"""Every format, mode and orientation gives the image that a person would see."""

from __future__ import annotations

import io
import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as pil
from PIL import ImageDraw, ImageOps

from benchmarks.speed.worst_images import chunk
from tagging.image.decoder import decode_image
from tagging.image.png import SIGNATURE
from tagging.quarantine import Quarantined

SIZE = 64
TRANSPOSES = {
    1: None,
    2: pil.Transpose.FLIP_LEFT_RIGHT,
    3: pil.Transpose.ROTATE_180,
    4: pil.Transpose.FLIP_TOP_BOTTOM,
    5: pil.Transpose.TRANSPOSE,
    6: pil.Transpose.ROTATE_90,
    7: pil.Transpose.TRANSVERSE,
    8: pil.Transpose.ROTATE_270,
}
"""How an image is stored so that the orientation turns it upright."""
LOSSLESS: dict[str, dict[str, Any]] = {
    "png": {"format": "PNG"},
    "tiff": {"format": "TIFF"},
    "tiff_lzw": {"format": "TIFF", "compression": "tiff_lzw"},
    "webp": {"format": "WEBP", "lossless": True},
}


def saved(image: pil.Image, format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def scene(width: int = 150, height: int = 100) -> pil.Image:
    """An image without symmetry and without black."""
    y, x = np.mgrid[0:height, 0:width]
    red, green = 40 + 180 * x / width, 30 + 200 * y / height
    return pil.fromarray(np.stack([red, green, 90 + 0 * x], axis=-1).astype(np.uint8))


def noise(width: int, height: int) -> pil.Image:
    return pil.fromarray(np.random.default_rng(width * height).integers(0, 256, (height, width, 3), dtype=np.uint8))


def stored(image: pil.Image, orientation: int, **options: Any) -> bytes:
    turned = image if TRANSPOSES[orientation] is None else image.transpose(TRANSPOSES[orientation])
    if options["format"] == "TIFF":
        return saved(turned, tiffinfo={274: orientation}, **options)
    exif = pil.Exif()
    exif[0x0112] = orientation
    return saved(turned, exif=exif, **options)


def pixels(data: bytes, size: int = SIZE) -> NDArray[np.int16]:
    return decode_image(data, size).pixels.astype(np.int16)


def deep_png(image: pil.Image) -> bytes:
    """A PNG of 16 bits a sample, which Pillow reads and does not write."""
    samples = np.asarray(image).astype(">u2") * 257
    rows = zlib.compress(b"".join(b"\0" + row.tobytes() for row in samples.astype(">u2")))
    header = struct.pack(">LLBBBBB", image.width, image.height, 16, 2, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def distance(one: NDArray[np.int16], other: NDArray[np.int16]) -> float:
    """Mean difference of two images, in steps of 255."""
    return float(np.abs(one - other).mean())


FORMATS: dict[str, tuple[bytes, float]] = {
    "jpeg": (saved(scene(), "JPEG", quality=95), 2),
    "jpeg, progressive": (saved(scene(), "JPEG", quality=95, progressive=True), 2),
    "jpeg, colours not subsampled": (saved(scene(), "JPEG", quality=95, subsampling=0), 2),
    "jpeg, several images (MPO)": (saved(scene(), "MPO", save_all=True, append_images=[noise(90, 90)]), 6),
    "jpeg, CMYK as Adobe writes it": (saved(scene().convert("CMYK"), "JPEG", quality=95), 6),
    "png": (saved(scene(), "PNG"), 0),
    "png, with alpha": (saved(scene().convert("RGBA"), "PNG"), 0),
    "png, 16 bit": (deep_png(scene()), 0),
    "png, palette": (saved(scene().quantize(256), "PNG"), 6),
    "png, animated": (saved(scene(), "PNG", save_all=True, append_images=[noise(150, 100)]), 0),
    "webp": (saved(scene(), "WEBP", quality=95), 3),
    "webp, lossless": (saved(scene(), "WEBP", lossless=True), 0),
    "webp, with alpha": (saved(scene().convert("RGBA"), "WEBP", lossless=True), 0),
    "webp, animated": (saved(scene(), "WEBP", save_all=True, append_images=[noise(150, 100)], lossless=True), 0),
    "gif": (saved(scene().quantize(256), "GIF"), 6),
    "gif, animated": (saved(scene().quantize(256), "GIF", save_all=True, append_images=[noise(150, 100)]), 6),
    "bmp": (saved(scene(), "BMP"), 0),
    "tiff": (saved(scene(), "TIFF"), 0),
    "tiff, deflate": (saved(scene(), "TIFF", compression="tiff_adobe_deflate"), 0),
    "tiff, LZW": (saved(scene(), "TIFF", compression="tiff_lzw"), 0),
    "tiff, PackBits": (saved(scene(), "TIFF", compression="packbits"), 0),
    "tiff, JPEG": (saved(scene(), "TIFF", compression="jpeg", quality=95), 6),
    "tiff, CMYK": (saved(scene().convert("CMYK"), "TIFF"), 2),
    "tiff, several pages": (saved(scene(), "TIFF", save_all=True, append_images=[noise(90, 90)]), 0),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_shows_the_same_image(name: str) -> None:
    data, tolerance = FORMATS[name]
    result = pixels(data)
    assert result.shape == (SIZE, SIZE, 3)
    assert distance(result, pixels(saved(scene(), "PNG"))) <= tolerance


GREY = np.linspace(0, 255, 150)[None].repeat(100, axis=0)
GREYS: dict[str, bytes] = {
    "png": saved(pil.fromarray(GREY.astype(np.uint8)), "PNG"),
    "png, 16 bit": saved(pil.fromarray((GREY * 257).astype(np.uint16)), "PNG"),
    "png, with alpha": saved(pil.fromarray(GREY.astype(np.uint8)).convert("LA"), "PNG"),
    "tiff, 16 bit": saved(pil.fromarray((GREY * 257).astype(np.uint16)), "TIFF"),
    "tiff, 16 bit, LZW": saved(pil.fromarray((GREY * 257).astype(np.uint16)), "TIFF", compression="tiff_lzw"),
    "tiff, 16 bit, big-endian": saved(pil.fromarray((GREY * 257).astype(">u2")), "TIFF"),
    "jpeg": saved(pil.fromarray(GREY.astype(np.uint8)), "JPEG", quality=95),
}


@pytest.mark.parametrize("name", GREYS)
def test_greys_of_every_depth_are_the_same_greys(name: str) -> None:
    assert distance(pixels(GREYS[name]), pixels(GREYS["png"])) <= 1.5


@pytest.mark.parametrize("options", [{"format": "PNG"}, {"format": "TIFF", "compression": "group4"}])
def test_black_and_white_stays_black_and_white(options: dict[str, Any]) -> None:
    half = pil.new("1", (100, 100), 1)
    half.paste(0, (0, 0, 50, 100))
    result = pixels(saved(half, **options), 10)
    assert (result[:, :4] <= 5).all()
    assert (result[:, 6:] >= 250).all()


def test_transparent_pixels_become_white() -> None:
    clear = scene().convert("RGBA")
    clear.putalpha(0)
    indexed = pil.new("P", (20, 20), 1)
    indexed.putpalette([0, 0, 0, 10, 20, 30])
    tinted = pil.new("LA", (20, 20), (0, 128))
    assert (pixels(saved(clear, "PNG")) == 255).all()
    assert (pixels(saved(clear, "WEBP", lossless=True)) == 255).all()
    assert (pixels(saved(indexed, "PNG", transparency=1)) == 255).all()
    assert (pixels(saved(indexed, "PNG", transparency=bytes((255, 0)))) == 255).all()
    assert (pixels(saved(indexed, "GIF", transparency=1)) == 255).all()
    assert (pixels(saved(pil.new("RGB", (9, 9), (1, 2, 3)), "PNG", transparency=(1, 2, 3))) == 255).all()
    assert set(pixels(saved(tinted, "PNG")).ravel()) == {127}


def text_image(ink: tuple[int, ...], ground: tuple[int, ...]) -> pil.Image:
    image = pil.new("RGBA", (300, 200), ground)
    for row in range(20, 180, 24):
        ImageDraw.Draw(image).rectangle((20, row, 260, row + 8), fill=ink)
    return image


@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("ink", [(255, 255, 255, 255), (250, 250, 252, 255), (255, 255, 255, 90)])
def test_white_text_on_a_transparent_ground_stays_visible(format: str, ink: tuple[int, ...]) -> None:
    options = {"lossless": True} if format == "WEBP" else {}
    result = pixels(saved(text_image(ink, (0, 0, 0, 0)), format, **options))
    assert result.max() - result.min() > 60


def test_white_text_in_a_palette_stays_visible() -> None:
    image = text_image((255, 255, 255, 255), (0, 0, 0, 0)).convert("LA").convert("RGBA").quantize(4)
    for data in (saved(image, "PNG"), saved(image, "GIF")):
        assert np.ptp(pixels(data)) > 200


def test_other_content_stays_on_white() -> None:
    """Dark text, and a white window with a transparent edge, whose own content can be seen."""
    dark = pixels(saved(text_image((30, 30, 40, 255), (0, 0, 0, 0)), "PNG"))
    window = text_image((0, 0, 0, 0), (0, 0, 0, 0))
    window.paste(text_image((20, 90, 200, 255), (255, 255, 255, 255)).crop((10, 10, 290, 190)), (10, 10))
    for result in (dark, pixels(saved(window, "PNG"))):
        assert (result[0] == 255).all()


def test_an_image_in_which_nothing_can_be_seen_is_even() -> None:
    assert decode_image(saved(pil.new("L", (1, 1), 7), "GIF"), SIZE).even
    assert decode_image(saved(pil.new("RGB", (90, 70), (200, 120, 31)), "JPEG", quality=30), SIZE).even
    assert not decode_image(saved(scene(), "PNG"), SIZE).even
    assert not decode_image(saved(text_image((225, 225, 225, 255), (255, 255, 255, 255)), "PNG"), SIZE).even


SHAPES = [(150, 100), (1, 1), (37, 500), (799, 401), (301, 207), (4000, 1), (1, 4000), (640, 480)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", LOSSLESS)
def test_all_eight_orientations_give_exactly_the_same_pixels(kind: str, shape: tuple[int, int]) -> None:
    image = noise(*shape)
    upright = pixels(saved(image, **LOSSLESS[kind]))
    for orientation in TRANSPOSES:
        result = pixels(stored(image, orientation, **LOSSLESS[kind]))
        np.testing.assert_array_equal(result, upright, f"orientation {orientation}")


@pytest.mark.parametrize("orientation", TRANSPOSES)
def test_a_turned_jpeg_is_upright_as_pillow_turns_it(orientation: int) -> None:
    data = stored(scene(600, 400), orientation, format="JPEG", quality=95)
    upright = ImageOps.exif_transpose(pil.open(io.BytesIO(data)))
    assert distance(pixels(data), pixels(saved(upright, "PNG"))) < 2


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"II*\0",
        b"II*\0\xff\xff\xff\xff",
        b"MM\0*\0\0\0\x08\xff\xff",
        b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x63\0\0\0",  # orientation 99
        b"II*\0\x08\0\0\0\x01\0\x12\x01\x02\0\x01\0\0\0\x06\0\0\0",  # orientation as text
        b"nothing of the kind" * 100,
    ],
)
def test_corrupt_exif_is_ignored(exif: bytes) -> None:
    for format in ("JPEG", "PNG", "WEBP"):
        bare, with_exif = (pixels(saved(scene(), format, exif=block)) for block in (b"", b"Exif\0\0" + exif))
        np.testing.assert_array_equal(bare, with_exif)


def test_an_image_longer_than_two_to_one_is_cropped_to_its_centre() -> None:
    wide = pil.new("RGB", (500, 100), (250, 0, 0))
    wide.paste((0, 0, 250), (150, 0, 350, 100))
    assert (pixels(saved(wide, "PNG")) == (0, 0, 250)).all()
    assert (pixels(saved(wide.transpose(pil.Transpose.ROTATE_90), "PNG")) == (0, 0, 250)).all()
    wide = pil.new("RGB", (200, 100), (250, 0, 0))
    wide.paste((0, 0, 250), (50, 0, 150, 100))
    assert tuple(pixels(saved(wide, "PNG"))[SIZE // 2, 1]) == (250, 0, 0)  # two to one is not cropped


@pytest.mark.parametrize("shape", [(1, 1), (2, 1), (20_000, 1), (1, 20_000), (16_000, 3)])
@pytest.mark.parametrize("format", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_extreme_shapes_are_images_too(shape: tuple[int, int], format: str) -> None:
    if format == "WEBP" and max(shape) > 16_383:
        pytest.skip("WebP ends at 16,383 pixels a side")
    assert (abs(pixels(saved(pil.new("RGB", shape, (200, 40, 90)), format)) - (200, 40, 90)) < 12).all()


def test_a_large_jpeg_is_decoded_smaller_and_looks_the_same() -> None:
    large = scene(3200, 2400)
    small = pixels(saved(large, "JPEG", quality=92), 192)
    in_full = np.asarray(large.resize((192, 192), pil.Resampling.BOX)).astype(np.int16)
    assert distance(small, in_full) < 1.5


def test_no_pixel_aliases_survive_reduction() -> None:
    """A fine chessboard becomes grey, not another chessboard."""
    board = (np.indices((1000, 1000)).sum(axis=0) % 2 * 255).astype(np.uint8)
    result = pixels(saved(pil.fromarray(board), "PNG"))
    assert abs(result - 127).max() <= 2


def test_images_can_be_decoded_in_several_threads_at_once() -> None:
    files = [data for data, _ in FORMATS.values()] * 3
    alone = [pixels(data) for data in files]
    with ThreadPoolExecutor(4) as threads:
        for one, other in zip(alone, threads.map(pixels, files), strict=True):
            np.testing.assert_array_equal(one, other)


def test_images_of_measurements_are_unsupported() -> None:
    for mode in ("I", "F"):
        with pytest.raises(Quarantined, match="unsupported_format"):
            decode_image(saved(pil.new(mode, (10, 10)), "TIFF"), SIZE)
