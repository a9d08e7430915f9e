"""Any bytes give pixels if they hold an image, otherwise Quarantined with its reason."""

from __future__ import annotations

import base64
import gzip
import random
import re

import numpy as np
import pytest
from PIL import Image as pil

from benchmarks.speed.worst_images import chunk
from tagging.image.decoder import ImageLimits, decode_image
from tagging.image.formats import looks_like_image
from tagging.quarantine import Quarantined
from tests.image.image_files import KINDS, SIZE, outcome, saved, scene

YIELDS_ROWS = {"jpeg", "jpeg_progressive", "jpeg_cmyk", "png", "png_palette", "apng", "gif", "bmp", "tiff"}
"""Kinds that give their first rows (or a coarse image) if a tenth of the file is missing."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_truncated_anywhere_gives_pixels_or_a_reason(kind: str) -> None:
    data = KINDS[kind]
    assert outcome(data) == "pixels"
    outcomes = {length: outcome(data[:length]) for length in range(0, len(data), 64)}
    assert outcomes.pop(0) == "empty"
    assert set(outcomes.values()) <= {"pixels", "truncated"}
    assert {outcomes[length] for length in list(outcomes)[: len(outcomes) // 10]} == {"truncated"}
    if kind in YIELDS_ROWS:
        assert outcome(data[: len(data) * 9 // 10]) == "pixels"


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_with_changed_bytes_gives_pixels_or_a_reason(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    draw = random.Random(kind)
    for _ in range(200):
        data = bytearray(KINDS[kind])
        for _ in range(draw.randint(1, 8)):
            place = draw.randrange(min(draw.choice([60, 400, len(data)]), len(data)))
            data[place] = draw.choice([0, 255, draw.randrange(256)])
        outcome(bytes(data))
    assert capfd.readouterr() == ("", "")  # libtiff would write a line for each row that it cannot read


@pytest.mark.parametrize("kind", ["jpeg", "png", "gif", "bmp", "tiff"])
def test_a_broken_file_is_represented_by_its_decoded_rows(kind: str) -> None:
    """Without the black of the missing rows."""
    bright = pil.new("RGB", (100, 100), (240, 200, 220))
    options = {"interlace": 0} if kind == "gif" else {}
    noise = np.random.default_rng(1).integers(200, 256, (100, 100, 3), dtype=np.uint8)
    bright.paste(pil.fromarray(noise))
    data = saved(bright, kind.upper(), **options)
    pixels = decode_image(data[: len(data) * 3 // 4], SIZE).pixels
    assert pixels.mean(axis=(1, 2)).min() > 190


def test_half_a_progressive_jpeg_gives_a_coarse_image() -> None:
    data = saved(scene(400, 300), "JPEG", progressive=True, quality=90)
    half, full = (decode_image(part, SIZE).pixels.astype(int) for part in (data[: len(data) // 2], data))
    assert abs(half - full).mean() < 6


INVALID: dict[str, tuple[bytes, str]] = {
    "no bytes": (b"", "empty"),
    "one byte": (b"\xff", "not_an_image"),
    "text": (b"This is not an image.\n" * 50, "not_an_image"),
    "a web page": (b"<!doctype html><img src=a.jpg>", "not_an_image"),
    "zeroes": (bytes(10_000), "not_an_image"),
    "magic alone, jpeg": (b"\xff\xd8\xff", "truncated"),
    "magic alone, png": (b"\x89PNG\r\n\x1a\n", "truncated"),
    "magic alone, gif": (b"GIF89a", "truncated"),
    "magic alone, bmp": (b"BM", "truncated"),
    "magic alone, tiff": (b"II*\0", "truncated"),
    "magic alone, webp": (b"RIFF\0\0\0\0WEBP", "truncated"),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0" + bytes(100), "unsupported_format"),
    "avif": (b"\0\0\0\x18ftypavif\0\0\0\0" + bytes(100), "unsupported_format"),
    "heic as a sequence": (b"\0\0\0\x18ftypmsf1\0\0\0\0heic" + bytes(100), "unsupported_format"),
    "svg with a declaration": (b'<?xml version="1.0"?>\n<!-- a -->\n<svg width="1"/>', "unsupported_format"),
    "base64": (b"iVBORw0KGgoAAAANSUhEUg", "not_an_image"),
    "a data url": (b"data:image/png;base64,iVBORw0KGgo", "not_an_image"),
    "png read as UTF-8": (b"\xef\xbf\xbdPNG\r\n\x1a\n", "not_an_image"),
    "pdf": (b"%PDF-1.7\n", "unsupported_format"),
    "a video": (b"\0\0\0\x18ftypisom\0\0\0\0" + bytes(100), "unsupported_format"),
    "a wave file": (b"RIFF\0\0\0\0WAVEfmt ", "not_an_image"),
    "jpeg that ends before it begins": (b"\xff\xd8\xff\xd9", "damaged"),
    "png of no pixels": (KINDS["png"].replace(KINDS["png"][16:20], bytes(4), 1), "damaged"),
    "png whose data are text": (
        KINDS["png"][:33] + chunk(b"IDAT", b"no deflate stream" * 9) + chunk(b"IEND", b""),
        "damaged",
    ),
}


@pytest.mark.parametrize("name", INVALID)
def test_bytes_that_are_no_image_have_a_reason(name: str) -> None:
    data, reason = INVALID[name]
    assert outcome(data) == reason


def test_an_unsupported_format_is_named() -> None:
    with pytest.raises(Quarantined, match=r"^unsupported_format: HEIC$"):
        decode_image(INVALID["heic"][0], SIZE)


NAMES: dict[str, tuple[bytes, str]] = {
    "heic as a sequence": (b"\0\0\0\x18ftypmsf1\0\0\0\0heic", "unsupported_format: HEIC"),
    "heif that holds avif": (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "unsupported_format: AVIF"),
    "svg after a declaration": (b'<?xml version="1.0"?>\n<!-- a -->\n<svg width="1"/>', "unsupported_format: SVG"),
    "svg after a long comment": (b"<!--" + b"x" * 30_000 + b"--><svg>", "unsupported_format: SVG"),
    "svg after a mark, with entities": (
        b'\xef\xbb\xbf<!DOCTYPE svg PUBLIC "a" "b" [<!ENTITY ns "c">]>\n<svg>',
        "unsupported_format: SVG",
    ),
    "svg in UTF-16": ('<?xml version="1.0"?><svg/>'.encode("utf-16"), "unsupported_format: SVG"),
    "svg with a prefix": (b'<svg:svg xmlns:svg="a">', "unsupported_format: SVG"),
    "svg, compressed": (gzip.compress(b"<svg></svg>"), "unsupported_format: SVG"),
    "pdf after empty lines": (b"\r\n\r\n%PDF-1.4", "unsupported_format: PDF"),
    "mp4": (b"\0\0\0\x18ftypisom\0\0\0\0", "unsupported_format: MP4 video"),
    "quicktime without a type": (b"\0\0\x10\0moov\0\0\0\x6c", "unsupported_format: QuickTime video"),
    "webm": (b"\x1aE\xdf\xa3" + bytes(20), "unsupported_format: Matroska or WebM video"),
    "text that looks like a box": (b"The wide world is here", "not_an_image: no image begins like this"),
    "a page": (b"\n<!DOCTYPE html>\n<html>", "not_an_image: an HTML page"),
    "an error of S3": (b'<?xml version="1.0"?>\n<Error>', "not_an_image: XML"),
    "a document": (b"PK\x03\x04" + bytes(20), "not_an_image: a ZIP archive or an office document"),
    "a data url of svg": (b"data:image/svg+xml,%3Csvg", "not_an_image: a data URL, not decoded"),
    "png with other line ends": (KINDS["png"].replace(b"\r\n", b"\n"), "not_an_image: line ends changed"),
}


@pytest.mark.parametrize("name", NAMES)
def test_the_detail_names_what_the_file_is(name: str) -> None:
    data, text = NAMES[name]
    with pytest.raises(Quarantined, match=f"^{re.escape(text)}"):
        decode_image(data, SIZE)


@pytest.mark.parametrize("kind", ["jpeg", "png", "gif", "webp_lossless", "bmp", "tiff_lzw"])
def test_an_image_as_text_is_named_as_such(kind: str) -> None:
    data = KINDS[kind]
    packed = base64.b64encode(data)
    for text in (
        *(packed, base64.encodebytes(data), base64.urlsafe_b64encode(data), b'"' + packed, b"b'" + packed),
        *(b"\xef\xbb\xbf\r\n" + packed, packed.decode().encode("utf-16"), b"data:image/x;a=b;base64," + packed),
    ):
        with pytest.raises(Quarantined, match=r"^not_an_image: base64 text, not decoded$"):
            decode_image(text, SIZE)
    with pytest.raises(Quarantined, match="hexadecimal text"):
        decode_image(data.hex().encode(), SIZE)


@pytest.mark.parametrize("kind", ["jpeg", "png", "gif", "webp_lossless", "bmp", "tiff_lzw"])
@pytest.mark.parametrize("read_as", ["utf-8", "latin-1", "cp1252"])
def test_an_image_read_as_text_and_written_as_utf_8_is_named_as_such(kind: str, read_as: str) -> None:
    with pytest.raises(Quarantined, match="bytes changed by a conversion to UTF-8"):
        decode_image(KINDS[kind].decode(read_as, "replace").encode(), SIZE)


def test_a_jpeg_is_limited_by_the_pixels_that_are_decoded() -> None:
    """200 megapixels of a phone are decoded at an eighth of their sides."""
    large = saved(scene(800, 600), "JPEG")
    assert outcome(large, ImageLimits(pixels=1000, memory=8 * 200 * 150)) == "pixels"
    assert outcome(large, ImageLimits(jpeg_pixels=800 * 600 - 1)) == "too_many_pixels"


@pytest.mark.parametrize("format", ["PNG", "BMP", "TIFF"])
def test_rows_count_as_memory_however_narrow_they_are(format: str) -> None:
    narrow = saved(pil.new("L", (1, 40_000)), format)
    assert outcome(narrow, ImageLimits(memory=700_000)) == "pixels"
    assert outcome(narrow, ImageLimits(memory=400_000)) == "too_many_pixels"


@pytest.mark.parametrize("format", ["PNG", "BMP", "TIFF", "GIF"])
def test_the_number_of_rows_is_limited(format: str) -> None:
    narrow = saved(pil.new("L", (1, 40_000)), format)
    assert outcome(narrow, ImageLimits(raster_rows=40_000)) == "pixels"
    assert outcome(narrow, ImageLimits(raster_rows=39_999)) == "too_many_pixels"


def test_a_reason_never_holds_content() -> None:
    for data in (b"secret words", KINDS["png"][:33] + chunk(b"IDAT", b"secret words"), b"GIF89asecret words"):
        with pytest.raises(Quarantined) as caught:
            decode_image(data, SIZE)
        assert "secret" not in str(caught.value)


POLYGLOTS: dict[str, bytes] = {
    "jpeg, then zip": KINDS["jpeg"] + b"PK\x03\x04" + bytes(500),
    "jpeg with a script in a comment": KINDS["jpeg"][:2]
    + b"\xff\xfe\0\x1a<script>alert(1)</script"
    + KINDS["jpeg"][2:],
    "png, then a page": KINDS["png"] + b"<html><body>hello</body></html>",
    "gif, then javascript": KINDS["gif"] + b"/*;*/alert(1)",
    "jpeg, then png": KINDS["jpeg"] + KINDS["png"],
    "bmp, then pdf": KINDS["bmp"] + b"%PDF-1.4",
    "webp, then text": KINDS["webp"] + b"more",
    "jpeg, then a video, as phones write": KINDS["jpeg_progressive"] + random.Random(2).randbytes(2_000_000),
}


@pytest.mark.parametrize("name", POLYGLOTS)
def test_the_image_of_a_polyglot_is_decoded(name: str) -> None:
    kind = next(kind for kind in ("jpeg_progressive" if "phones" in name else name.split(",")[0].split()[0],))
    np.testing.assert_array_equal(decode_image(POLYGLOTS[name], SIZE).pixels, decode_image(KINDS[kind], SIZE).pixels)


def test_the_format_is_recognised_by_bytes_alone() -> None:
    assert all(looks_like_image(data[:16]) for data in KINDS.values())
    assert not any(looks_like_image(data) for data, reason in INVALID.values() if reason == "not_an_image")
