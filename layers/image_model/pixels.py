"""The images, decoded once by the product's own decoder and cached."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagging.image import decode_image


def decode_images(data: Path, files: Sequence[str], size: int, cache: Path) -> NDArray[np.uint8]:
    """Images [N, size, size, 3] uint8 RGB in the order of `files`, cached in the folder `cache`."""
    name = hashlib.sha256("\n".join([str(size), *files]).encode()).hexdigest()[:12]
    path = cache / f"pixels-{size}-{name}.npy"
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(2) as threads:
            images = threads.map(lambda file: decode_image((data / "images" / file).read_bytes(), size).pixels, files)
            unfinished = path.with_suffix(".part.npy")
            np.save(unfinished, np.stack(list(images)))
        unfinished.rename(path)
    stored: NDArray[np.uint8] = np.load(path)
    return stored
