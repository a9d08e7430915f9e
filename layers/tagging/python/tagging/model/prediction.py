"""What the heads say of an item before anything is decided: logits, and which part of the item they are from."""

from __future__ import annotations

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tagging.model.sentences import Span

Floats = NDArray[np.float64]


class Sentence(Struct, frozen=True):
    """What the heads say of one sentence of a mail by itself."""

    span: Span
    """In `Mail.full_text`."""
    words: int
    logits: Floats
    """[labels]"""


class Prediction(Struct, frozen=True):
    """What the heads say of an item."""

    logits: Floats
    """One per label [labels]."""
    sentences: tuple[Sentence, ...] = ()
    """What they were heard from; none where the item was heard as a whole, as images always are."""
    foreign: bool = False
    """It is in a language that the encoder does not know."""

    def evidence(self, column: int) -> Span | None:
        """The span of the sentence that spoke loudest for a label, the first of equals; None without sentences."""
        if not self.sentences:
            return None
        return max(self.sentences, key=lambda sentence: sentence.logits[column]).span
