"""A text's features: word pieces through the ONNX encoder, one text at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tagging.model.feature_codec import as_stored
from tagging.model.onnx_model import OnnxModel
from tagging.model.tokeniser import Tokeniser

CHARACTERS_PER_PIECE = 12
"""Characters kept per word piece of the sequence length. English has about 4; the rest could only be truncated."""


class EncodedText(Struct, frozen=True):
    """One text's features and its word pieces without the first and last special token."""

    features: NDArray[np.float32]
    """Float32 [dimension], rounded as they are stored."""
    pieces: tuple[str, ...]


class TextEncoder:
    """The tokeniser and the encoder together; work for a text is bounded by the sequence length."""

    kind: Literal["text"] = "text"

    def __init__(
        self,
        model: OnnxModel,
        tokenizer: Tokeniser,
        sequence_length: int,
        *,
        languages: tuple[str, ...] = ("en",),
    ) -> None:
        self._model = model
        self._tokenizer = tokenizer
        self.sequence_length = sequence_length
        self.languages = languages
        # Overrides the file's own settings: padding would change every pooled vector.
        tokenizer.no_padding()
        tokenizer.enable_truncation(sequence_length)

    def encode(self, text: str) -> EncodedText:
        """Features and pieces of `text`, cut to the sequence length. Never raises on any str."""
        ids, pieces = self._tokens(text)
        features = self._model.run(["features"], {"ids": np.array([ids], dtype=np.int64)})[0][0]
        return EncodedText(as_stored(features), pieces)

    def pieces(self, text: str) -> tuple[str, ...]:
        """The word pieces of `encode` alone, for a fiftieth of its work."""
        return self._tokens(text)[1]

    def token_vectors(self, text: str) -> NDArray[np.float32]:
        """Last-layer vector of each token, the framing two included: float32 [tokens, hidden]."""
        ids, _ = self._tokens(text)
        vectors: NDArray[np.float32] = self._model.run(["tokens"], {"ids": np.array([ids], dtype=np.int64)})[0][0]
        return vectors

    def _tokens(self, text: str) -> tuple[Sequence[int], tuple[str, ...]]:
        # The tokeniser works through the whole text before it truncates, and refuses lone surrogates.
        cut = text[: self.sequence_length * CHARACTERS_PER_PIECE]
        encoding = self._tokenizer.encode(cut.encode("utf-8", "replace").decode("utf-8"))
        return encoding.ids, tuple(encoding.tokens[1:-1])
