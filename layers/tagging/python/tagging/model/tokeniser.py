"""The tokeniser of an encoder: what is needed of one, and its file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

UNIGRAM = b'"tagging.unigram/1"'
"""Stands at the beginning of files that are for `UnigramTokenizer`."""


class TokenisedText(Protocol):
    """The pieces of a text, framed by two special ones."""

    @property
    def ids(self) -> Sequence[int]:
        """Rows of the encoder's table of embeddings."""

    @property
    def tokens(self) -> Sequence[str]:
        """The pieces as text."""

    @property
    def offsets(self) -> Sequence[tuple[int, int]]:
        """Begin and end of each piece in the text; (0, 0) for the special ones."""


class Tokeniser(Protocol):
    """What an encoder needs of a tokeniser: the package tokenizers has it, and `UnigramTokenizer`."""

    def no_padding(self) -> None:
        """Leave short texts short."""

    def enable_truncation(self, most: int, /) -> None:
        """Keep at most so many pieces of a text."""

    def encode(self, text: str, /) -> TokenisedText:
        """The pieces of a text."""


def read_tokeniser(content: bytes) -> Tokeniser:
    """The tokeniser of a `tokenizer.json`. Raises various exceptions for one that cannot be read."""
    if UNIGRAM in content[:64]:
        from tagging.model.unigram import UnigramFile, UnigramTokenizer
        from tagging.validation import from_json

        return UnigramTokenizer(from_json(content, UnigramFile))
    from tokenizers import Tokenizer

    tokenizer: Tokeniser = Tokenizer.from_str(content.decode())
    return tokenizer
