"""Who serves the items of one batch: champion, challenger and shadows, loaded."""

from __future__ import annotations

from msgspec import Struct, field

from tagging.item import Item
from tagging.model import Bundle, Features, Prediction, Tagger, encode
from tagging.serving.pointer import LAYER, Fault, Pointer
from tagging.serving.version_files import version_id


class Generation(Struct, frozen=True):
    """Who serves the items of one batch."""

    number: int
    """The pointer's generation; 0 without a pointer."""
    champion: Tagger
    pointer: Pointer | None = None
    challenger: Tagger | None = None
    """None if there is no challenger, or it must not be served: then the champion serves its share."""
    shadows: tuple[Tagger, ...] = ()
    """They predict every item on the same features; nothing else depends on them."""
    faults: tuple[Fault, ...] = ()
    failed: set[str] = field(default_factory=set)
    """Ids of the shadows that failed on an item; they are not asked again."""

    def encode(self, item: Item) -> Features:
        """The features of an item, once for all versions that serve. Raises Quarantined (wrong_kind)."""
        scoring = (self.champion, self.challenger or self.champion, *self.shadows)
        aggregates = {tagger.bundle.manifest.aggregate for tagger in scoring}
        return encode(item, self.champion.bundle.encoder, aggregates.pop() if len(aggregates) == 1 else "both")

    def predict(self, features: Features, tagger: Tagger) -> dict[str, tuple[Bundle, Prediction]]:
        """The predictions of an item by version: by the one that decides, then by the shadows."""
        predictions = {version_id(tagger.bundle): (tagger.bundle, tagger.predict(features))}
        for shadow in self.shadows:
            version = version_id(shadow.bundle)
            if version in predictions or version in self.failed:
                continue
            try:
                predictions[version] = (shadow.bundle, shadow.predict(features))
            except Exception:  # any fault of a shadow: the item does not depend on it, and `faults` counts it
                self.failed.add(version)
        return predictions

    def tagger_for(self, item_id: str) -> Tagger:
        """The version that serves an item."""
        share = self.pointer.challenger if self.pointer is not None else None
        if self.challenger is not None and share is not None and share.serves(item_id):
            return self.challenger
        return self.champion

    def first_shadow(self, layer: Tagger) -> tuple[str, str] | None:
        """Ids of the champion and of the pointer's first shadow, also of one that is not loaded; None without one."""
        if self.pointer is None or not self.pointer.shadows:
            return None
        first = self.pointer.shadows[0]
        return version_id(self.champion.bundle), version_id(layer.bundle) if first == LAYER else first
