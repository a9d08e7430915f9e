"""The images decoded once, by the product's own decoder, and kept beside the checkpoints."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagging.image import decode_image


def pixels_of(data: Path, files: Sequence[str], size: int, kept: Path) -> NDArray[np.uint8]:
    """Images [N, size, size, 3] uint8 RGB in the order of `files`, kept in the folder `kept`."""
    name = hashlib.sha256("\n".join([str(size), *files]).encode()).hexdigest()[:12]
    path = kept / f"pixels-{size}-{name}.npy"
    if not path.exists():
        kept.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(2) as threads:
            found = threads.map(lambda file: decode_image((data / "images" / file).read_bytes(), size).pixels, files)
            unfinished = path.with_suffix(".part.npy")
            np.save(unfinished, np.stack(list(found)))
        unfinished.rename(path)
    stored: NDArray[np.uint8] = np.load(path)
    return stored
