"""The tagger: item in, label set out, by a loaded bundle. Lambda, evaluation and the command line share its steps."""

from __future__ import annotations

from collections.abc import Collection

from tagging.item import Item
from tagging.model.bundle import Bundle
from tagging.model.features import Features, encode
from tagging.model.image_encoder import ImageEncoder
from tagging.model.label_set import LabelSet
from tagging.model.labelling import decide
from tagging.model.prediction import Prediction, predict
from tagging.quarantine import Quarantined


class Tagger:
    """Tags items with a loaded bundle."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle

    @property
    def image_size(self) -> int:
        """Side in pixels of the bundle's square input images. Raises Quarantined (wrong_kind) where it is for texts."""
        encoder = self.bundle.encoder
        if not isinstance(encoder, ImageEncoder):
            raise Quarantined("wrong_kind", "only mails and texts are tagged here")
        return encoder.size

    def tag(self, item: Item, heads: Collection[str] | None = None) -> LabelSet:
        """The label set of one item, by all heads or by `heads`. Raises Quarantined (unknown_head, wrong_kind)."""
        features = self.encode(item)
        return self.decide(features, self.predict(features), heads)

    def encode(self, item: Item) -> Features:
        """The features of an item, of the texts that the bundle pools. Raises Quarantined (wrong_kind)."""
        return encode(item, self.bundle.encoder, self.bundle.manifest.aggregate)

    def predict(self, features: Features) -> Prediction:
        """The logits of an item. Raises ValueError if its features lack texts that the bundle pools."""
        return predict(features, self.bundle)

    def decide(self, features: Features, prediction: Prediction, heads: Collection[str] | None = None) -> LabelSet:
        """The label set of an item by these logits. Raises Quarantined (unknown_head)."""
        return decide(features, prediction, self.bundle, heads)
