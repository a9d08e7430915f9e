"""The classifier of images: pixels in, logits out."""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from tagging.item import Item, Mail
from tagging.model.image_encoder import ImageEncoder
from tagging.model.onnx_model import OnnxModel
from tagging.model.prediction import Floats, Prediction
from tagging.model.reference import Reference
from tagging.quarantine import Quarantined


class ImageClassifier(Struct, frozen=True):
    """The parts of a bundle for images that turn one into logits."""

    encoder: ImageEncoder
    heads: OnnxModel
    reference: Reference | None = None

    def predict(self, item: Item) -> Prediction:
        """Logits of the whole image. Raises Quarantined for a mail."""
        if isinstance(item, Mail):
            raise Quarantined("wrong_kind", "only images are tagged here")
        dense = self.encoder.encode(item)[None]
        logits: Floats = self.heads.run(["logits"], {"dense": dense})[0][0].astype(np.float64)
        if self.reference is None:
            return Prediction(logits)
        distances = self.reference.distances(dense)
        return Prediction(logits - self.reference.penalties(distances), beyond_cut=self.reference.beyond_cut(distances))
