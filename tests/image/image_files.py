"""Small images of every kind that is decoded, and what decoding some bytes gives."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image as pil

from tagging.image.decoder import ImageLimits, decode_image
from tagging.item import Image
from tagging.quarantine import Quarantined

SIZE = 32
LIMITS = ImageLimits()


def saved(image: pil.Image, format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def scene(width: int = 120, height: int = 90) -> pil.Image:
    y, x = np.mgrid[0:height, 0:width]
    return pil.fromarray(np.stack([x + 30, y + 40, x * y % 200 + 20], axis=-1).astype(np.uint8))


def outcome(data: bytes, limits: ImageLimits = LIMITS) -> str:
    """ "pixels", or the reason; anything but Quarantined fails the test by itself."""
    try:
        image = decode_image(data, SIZE, limits)
    except Quarantined as error:
        return error.reason
    assert isinstance(image, Image)
    assert (image.pixels.shape, image.pixels.dtype) == ((SIZE, SIZE, 3), np.uint8)
    return "pixels"


KINDS: dict[str, bytes] = {
    "jpeg": saved(scene(), "JPEG"),
    "jpeg_progressive": saved(scene(), "JPEG", progressive=True),
    "jpeg_cmyk": saved(scene().convert("CMYK"), "JPEG"),
    "png": saved(scene(), "PNG"),
    "png_palette": saved(scene().quantize(40), "PNG"),
    "png_16_bit": saved(pil.fromarray(np.arange(9000, dtype=np.uint16).reshape(90, 100) * 7), "PNG"),
    "apng": saved(scene(), "PNG", save_all=True, append_images=[scene().rotate(90)]),
    "webp": saved(scene(), "WEBP"),
    "webp_lossless": saved(scene(), "WEBP", lossless=True),
    "webp_animated": saved(scene(), "WEBP", save_all=True, append_images=[scene().rotate(90)]),
    "gif": saved(scene(), "GIF", interlace=0),
    "gif_animated": saved(scene(), "GIF", save_all=True, append_images=[scene().rotate(90)]),
    "bmp": saved(scene(), "BMP"),
    "tiff": saved(scene(), "TIFF"),
    "tiff_lzw": saved(scene(), "TIFF", compression="tiff_lzw"),
    "tiff_deflate": saved(scene(), "TIFF", compression="tiff_adobe_deflate"),
    "tiff_jpeg": saved(scene(), "TIFF", compression="jpeg"),
    "tiff_fax": saved(scene().convert("1"), "TIFF", compression="group4"),
}
