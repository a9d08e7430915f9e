"""Small generated images for the golden items of a bundle, so that no user's photo is needed."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image as pil
from PIL import ImageDraw

SIDE = 96
COUNT = 240


def drawn_images(count: int = COUNT) -> Sequence[bytes]:
    """PNG files of at most 4 KB, always the same: shapes of few colours on a ground of one."""
    return [_drawn(np.random.default_rng(number)) for number in range(count)]


def _drawn(random: np.random.Generator) -> bytes:
    image = pil.new("P", (SIDE, SIDE), 0)
    image.putpalette([int(part) for part in random.integers(0, 256, 3 * 8)])
    draw = ImageDraw.Draw(image)
    for _ in range(int(random.integers(1, 14))):
        left, top = (int(place) for place in random.integers(-10, SIDE, 2))
        width, height = (int(side) for side in random.integers(4, SIDE, 2))
        shape = draw.rectangle if random.random() < 0.5 else draw.ellipse
        shape((left, top, left + width, top + height), fill=int(random.integers(1, 8)))
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
