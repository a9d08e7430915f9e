"""Features of many images by the decoder and the encoder of serving, cached by the images' content."""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import PIL

from tagging.image import decode_image
from tagging.learning.data import ImageFile
from tagging.learning.features.cache import FeatureCache
from tagging.learning.features.features import KEEP_EVERY, Progress, no_progress
from tagging.learning.numeric import Floats32
from tagging.model import FORMAT, ImageEncoder
from tagging.quarantine import Quarantined


@dataclass(frozen=True)
class ImageFeatures:
    """The features of images, and the images that could not be decoded."""

    by_sha256: Mapping[str, Floats32]
    """Features [dimension] of each image that could be decoded."""
    failed: Mapping[str, str]
    """SHA-256 of each that could not -> why."""


def encode_images(
    encoder: ImageEncoder,
    images: Sequence[ImageFile],
    cache: Path | None = None,
    version: str = "",
    progress: Progress = no_progress,
) -> ImageFeatures:
    """Decode and encode every image, one at a time as serving does, and equal ones once.

    With a `cache` folder the features are kept there by the versions of encoder, format and decoder, and each
    file's hash.
    """
    by_content = {image.sha256: image for image in images}
    if cache is None:
        return _encode_missing(encoder, by_content, {}, None, progress)
    with closing(FeatureCache(cache, f"{version}-{FORMAT}-{decoder_version()}")) as kept:
        return _encode_missing(encoder, by_content, kept.get(by_content), kept, progress)


def decoder_version() -> str:
    """8 hexadecimal digits that change with the code that decodes: other pixels are other features."""
    return hashlib.sha256(
        f"{PIL.__version__}\n{inspect.getsource(sys.modules[decode_image.__module__])}".encode()
    ).hexdigest()[:8]


def _encode_missing(
    encoder: ImageEncoder,
    images: Mapping[str, ImageFile],
    known: Mapping[str, Floats32],
    cache: FeatureCache | None,
    progress: Progress,
) -> ImageFeatures:
    found, failed = dict(known), {}
    missing = [sha256 for sha256 in images if sha256 not in known]
    new: dict[str, Floats32] = {}
    for done, sha256 in enumerate(missing, 1):
        try:
            new[sha256] = encoder.encode(decode_image(images[sha256].path.read_bytes(), encoder.size))
        except Quarantined as error:
            failed[sha256] = str(error)
        except OSError as error:
            failed[sha256] = f"cannot be read: {error.strerror}"
        if cache is not None and (done % KEEP_EVERY == 0 or done == len(missing)):
            cache.put(new)
            found |= new
            new = {}
        progress(done, len(missing))
    return ImageFeatures(found | new, failed)
