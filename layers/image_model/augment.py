"""Augmentation: crop, stretch, tilt, mirror, change of light, and JPEG compression."""

from __future__ import annotations

import io
import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

MIN_CROP = 0.6
"""Smallest share of an image's area that a crop keeps."""
MAX_TILT = 8.0
"""Degrees, in both directions."""
MAX_LIGHT = 0.25
"""Largest relative change of brightness, contrast and saturation."""
MIRRORED = ("clothing", "aquarium")
"""Sources whose images may be mirrored; brands, prices, card indices and dialogs may not."""
FRESH = frozenset({"fruit", "vegetables"})
"""Tags of groceries without print, which may be mirrored too."""


def may_mirror(source: str, tags: frozenset[str]) -> bool:
    return source in MIRRORED or bool(tags & FRESH)


def augmented(pixels: NDArray[np.uint8], size: int, mirror: bool, random: np.random.Generator) -> NDArray[np.uint8]:
    """An augmented copy of an image: [any, any, 3] -> [size, size, 3]."""
    image = transformed(Image.fromarray(pixels), size, mirror, random)
    for change in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        image = change(image).enhance(random.uniform(1 - MAX_LIGHT, 1 + MAX_LIGHT))
    if random.random() < 0.5:
        saved = io.BytesIO()
        image.save(saved, "JPEG", quality=int(random.integers(40, 95)))
        image = Image.open(saved)
    return np.asarray(image, dtype=np.uint8)


def transformed(image: Image.Image, size: int, mirror: bool, random: np.random.Generator) -> Image.Image:
    """Crop, stretch by a tenth at most, tilt and perhaps mirror, in one resampling."""
    width, height = image.size
    part = math.sqrt(random.uniform(MIN_CROP, 1))
    stretch = math.sqrt(random.uniform(0.83, 1.2))
    wide, high = min(width, width * part * stretch), min(height, height * part / stretch)
    centre_x = wide / 2 + random.random() * (width - wide)
    centre_y = high / 2 + random.random() * (height - high)
    angle = math.radians(random.uniform(-MAX_TILT, MAX_TILT)) * (random.random() < 0.5)
    across = wide / size * (-1 if mirror and random.random() < 0.5 else 1)
    down = high / size
    a, b = across * math.cos(angle), -down * math.sin(angle)
    d, e = across * math.sin(angle), down * math.cos(angle)
    c, f = centre_x - (a + b) * size / 2, centre_y - (d + e) * size / 2
    return image.transform(
        (size, size), Image.Transform.AFFINE, (a, b, c, d, e, f), Image.Resampling.BICUBIC, fillcolor=(128, 128, 128)
    )
