"""Compares the exported encoder, its weights in int8, with the torch network that it was exported from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from layers.image_model.network import Network, as_planes


def parity(folder: Path, network: Network, pixels: NDArray[np.uint8]) -> dict[str, object]:
    """Cosines of the features of these images [N, size, size, 3], for the manifest."""
    session = onnxruntime.InferenceSession(folder / "encoder.onnx", providers=["CPUExecutionProvider"])
    cosines = []
    with torch.no_grad():
        for image in pixels:
            exact = network.finish(network.start(as_planes(image[None])))[0].numpy()
            served = session.run(["features"], {"pixels": image[None]})[0][0]
            cosines.append(float(exact @ served / (np.linalg.norm(exact) * np.linalg.norm(served))))
    return {
        "measure": "cosine to the float32 network before export",
        "images": len(cosines),
        "mean": round(float(np.mean(cosines)), 5),
        "min": round(min(cosines), 5),
    }
