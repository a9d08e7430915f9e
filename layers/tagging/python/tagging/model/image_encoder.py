"""An image's features: its pixels through the ONNX encoder, one image at a time."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tagging.item import Image
from tagging.model.feature_codec import as_stored
from tagging.model.onnx_model import OnnxModel


class ImageEncoder:
    """The encoder of images; its work is the same for every image."""

    kind: Literal["image"] = "image"

    def __init__(self, model: OnnxModel, size: int) -> None:
        self._model = model
        self.size = size
        """Rows and columns of the images it takes: what they are decoded to."""

    def encode(self, image: Image) -> NDArray[np.float32]:
        """Features float32 [dimension], rounded as they are stored; ValueError for an image of another size."""
        if image.pixels.shape != (self.size, self.size, 3):
            raise ValueError(f"the encoder takes {self.size} x {self.size} RGB pixels, not {image.pixels.shape}")
        return as_stored(self._model.run(["features"], {"pixels": image.pixels[None]})[0][0])
