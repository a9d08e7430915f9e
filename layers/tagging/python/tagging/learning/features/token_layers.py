"""The encoder's vectors of each token before pooling: its graph, with the pooled layers as outputs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx

from tagging.learning.numeric import Floats
from tagging.model import CHARACTERS_PER_PIECE, BundleError, OnnxModel, as_stored, read_tokeniser

POOLED = 3
"""Features are three pooled vectors in a row: mean and max of the last layer, mean of an early one."""


@dataclass(frozen=True)
class Tokens:
    """One text's tokens, including the two special ones, and the layers that its features are pooled from."""

    features: Floats
    """[3 * hidden], rounded as they are stored."""
    last: Floats
    """Last layer: [tokens, hidden]."""
    early: Floats
    """Early layer: [tokens, hidden]."""
    centre: Floats
    """What is subtracted from the three pooled vectors [3 * hidden]."""
    pieces: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    """Where each token stands in the text; (0, 0) for the two that frame it."""

    def split(self) -> Floats:
        """Each token's part of the features: [tokens, 3 * hidden], which add up to the features.

        The length that each vector is divided by is held fixed. A mean is split equally among the tokens; a maximum
        belongs to the (first) token that reaches it; the centre is split equally.
        """
        size, hidden = self.last.shape
        winners = np.zeros_like(self.last)
        best = self.last.argmax(axis=0)
        winners[best, np.arange(hidden)] = self.last.max(axis=0)
        pooled = (self.last / size, winners, self.early / size)
        parts = [part - centre / size for part, centre in zip(pooled, np.split(self.centre, POOLED), strict=True)]
        lengths = [np.linalg.norm(part.sum(axis=0)) for part in parts]
        exact = np.hstack([part / max(float(length), 1e-12) for part, length in zip(parts, lengths, strict=True)])
        total = exact.sum(axis=0)
        rounding = np.divide(self.features, total, out=np.ones_like(total), where=total != 0)
        return np.asarray(exact * rounding)


class TokenLayers:
    """The encoder of a bundle, with its inner layers as outputs."""

    def __init__(self, folder: Path) -> None:
        """Read `folder`/encoder.onnx and its tokeniser. Raises BundleError where the graph pools in another way."""
        path = folder / "encoder.onnx"
        model = onnx.load(path)
        self._layers, self._centre = _pooled_layers(path, model)
        known = {output.name for output in model.graph.output}
        for name in {*self._layers} - known:
            model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
        self._model = OnnxModel(model.SerializeToString())
        self._tokenizer = read_tokeniser((folder / "tokenizer.json").read_bytes())

    def tokens(self, text: str, sequence_length: int) -> Tokens:
        """The tokens of a text, cut as serving cuts it."""
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(sequence_length)
        cut = text[: sequence_length * CHARACTERS_PER_PIECE].encode("utf-8", "replace").decode("utf-8")
        found = self._tokenizer.encode(cut)
        feeds = {"ids": np.array([found.ids], dtype=np.int64)}
        features, last, early = self._model.run(["features", *self._layers], feeds)
        return Tokens(
            features=as_stored(features[0]).astype(np.float64),
            last=last[0].astype(np.float64),
            early=early[0].astype(np.float64),
            centre=self._centre,
            pieces=tuple(found.tokens),
            spans=tuple(found.offsets),
        )


def _pooled_layers(path: Path, model: onnx.ModelProto) -> tuple[tuple[str, str], Floats]:
    """Names of the last and of the early layer, whose mean, maximum and mean make `features`, and what is subtracted.

    Each vector is pooled, then centred where the graph does that, then divided by its length.
    """
    makers = {output: node for node in model.graph.node for output in node.output}
    constants = {constant.name: constant for constant in model.graph.initializer}
    parts = list(makers["features"].input) if "features" in makers else []
    pools = [makers.get(makers[part].input[0]) for part in parts if part in makers and makers[part].input]
    centres: list[Floats] = []
    for place, pool in enumerate(pools):
        if pool is not None and pool.op_type == "Sub" and pool.input[1] in constants:
            centres.append(onnx.numpy_helper.to_array(constants[pool.input[1]]).astype(np.float64))
            pools[place] = makers.get(pool.input[0])
    kinds = [pool.op_type if pool is not None else "" for pool in pools]
    if kinds != ["ReduceMean", "ReduceMax", "ReduceMean"] or len(parts) != POOLED or len(centres) not in (0, POOLED):
        why = "its features are not the mean and maximum of a layer and the mean of another: it cannot be explained"
        raise BundleError(path, why)
    names = [str(pool.input[0]) for pool in pools if pool is not None]
    return (names[0], names[2]), np.concatenate(centres) if centres else np.zeros(POOLED)
