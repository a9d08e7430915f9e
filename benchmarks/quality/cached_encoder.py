"""A text encoder whose features are kept on disk: tests that tag the same texts with many bundles encode them once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Literal, cast

import msgspec

from tagging.learning.features import encode_all, item_texts
from tagging.learning.numeric import Floats32
from tagging.model import Bundle, EncodedText, TextEncoder


class CachedEncoder:
    """Takes the place of a bundle's text encoder; texts that were not prepared are encoded when they are needed."""

    kind: Literal["text"] = "text"

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder, self.languages = encoder, encoder.languages
        self._features: dict[str, Floats32] = {}

    def prepare(self, texts: Sequence[str], cache: Path | None, version: str) -> None:
        """Look up, or encode, the full text and the sentences of each of these texts."""
        items = [item_texts(text) for text in texts]
        parts = list(dict.fromkeys(chain.from_iterable((item.full_text, *item.sentences) for item in items)))
        dense = encode_all(self._encoder, parts, cache, version).dense
        self._features |= dict(zip(parts, dense, strict=True))

    def encode(self, text: str) -> EncodedText:
        """The same as `TextEncoder.encode`."""
        features = self._features.get(text)
        return self._encoder.encode(text) if features is None else EncodedText(features, self._encoder.pieces(text))


def with_cache(bundle: Bundle, texts: Sequence[str], cache: Path | None) -> Bundle:
    """The same bundle, with the features of these texts at hand."""
    encoder = CachedEncoder(cast("TextEncoder", bundle.encoder))
    encoder.prepare(texts, cache, bundle.version.encoder)
    return msgspec.structs.replace(bundle, encoder=cast("TextEncoder", encoder))
