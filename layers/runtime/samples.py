"""Items for the smoke test, which together need every package for reading items."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from PIL import Image, ImageDraw

_MAIL = b"""\
From: Ann <ann@example.com>
Subject: Charged twice
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>I was charged twice for one card payment.<br>Please give me my money back.</p>
<blockquote type="cite">How can we help?</blockquote>
"""
_FORMATS: tuple[tuple[str, str, dict[str, Any]], ...] = (
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
"""Format, mode and options of saving: one for each decoding library."""


def samples(kind: str) -> list[bytes]:
    """Raw bytes of items of a kind, all of which can be tagged."""
    return list(_SAMPLES[kind]())


def _images() -> Iterator[bytes]:
    """One drawing in every format, written with untrimmed packages."""
    drawing = Image.new("RGB", (320, 240), "beige")
    ImageDraw.Draw(drawing).ellipse((60, 40, 260, 200), fill="firebrick", outline="black", width=4)
    for format, mode, options in _FORMATS:
        file = io.BytesIO()
        drawing.convert(mode).save(file, format, **options)
        yield file.getvalue()


_SAMPLES: Mapping[str, Callable[[], Iterable[bytes]]] = {"mail": lambda: [_MAIL], "image": _images}
"""By kind of item."""
