"""Puts transparent images on a ground on which their content can be seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image as pil

from tagging.quarantine import Quarantined

_WHITE = 255
_MUCH_MORE = 2
"""So many times the contrast of white must black give to replace it."""


def on_white(image: pil.Image, format: str | None) -> list[pil.Image]:
    """An image of any mode in RGB, transparent pixels white; and its opacity (L) if its mode has transparent pixels."""
    if image.mode.startswith("I;16"):
        return [pil.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")]
    if image.mode in ("I", "F", "LAB"):
        raise Quarantined("unsupported_format", f"{format} of measurements ({image.mode})")
    if not image.has_transparency_data:
        return [image.convert("RGB")]
    rgba = image.convert("RGBA")
    white = pil.new("RGB", image.size, "white")
    white.paste(rgba, mask=rgba)
    return [white, rgba.getchannel("A")]


def on_best_ground(white: pil.Image, opacity: pil.Image | None = None) -> NDArray[np.uint8]:
    """The pixels of an image on white, or on black if white hides its content: white text on a transparent ground."""
    pixels = np.array(white, dtype=np.uint8)
    if opacity is None:
        return pixels
    through = _WHITE - np.asarray(opacity, dtype=np.int16)[..., None]
    black = np.clip(pixels - through, 0, _WHITE).astype(np.uint8)
    return black if _contrast(black) > _MUCH_MORE * _contrast(pixels) else pixels


def _contrast(pixels: NDArray[np.uint8]) -> int:
    """The sum of all steps between neighbouring pixels, in grey."""
    grey = pixels.astype(np.int32).sum(axis=2)
    return int(np.abs(np.diff(grey, axis=0)).sum() + np.abs(np.diff(grey, axis=1)).sum())
