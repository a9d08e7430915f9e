"""Generates invalid image files from a seed: each kind breaks one property, at any size."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image as pil

Random = random.Random

_HUGE_NUMBERS = (
    b"\0",
    b"\xff",
    b"\x7f\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\xff\xff\xff\xff",
    b"\0\0\x4e\x20",
    b"\0\1\0\0",
    b"\xff\xff",
    b"\0\0",
)


def _scene() -> pil.Image:
    y, x = np.mgrid[0:22, 0:30]
    return pil.fromarray(np.stack([x * 8, y * 11, x * y % 251], axis=-1).astype(np.uint8))


def _saved(image: pil.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def _whole() -> dict[str, bytes]:
    scene, more = _scene(), [_scene().rotate(180)]
    return {
        "jpeg": _saved(scene, "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"),
        "jpeg progressive": _saved(scene, "JPEG", progressive=True),
        "jpeg cmyk": _saved(scene.convert("CMYK"), "JPEG"),
        "png": _saved(scene, "PNG"),
        "png palette": _saved(scene.quantize(16), "PNG", transparency=3),
        "png alpha": _saved(scene.convert("RGBA"), "PNG"),
        "apng": _saved(scene, "PNG", save_all=True, append_images=more),
        "webp": _saved(scene, "WEBP"),
        "webp lossless": _saved(scene.convert("RGBA"), "WEBP", lossless=True),
        "webp animated": _saved(scene, "WEBP", save_all=True, append_images=more),
        "gif": _saved(scene, "GIF"),
        "gif animated": _saved(scene, "GIF", save_all=True, append_images=more),
        "bmp": _saved(scene, "BMP"),
        "bmp palette": _saved(scene.quantize(16), "BMP"),
        "tiff": _saved(scene, "TIFF"),
        "tiff lzw": _saved(scene, "TIFF", compression="tiff_lzw"),
        "tiff deflate": _saved(scene, "TIFF", compression="tiff_adobe_deflate"),
        "tiff jpeg": _saved(scene, "TIFF", compression="jpeg"),
        "tiff fax": _saved(scene.convert("1"), "TIFF", compression="group4"),
    }


WHOLE = _whole()
"""One valid file of each form, a few hundred bytes each."""
FORMS = tuple(WHOLE)


def _any(rng: Random) -> bytearray:
    return bytearray(WHOLE[rng.choice(FORMS)])


def flipped(rng: Random, size: int) -> bytes:
    """Some bytes changed, more of them near the beginning."""
    data = _any(rng)
    for _ in range(rng.randint(1, 8)):
        data[rng.randrange(rng.choice((30, 200, len(data))) % len(data) or len(data))] = rng.choice(
            (0, 255, rng.randrange(256))
        )
    return bytes(data) + rng.randbytes(rng.choice((0, 0, min(size, 1 << 20))))


def huge_header(rng: Random, size: int) -> bytes:
    """Header numbers of maximum size: sides, lengths, counts, offsets."""
    data = _any(rng)
    for _ in range(rng.randint(1, 3)):
        at, number = rng.randrange(min(len(data), rng.choice((40, 120)))), rng.choice(_HUGE_NUMBERS)
        data[at : at + len(number)] = number
    return bytes(data) + bytes(rng.choice((0, 0, size)))


def repeated(rng: Random, size: int) -> bytes:
    """One piece of the file repeated: many parts or scans."""
    data = _any(rng)
    begin = rng.randrange(len(data))
    end = min(len(data), begin + rng.choice((1, 2, 12, 40, 400)))
    return bytes(data[:begin] + data[begin:end] * (size // (end - begin) + 1) + data[end:])


def scans(rng: Random, size: int) -> bytes:
    """A progressive JPEG with repeated scans."""
    data = WHOLE["jpeg progressive"]
    places = [at for at in range(len(data) - 1) if data[at : at + 2] == b"\xff\xda"]
    begin = rng.choice(places)
    again = data[begin : rng.choice([at for at in (*places, len(data) - 2) if at > begin])]
    return data[:begin] + again * (size // len(again) + 1) + data[begin:]


def stuffed(rng: Random, size: int) -> bytes:
    """Large parts that draw nothing: comments, profiles, text that unpacks to megabytes, EXIF, later frames."""
    bomb = zlib.compress(bytes(size * rng.choice((1, 20))), 9)
    form = rng.choice(("jpeg", "png", "gif", "webp", "tiff"))
    data = WHOLE[form]
    if form == "jpeg":
        part = b"\xff" + rng.choice((b"\xe1", b"\xe2", b"\xfe", b"\xed")) + struct.pack(">H", 65_000) + bytes(64_998)
        return data[:2] + part * (size // 65_000 + 1) + data[2:]
    if form == "png":
        name = rng.choice((b"zTXt", b"iTXt", b"iCCP", b"eXIf", b"tEXt", b"fdAT", b"sPLT"))
        body = b"a\0\0" + bomb
        part = struct.pack(">L", len(body)) + name + body + struct.pack(">L", zlib.crc32(name + body))
        return data[:33] + part * rng.randint(1, 40) + data[33:]
    if form == "gif":
        return data[:13] + b"!\xfe" + (b"\xff" + bytes(255)) * (size // 256 + 1) + b"\0" + data[13:]
    if form == "webp":
        name = rng.choice((b"EXIF", b"XMP ", b"ICCP", b"ANMF", b"ALPH", b"abcd"))
        return data[:12] + (name + struct.pack("<L", 1000) + bytes(1000)) * (size // 1008 + 1) + data[12:]
    at = int.from_bytes(data[4:8], "little")
    entry = struct.pack(
        "<HHLL", rng.choice((270, 273, 279, 320, 34675, 700)), rng.choice((1, 2, 4, 7)), rng.choice((size, 1 << 31)), 8
    )
    count = min(size // 12 + 1, 60_000)
    return data[:at] + struct.pack("<H", count) + entry * count + data[at:]


def spliced(rng: Random, size: int) -> bytes:
    """The beginning of one form and the end of another, or one image inside another."""
    one, other = bytes(_any(rng)), bytes(_any(rng))
    at = rng.randrange(len(one))
    return one[:at] + other[rng.choice((0, rng.randrange(len(other)))) :] + one[at:][:size]


KINDS: dict[str, Callable[[Random, int], bytes]] = {
    kind.__name__: kind for kind in (flipped, huge_header, repeated, scans, stuffed, spliced)
}


def image(kind: str, seed: int, size: int) -> bytes:
    """One file of about `size` bytes where its kind grows; the same for the same three."""
    return KINDS[kind](Random(f"{kind} {seed} {size}"), size)
