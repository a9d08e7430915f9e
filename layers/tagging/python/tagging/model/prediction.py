"""The logits of an item and of its sentences, before thresholds are applied."""

from __future__ import annotations

import math

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tagging.model.sentences import Span

Floats = NDArray[np.float64]


class Sentence(Struct, frozen=True):
    """The logits of one sentence of a mail."""

    span: Span
    """In `Mail.full_text`."""
    words: int
    logits: Floats
    """[labels]"""


class Prediction(Struct, frozen=True):
    """The logits of an item."""

    logits: Floats
    """One per label [labels]."""
    sentences: tuple[Sentence, ...] = ()
    """The sentences that were classified one by one; empty for images and where only the full text was classified."""
    foreign: bool = False
    """Whether the text is not English, the encoder's only language."""
    beyond_cut: float = -math.inf
    """Distance to the training data minus the cut of the bundle's reference."""

    @property
    def unlike(self) -> bool:
        """Whether it is farther from the training data than nearly all of them from each other."""
        return self.beyond_cut > 0

    def evidence(self, column: int) -> Span | None:
        """The span of the max-scoring sentence of a label, the first of equals; None without sentences."""
        if not self.sentences:
            return None
        return max(self.sentences, key=lambda sentence: sentence.logits[column]).span
