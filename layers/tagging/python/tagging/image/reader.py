"""Reads the content of a delivery as an image: the reader of `tag_image`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tagging.image.decoder import decode_image
from tagging.intake import Inline
from tagging.item import Image
from tagging.kinds import IMAGE, Kind
from tagging.model import Bundle, BundleError
from tagging.quarantine import Quarantined


def image_reader(bundle: Bundle) -> Callable[[Kind, bytes | Inline], Image]:
    """A reader for the image size of the bundle's encoder. Raises BundleError if the bundle is for texts."""
    if bundle.encoder.kind != "image":
        raise BundleError(bundle.folder, "is for mails and texts, not for images", "give it another bundle")
    return partial(read_image, bundle.encoder.size)


def read_image(size: int, kind: Kind, content: bytes | Inline) -> Image:
    """The image in an object's bytes. Raises Quarantined."""
    if kind not in IMAGE.names or isinstance(content, Inline):
        raise Quarantined("wrong_kind", "only images are tagged here")
    return decode_image(content, size)
