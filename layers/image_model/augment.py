"""One image as another photographer might have taken it: nearer, tilted, in other light, saved once more."""

from __future__ import annotations

import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

NEARER = 0.6
"""The least part of an image's area that a crop keeps."""
TILT = 8.0
"""Degrees at most, either way."""
LIGHT = 0.25
"""Brightness, contrast and saturation change by this part at most."""
MIRRORED = ("clothing", "aquarium")
"""Sources of which a mirror image could have been taken too. Brands, prices, card indices and dialogs cannot."""
FRESH = frozenset({"fruit", "vegetables"})
"""So do groceries without a printed word."""


def may_mirror(source: str, tags: frozenset[str]) -> bool:
    return source in MIRRORED or bool(tags & FRESH)


def augmented(pixels: NDArray[np.uint8], size: int, mirror: bool, chance: np.random.Generator) -> NDArray[np.uint8]:
    """An image [any, any, 3] -> one view of it [size, size, 3]."""
    image = framed(Image.fromarray(pixels), size, mirror, chance)
    for change in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        image = change(image).enhance(chance.uniform(1 - LIGHT, 1 + LIGHT))
    if chance.random() < 0.5:
        saved = io.BytesIO()
        image.save(saved, "JPEG", quality=int(chance.integers(40, 95)))
        image = Image.open(saved)
    return np.asarray(image, dtype=np.uint8)


def framed(image: Image.Image, size: int, mirror: bool, chance: np.random.Generator) -> Image.Image:
    """Crop, stretch by a tenth at most, tilt and perhaps mirror, in one resampling."""
    width, height = image.size
    part = math.sqrt(chance.uniform(NEARER, 1))
    stretch = math.sqrt(chance.uniform(0.83, 1.2))
    wide, high = min(width, width * part * stretch), min(height, height * part / stretch)
    centre_x = wide / 2 + chance.random() * (width - wide)
    centre_y = high / 2 + chance.random() * (height - high)
    angle = math.radians(chance.uniform(-TILT, TILT)) * (chance.random() < 0.5)
    across = wide / size * (-1 if mirror and chance.random() < 0.5 else 1)
    down = high / size
    a, b = across * math.cos(angle), -down * math.sin(angle)
    d, e = across * math.sin(angle), down * math.cos(angle)
    c, f = centre_x - (a + b) * size / 2, centre_y - (d + e) * size / 2
    return image.transform(
        (size, size), Image.Transform.AFFINE, (a, b, c, d, e, f), Image.Resampling.BICUBIC, fillcolor=(128, 128, 128)
    )
