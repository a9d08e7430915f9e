"""Losses of the fine-tuning: intents, words of their names, similarity to names, and distance to the old vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from layers.mail_model.intent_rows import IntentRows
from layers.mail_model.upper_layers import MASKED_LOGIT, WIDTH, all_vectors, upper_vectors

HEAD_SCALE, NAME_SCALE = 8.0, 15.0
"""Factors (inverse temperatures) of unit vectors before a head, and of similarities to names."""
WORDS_SHARE, NAMES_SHARE = 0.2, 0.5
"""Weights of the losses over words of names and over names, relative to that over intents."""
WORD_BIAS = -4.0
"""Initial bias of a word's logit: most words occur in few intents."""


@dataclass(frozen=True)
class Encoded:
    """Rows and names of intents after the frozen layers, and their vectors by the untouched upper layers."""

    rows: Sequence[torch.Tensor]
    names: Sequence[torch.Tensor]
    row_vectors: torch.Tensor
    name_vectors: torch.Tensor

    @classmethod
    def of(
        cls, layers: Sequence[torch.nn.Module], rows: Sequence[torch.Tensor], names: Sequence[torch.Tensor]
    ) -> Encoded:
        """With vectors by the current layers."""
        return cls(rows, names, all_vectors(layers, rows), all_vectors(layers, names))


@dataclass(frozen=True)
class Batch:
    """Indices of some rows and of their intents, both [rows]."""

    rows: NDArray[np.int64]
    intents: NDArray[np.int64]


class IntentModel(torch.nn.Module):  # type: ignore[misc, unused-ignore]  # Any where torch is not installed
    """The upper layers, a head over all intents, and one over the words of their names."""

    of_source: torch.Tensor
    has_word: torch.Tensor

    def __init__(self, layers: Sequence[torch.nn.Module], rows: IntentRows) -> None:
        super().__init__()
        self.layers = torch.nn.ModuleList(layers)
        self.intents, self.words = torch.nn.Linear(WIDTH, len(rows.names)), torch.nn.Linear(WIDTH, len(rows.words))
        torch.nn.init.constant_(self.words.bias, WORD_BIAS)
        sources = np.array(rows.sources)
        self.register_buffer("of_source", torch.from_numpy(sources[:, None] == sources[None, :]))
        has_word = [[word in name.split() for word in rows.words] for name in rows.names]
        self.register_buffer("has_word", torch.tensor(has_word, dtype=torch.float32))

    def loss(self, batch: Batch, encoded: Encoded, keep: float) -> torch.Tensor:
        """The loss of one batch; `keep` weighs the distance to the untouched vectors."""
        rows, intents = batch.rows, batch.intents
        vectors = upper_vectors(self.layers, [encoded.rows[row] for row in rows])
        distinct = np.unique(intents)
        names = upper_vectors(self.layers, [encoded.names[name] for name in distinct])
        truth = torch.from_numpy(intents)
        logits = self.intents(HEAD_SCALE * vectors).masked_fill(~self.of_source[truth], MASKED_LOGIT)
        word_logits, words = self.words(HEAD_SCALE * vectors), self.has_word[truth]
        half = WIDTH // 2
        similarity = NAME_SCALE * vectors[:, :half] @ names[:, :half].T
        distance = _distance(vectors, encoded.row_vectors[rows]) + _distance(names, encoded.name_vectors[distinct])
        return (
            cross_entropy(logits, truth)
            + WORDS_SHARE * binary_cross_entropy_with_logits(word_logits, words, reduction="sum") / len(rows)
            + NAMES_SHARE * cross_entropy(similarity, torch.from_numpy(np.searchsorted(distinct, intents)))
            + keep * distance
        )


def _distance(vectors: torch.Tensor, untouched: torch.Tensor) -> torch.Tensor:
    """Mean over texts of 1 - cosine, itself the mean of the two vectors' cosines."""
    return (1 - (vectors * untouched).sum(1) / 2).mean()
