"""The weights of an encoder of the BERT family, in the form from which its graph is built."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagging.learning.numeric import Floats32

BLOCK = 32
"""Weights of a word piece that share a scale in an `Int4Table`."""


@dataclass(frozen=True)
class Int8Table:
    """Word embeddings as int8 with one scale per word piece."""

    values: NDArray[np.int8]
    """[pieces, hidden]"""
    scales: NDArray[np.float16]
    """[pieces, 1]"""

    def take(self, pieces: NDArray[np.int64]) -> Int8Table:
        """The rows of these word pieces."""
        return Int8Table(self.values[pieces], self.scales[pieces])

    def floats(self, pieces: NDArray[np.int64]) -> Floats32:
        """The embeddings of these word pieces [pieces, hidden]."""
        return np.asarray(self.values[pieces].astype(np.float32) * self.scales[pieces].astype(np.float32))


@dataclass(frozen=True)
class Int4Table:
    """Word embeddings in 4 bits, in blocks of 32 with a scale each; byte i holds weight i below weight i + 16."""

    values: NDArray[np.uint8]
    """[pieces, blocks, 16]; a weight is its nibble less 8, times the scale."""
    scales: NDArray[np.float16]
    """[pieces, blocks, 1]"""

    def take(self, pieces: NDArray[np.int64]) -> Int4Table:
        """The rows of these word pieces."""
        return Int4Table(self.values[pieces], self.scales[pieces])

    def floats(self, pieces: NDArray[np.int64]) -> Floats32:
        """The embeddings of these word pieces [pieces, hidden]."""
        packed, scales = self.values[pieces], self.scales[pieces].astype(np.float32)
        nibbles = np.concatenate([packed & 15, packed >> 4], axis=-1).astype(np.float32)
        return np.asarray(((nibbles - 8) * scales).reshape(len(packed), -1))


WordTable = Int8Table | Int4Table


def int8_table(words: Floats32) -> Int8Table:
    """Word embeddings [pieces, hidden], each row rounded to 255 levels."""
    scales = np.maximum(np.abs(words).max(axis=1, keepdims=True), 1e-12) / 127
    return Int8Table(np.rint(words / scales).astype(np.int8), scales.astype(np.float16))


@dataclass(frozen=True)
class Linear:
    """A linear layer, its weight [inputs, outputs]."""

    weight: Floats32
    bias: Floats32


@dataclass(frozen=True)
class Norm:
    """Gain and bias of a layer normalisation."""

    weight: Floats32
    bias: Floats32


@dataclass(frozen=True)
class LayerWeights:
    """One transformer layer, normalised after each residual."""

    query_key_value: Linear
    """The three beside each other [hidden, 3 * hidden]."""
    attention: Linear
    attention_norm: Norm
    feed_in: Linear
    feed_out: Linear
    feed_norm: Norm


@dataclass(frozen=True)
class EncoderWeights:
    """All weights of an encoder; dropout, pooler and decoder are left out."""

    words: WordTable
    positions: Floats32
    """The embedding of each position and of token type 0 [positions, hidden]; its length is the longest text."""
    norm: Norm
    layers: tuple[LayerWeights, ...]
    heads: int
    epsilon: float
    distance_bias: Floats32 | None = None
    """MPNet: what attention adds for a key's distance from the query, -(T-1) to T-1: [heads, 2 * T - 1]."""
