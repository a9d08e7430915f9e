"""Features of all images by one exported encoder, through onnxruntime as served, cached by its checksum."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from layers.image_model.pixels import decode_images


def encode_images(folder: Path, data: Path, files: Sequence[str], work: Path) -> NDArray[np.float32]:
    """Features [files, dimension] of the images, in the order of `files`."""
    model = folder / "encoder.onnx"
    version = hashlib.sha256(model.read_bytes() + "\n".join(files).encode()).hexdigest()[:12]
    path = work / f"features-{version}.npy"
    if not path.exists():
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        pixels = decode_images(data, files, session.get_inputs()[0].shape[1], work)

        def one(image: NDArray[np.uint8]) -> NDArray[np.float32]:
            features: NDArray[np.float32] = session.run(["features"], {"pixels": image[None]})[0][0]
            return features

        with ThreadPoolExecutor(2) as threads:
            np.save(path, np.stack(list(threads.map(one, pixels))))
    stored: NDArray[np.float32] = np.load(path)
    return stored
