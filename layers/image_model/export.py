"""Folded convolutions out as encoder.onnx: int8 weights, normalisation and uint8 pixels in the graph."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from layers.image_model.folded import DIMENSION, Folded, Place, places

OPSET = 17
ONNX_FORMAT = 8
SMALL = 20_000
"""Convolutions of fewer weights are kept in 16 bits: they are a tenth of the file and most of int8's error."""


@dataclass
class Drawing:
    """A graph while it is being drawn."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    tensors: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, name: str, values: NDArray[np.generic]) -> str:
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **settings: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **settings))
        return output


def rounded(weight: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Weights [out, ...] -> int8 of the same shape and a scale for each output channel, symmetric."""
    largest = np.abs(weight).reshape(len(weight), -1).max(1)
    scales = np.maximum(largest, 1e-12).astype(np.float32) / np.float32(127)
    shape = (-1,) + (1,) * (weight.ndim - 1)
    return np.round(weight / scales.reshape(shape)).astype(np.int8), scales


def stored(drawing: Drawing, name: str, weight: NDArray[np.float32]) -> str:
    """The name of the weight in float32, as the graph makes it of what it keeps; onnxruntime does so once, at load."""
    if weight.size < SMALL:
        kept = drawing.constant(f"{name}_float16", weight.astype(np.float16))
        return drawing.node("Cast", [kept], f"{name}_weight", to=TensorProto.FLOAT)
    values, scales = rounded(weight)
    inputs = [drawing.constant(f"{name}_int8", values), drawing.constant(f"{name}_scale", scales)]
    return drawing.node("DequantizeLinear", inputs, f"{name}_weight", axis=0)


def convolution(drawing: Drawing, number: int, folded: Folded, place: Place, given: str) -> str:
    name = f"conv{number}"
    weight = stored(drawing, name, folded.weight)
    bias = drawing.constant(f"{name}_bias", folded.bias)
    side = folded.weight.shape[-1]
    edge = (0, 0, 1, 1) if place.stride == 2 else (side // 2,) * 4
    settings = {"strides": [place.stride] * 2, "group": place.groups, "pads": list(edge), "kernel_shape": [side] * 2}
    out = drawing.node("Conv", [given, weight, bias], name, **settings)
    return drawing.node("Clip", [out, "zero", "six"], f"{name}_bounded") if place.bounded else out


def draw(network: Sequence[Folded], size: int) -> onnx.ModelProto:
    """52 folded convolutions -> pixels uint8 [1, size, size, 3] (RGB 0-255) to features float32 [1, 1280].

    `size` is in pixels and a multiple of 32, so that every stride of 2 meets an even side.
    """
    if size % 32:
        raise ValueError(f"size {size} is no multiple of 32")
    drawing = Drawing()
    for name, value in (("zero", 0), ("six", 6), ("middle", 128), ("step", 1 / 128)):
        drawing.constant(name, np.array(value, dtype=np.float32))
    numbers = drawing.node("Cast", ["pixels"], "numbers", to=TensorProto.FLOAT)
    planes = drawing.node("Transpose", [numbers], "planes", perm=[0, 3, 1, 2])
    centred = drawing.node("Sub", [planes, "middle"], "centred")
    state = kept = drawing.node("Mul", [centred, "step"], "normalised")
    for number, (place, folded) in enumerate(zip(places(), network, strict=True)):
        kept = state if place.opens else kept
        state = convolution(drawing, number, folded, place, state)
        if place.adds:
            state = drawing.node("Add", [state, kept], f"sum{number}")
    pooled = drawing.node("GlobalAveragePool", [state], "pooled")
    drawing.node("Flatten", [pooled], "features", axis=1)
    graph = helper.make_graph(
        drawing.nodes,
        "image encoder",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, [1, size, size, 3])],
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, DIMENSION])],
        drawing.tensors,
    )
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(graph, producer_name="tagging", opset_imports=opset, ir_version=ONNX_FORMAT)
    onnx.checker.check_model(model, full_check=True)
    return model


def write_encoder(folder: Path, network: Sequence[Folded], size: int) -> dict[str, object]:
    """Write encoder.onnx into `folder`; what its manifest must say of it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "encoder.onnx"
    onnx.save(draw(network, size), path)
    return {
        "schema": "tagging.image_encoder/1",
        "files": {path.name: hashlib.sha256(path.read_bytes()).hexdigest()},
        "size": size,
        "dimension": DIMENSION,
        "quantisation": f"weights int8, a scale per output channel; float16 below {SMALL} weights; computed in float32",
    }
