"""The classifier of images: pixels in, logits out."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from tagging.item import Item, Mail
from tagging.model.image_encoder import ImageEncoder
from tagging.model.onnx_model import OnnxModel
from tagging.model.prediction import Floats, Prediction
from tagging.quarantine import Quarantined


class ImageClassifier(Struct, frozen=True):
    """The parts of a bundle for images that turn one into logits."""

    encoder: ImageEncoder
    heads: OnnxModel

    def predict(self, item: Item) -> Prediction:
        """Logits of the whole image. Raises Quarantined for a mail."""
        if isinstance(item, Mail):
            raise Quarantined("wrong_kind", "only images are tagged here")
        logits: Floats = self.heads.run(["logits"], {"dense": self.encoder.encode(item)[None]})[0][0].astype(np.float64)
        return Prediction(logits)
