"""An item of the data set as the page shows it: its text, or a small copy of its image inside the page."""

from __future__ import annotations

import io
from base64 import b64encode

from tagging.learning.data import ImageFile, Row
from tagging.learning.report.markup import Markup, tag

LONGEST = 700
"""Characters shown of a text."""
SIDE = 128
"""Pixels of an image's copy at most."""


def shown(row: Row) -> Markup:
    """The text of a row, cut; or its image as it is tagged: upright, on white, its middle."""
    if row.image is not None:
        return _copy(row.image)
    text = row.text if len(row.text) <= LONGEST else row.text[:LONGEST].rstrip() + " …"
    return tag("p.mail", text)


def _copy(image: ImageFile) -> Markup:
    from PIL import Image as pil  # there where images are, and pages of mails do without

    from tagging.image import ImageError, ImageLimits, decode_image, read_image_header

    try:
        data = image.path.read_bytes()
        file = read_image_header(data, ImageLimits())
        seen = pil.fromarray(decode_image(data, SIDE).pixels)
    except (ImageError, OSError):
        return tag("p.quiet", "cannot be shown: the file has gone or changed")
    width, height = (file.height, file.width) if file.orientation > 4 else (file.width, file.height)
    # It was made square; the sides that it had, as far as the encoder sees them, are told by its header.
    narrow = max(0.5, min(width, height) / max(width, height))
    sides = (SIDE, round(SIDE * narrow)) if width >= height else (round(SIDE * narrow), SIDE)
    out = io.BytesIO()
    seen.resize(sides).save(out, "WEBP", quality=60)
    source = f"data:image/webp;base64,{b64encode(out.getvalue()).decode()}"
    return tag("img.image", src=source, alt="", width=sides[0], height=sides[1])
