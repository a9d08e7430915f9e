"""Compares a quantised encoder with the same network in fp32, and times it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx

from tagging.learning.encoders.graph import VECTORS
from tagging.learning.numeric import Floats, Floats32
from tagging.model import OnnxModel, Tokeniser

NAMES = ("mean of the last layer", "max of the last layer", "mean of an early layer")
TOKENS, ROUNDS = 128, 15


@dataclass(frozen=True)
class Parity:
    """Cosines between int8 and fp32, of each pooled vector [texts, 3], and CPU milliseconds for 128 tokens."""

    cosines: Floats
    milliseconds: float

    def document(self) -> dict[str, object]:
        """As it is written into the manifest."""
        vectors = {
            name: {"mean": round(float(column.mean()), 4), "min": round(float(column.min()), 4)}
            for name, column in zip(NAMES, self.cosines.T, strict=True)
        }
        return {"measure": "cosine to fp32", "sentences": f"{len(self.cosines)} of our own", "vectors": vectors}


def measure_parity(
    int8: onnx.ModelProto, fp32: onnx.ModelProto, tokeniser: Tokeniser, texts: Sequence[str], most: int
) -> Parity:
    """Features of each text by both networks, and the median time of the quantised one; texts have `most` tokens."""
    models = [OnnxModel(model.SerializeToString()) for model in (int8, fp32)]
    cosines = []
    for text in texts:
        ids = np.array([tokeniser.encode(text).ids], dtype=np.int64)
        ours, theirs = (model.run(["features"], {"ids": ids})[0].reshape(VECTORS, -1) for model in models)
        cosines.append((ours * theirs).sum(axis=1))
    return Parity(np.array(cosines, dtype=np.float64), _milliseconds(models[0], tokeniser, texts, min(TOKENS, most)))


def token_vectors(fp32: onnx.ModelProto, tokeniser: Tokeniser, texts: Sequence[str]) -> list[Floats32]:
    """The last layer of a network, for each text [tokens, hidden]."""
    model = OnnxModel(fp32.SerializeToString())
    ids = [np.array([tokeniser.encode(text).ids], dtype=np.int64) for text in texts]
    return [model.run(["tokens"], {"ids": one})[0][0] for one in ids]


def _milliseconds(model: OnnxModel, tokeniser: Tokeniser, texts: Sequence[str], size: int) -> float:
    ids = [number for text in texts for number in tokeniser.encode(text).ids]
    block = np.array([(ids * (size // len(ids) + 1))[:size]], dtype=np.int64)
    seconds = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        model.run(["features"], {"ids": block})
        seconds.append(time.process_time() - begun)
    return round(float(np.median(seconds)) * 1e3 * TOKENS / size, 1)
