"""An item of the data set as the page shows it: its text, or a small copy of its image."""

from __future__ import annotations

import io
from base64 import b64encode
from dataclasses import dataclass

from tagging.learning.data import Example, ImageFile
from tagging.quarantine import Quarantined

LONGEST = 700
"""Characters shown of a text."""
SIDE = 128
"""Longer side of an image's copy, in pixels."""


@dataclass(frozen=True)
class ShownItem:
    """A text, or a data URL of an image and its size in pixels; neither where the image cannot be read."""

    text: str = ""
    image: str = ""
    width: int = 0
    height: int = 0


def shown(row: Example) -> ShownItem:
    """The text of a row, cut; or its image as it is tagged: upright, on white, its middle."""
    if row.image is not None:
        return _copy(row.image)
    return ShownItem(row.text if len(row.text) <= LONGEST else row.text[:LONGEST].rstrip() + " …")


def _copy(image: ImageFile) -> ShownItem:
    from PIL import Image as pil  # reports of mails do without Pillow

    from tagging.image import ImageLimits, decode_image, read_image_header

    try:
        data = image.path.read_bytes()
        header = read_image_header(data, ImageLimits())
        pixels = pil.fromarray(decode_image(data, SIDE).pixels)
    except (Quarantined, OSError):
        return ShownItem()
    width, height = (header.height, header.width) if header.orientation > 4 else (header.width, header.height)
    # The decoded image is square; its header gives the original proportions, as far as the encoder sees them.
    shorter = round(SIDE * max(0.5, min(width, height) / max(width, height)))
    size = (SIDE, shorter) if width >= height else (shorter, SIDE)
    out = io.BytesIO()
    pixels.resize(size).save(out, "WEBP", quality=60)
    return ShownItem("", f"data:image/webp;base64,{b64encode(out.getvalue()).decode()}", *size)
