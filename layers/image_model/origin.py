"""The origin of an image encoder for its manifest: weights, images, licences."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

BACKBONE = "backbones/mobilenet_v2_1.0_224_quant.onnx"
"""Beneath the data folder."""
LICENCES = {
    "grocery": "MIT",
    "clothing": "CC0-1.0",
    "screenshots": "CC-BY-4.0",
    "aquarium": "CC-BY-4.0",
    "cards": "Apache-2.0",
}
"""The data sets' licences, by the name of their folder beneath `images/`."""


def origin(backbone: Path, sources: Sequence[str], settings: dict[str, object]) -> dict[str, object]:
    """Origin and licences of an encoder; without sources, of the unchanged backbone."""
    return {
        "weights": {
            "origin": "MobileNetV2 1.0 224, ImageNet (ILSVRC 2012), quantised, of the TensorFlow authors",
            "file": backbone.name,
            "licence": "Apache-2.0",
            "sha256": hashlib.sha256(backbone.read_bytes()).hexdigest(),
        },
        "recipe": {"module": "layers.image_model.train", "licence": "Apache-2.0", "settings": settings},
        "pictures": [{"set": source, "licence": LICENCES[source]} for source in sources],
        "licence": "Apache-2.0",
    }


def write_manifest(folder: Path, content: dict[str, object], origin: dict[str, object]) -> None:
    (folder / "manifest.json").write_text(json.dumps(content | origin, indent=1) + "\n", encoding="utf-8")
