"""What the upper layers are tuned towards: intents, the words of their names, the names themselves, and themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from layers.mail_model.intent_rows import IntentRows
from layers.mail_model.upper_layers import NOTHING, WIDTH, all_vectors, upper_vectors

HEAD_SCALE, NAME_SCALE = 8.0, 15.0
"""By how much vectors of length 1 are stretched before a head, and likeness to a name before a choice."""
WORDS_SHARE, NAMES_SHARE = 0.2, 0.5
"""What the losses over the words of names, and over the names, count beside that over intents."""
RARE = -4.0
"""Where the logit of a word starts: hardly any intent has it."""


@dataclass(frozen=True)
class Lowered:
    """Rows and names of intents after the frozen layers, and what the untouched upper layers make of them."""

    rows: Sequence[torch.Tensor]
    names: Sequence[torch.Tensor]
    rows_were: torch.Tensor
    names_were: torch.Tensor

    @classmethod
    def of(
        cls, layers: Sequence[torch.nn.Module], rows: Sequence[torch.Tensor], names: Sequence[torch.Tensor]
    ) -> Lowered:
        """With the vectors of the layers as they are now."""
        return cls(rows, names, all_vectors(layers, rows), all_vectors(layers, names))


@dataclass(frozen=True)
class Batch:
    """Places of some rows and of their intents, both [rows]."""

    rows: NDArray[np.int64]
    intents: NDArray[np.int64]


class HeadTrainer(torch.nn.Module):  # type: ignore[misc, unused-ignore]  # Any where torch is not installed
    """The upper layers, a head over all intents, and one over the words of their names."""

    of_source: torch.Tensor
    has_word: torch.Tensor

    def __init__(self, layers: Sequence[torch.nn.Module], rows: IntentRows) -> None:
        super().__init__()
        self.layers = torch.nn.ModuleList(layers)
        self.intents, self.words = torch.nn.Linear(WIDTH, len(rows.names)), torch.nn.Linear(WIDTH, len(rows.words))
        torch.nn.init.constant_(self.words.bias, RARE)
        sources = np.array(rows.sources)
        self.register_buffer("of_source", torch.from_numpy(sources[:, None] == sources[None, :]))
        held = [[word in name.split() for word in rows.words] for name in rows.names]
        self.register_buffer("has_word", torch.tensor(held, dtype=torch.float32))

    def loss(self, batch: Batch, lowered: Lowered, keep: float) -> torch.Tensor:
        """Of one batch; `keep` weighs how far vectors turn from what they were."""
        chosen, intents = batch.rows, batch.intents
        vectors = upper_vectors(self.layers, [lowered.rows[row] for row in chosen])
        asked = np.unique(intents)
        names = upper_vectors(self.layers, [lowered.names[name] for name in asked])
        right = torch.from_numpy(intents)
        told = self.intents(HEAD_SCALE * vectors).masked_fill(~self.of_source[right], NOTHING)
        worded = self.words(HEAD_SCALE * vectors), self.has_word[right]
        half = WIDTH // 2
        likeness = NAME_SCALE * vectors[:, :half] @ names[:, :half].T
        turned = _turned(vectors, lowered.rows_were[chosen]) + _turned(names, lowered.names_were[asked])
        return (
            cross_entropy(told, right)
            + WORDS_SHARE * binary_cross_entropy_with_logits(*worded, reduction="sum") / len(chosen)
            + NAMES_SHARE * cross_entropy(likeness, torch.from_numpy(np.searchsorted(asked, intents)))
            + keep * turned
        )


def _turned(vectors: torch.Tensor, were: torch.Tensor) -> torch.Tensor:
    """Mean over texts of 1 - cosine, itself the mean of the two vectors' cosines."""
    return (1 - (vectors * were).sum(1) / 2).mean()
