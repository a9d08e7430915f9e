"""Items that the smoke test has a function tag: between them they need every package that reading items needs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from PIL import Image, ImageDraw

from layers.runtime.functions import ItemKind

_MAIL = b"""\
From: Ann <ann@example.com>
Subject: Charged twice
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>I was charged twice for one card payment.<br>Please give me my money back.</p>
<blockquote type="cite">How can we help?</blockquote>
"""
_FORMS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("JPEG", "RGB", {}),
    ("JPEG", "CMYK", {"progressive": True}),
    ("PNG", "RGBA", {}),
    ("WebP", "RGB", {}),
    ("WebP", "RGBA", {"lossless": True}),
    ("GIF", "P", {}),
    ("BMP", "RGB", {}),
    ("TIFF", "RGB", {"compression": "tiff_lzw"}),
    ("TIFF", "RGB", {"compression": "tiff_adobe_deflate"}),
    ("TIFF", "RGB", {"compression": "jpeg"}),
    ("TIFF", "1", {"compression": "group4"}),
)
"""Format, mode and how it is saved: one for each library that decodes."""


def samples(kind: ItemKind) -> list[bytes]:
    """Items of a kind as their raw bytes; none of them can be quarantined."""
    return [_MAIL] if kind == "mail" else list(_images())


def _images() -> Iterator[bytes]:
    """One drawing in every form, drawn and written with packages that nothing was trimmed from."""
    drawing = Image.new("RGB", (320, 240), "beige")
    ImageDraw.Draw(drawing).ellipse((60, 40, 260, 200), fill="firebrick", outline="black", width=4)
    for form, mode, options in _FORMS:
        written = io.BytesIO()
        drawing.convert(mode).save(written, form, **options)
        yield written.getvalue()
