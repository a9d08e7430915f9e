"""The golden self-test: at every start, golden items must get the same labels as when the bundle was made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from tagging.item import Image, Item, Mail
from tagging.model.bundle import Bundle
from tagging.model.bundle_files import BundleError
from tagging.model.encoder_files import Encoder
from tagging.model.image_encoder import ImageEncoder
from tagging.model.label_set import LabelSet
from tagging.model.manifest import Golden
from tagging.quarantine import Quarantined

Decoder: TypeAlias = Callable[[bytes, int], Image]
"""The bytes of an image file, and the size to decode to."""


def golden_item(content: str | bytes, encoder: Encoder, decode: Decoder) -> Item:
    """A text, or an image file, as the item that is tagged. Raises Quarantined where it cannot be."""
    if isinstance(content, str) or not isinstance(encoder, ImageEncoder):
        return Mail("", content if isinstance(content, str) else content.decode("utf-8", "replace"))
    return decode(content, encoder.size)


def check_golden(bundle: Bundle, tag: Callable[[Item], LabelSet], decode: Decoder) -> None:
    """Tag every golden item of the bundle's manifest. Raises BundleError if a result has changed."""
    path = bundle.folder / "manifest.json"
    for number, golden in enumerate(bundle.manifest.golden, start=1):
        name = f"golden {'image' if golden.text is None else 'text'} {number}"
        try:
            result = tag(golden_item(golden.content, bundle.encoder, decode))
        except Quarantined as error:
            raise BundleError(path, f"{name} cannot be tagged ({error.reason})") from None
        _check_same(golden, result, bundle.manifest.tolerance, name, path)


def _check_same(golden: Golden, result: LabelSet, tolerance: float, name: str, path: Path) -> None:
    if tuple(label.id for label in result.labels) != golden.labels:
        raise BundleError(path, f"{name} got other labels than when the bundle was made")
    if set(result.scores) != set(golden.scores):
        raise BundleError(path, f"{name} has scores for other labels than when the bundle was made")
    difference = max(abs(result.scores[label_id] - score) for label_id, score in golden.scores.items())
    if difference > tolerance:
        raise BundleError(path, f"{name}: a score moved by {difference:.4f}, {tolerance} is allowed")
