"""Exports folded convolutions as encoder.onnx: int8 weights, normalisation and uint8 pixels in the graph."""

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

from layers.image_model.backbone import DIMENSION, Convolution, Layer, backbone_layers

OPSET = 17
ONNX_FORMAT = 8
SMALL = 20_000
"""Convolutions with fewer weights stay in 16 bits: they are a tenth of the file and cause most of int8's error."""


@dataclass
class GraphBuilder:
    """An ONNX graph under construction."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    tensors: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, name: str, values: NDArray[np.generic]) -> str:
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **settings: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **settings))
        return output


def quantise(weight: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Weights [out, ...] -> int8 of the same shape and a scale for each output channel, symmetric."""
    largest = np.abs(weight).reshape(len(weight), -1).max(1)
    scales = np.maximum(largest, 1e-12).astype(np.float32) / np.float32(127)
    shape = (-1,) + (1,) * (weight.ndim - 1)
    return np.round(weight / scales.reshape(shape)).astype(np.int8), scales


def add_weight(graph: GraphBuilder, name: str, weight: NDArray[np.float32]) -> str:
    """Add a weight to the graph; the name of its float32 form, which onnxruntime computes once, at load."""
    if weight.size < SMALL:
        half = graph.constant(f"{name}_float16", weight.astype(np.float16))
        return graph.node("Cast", [half], f"{name}_weight", to=TensorProto.FLOAT)
    values, scales = quantise(weight)
    inputs = [graph.constant(f"{name}_int8", values), graph.constant(f"{name}_scale", scales)]
    return graph.node("DequantizeLinear", inputs, f"{name}_weight", axis=0)


def convolution(graph: GraphBuilder, number: int, folded: Convolution, layer: Layer, input: str) -> str:
    name = f"conv{number}"
    weight = add_weight(graph, name, folded.weight)
    bias = graph.constant(f"{name}_bias", folded.bias)
    side = folded.weight.shape[-1]
    edge = (0, 0, 1, 1) if layer.stride == 2 else (side // 2,) * 4
    settings = {"strides": [layer.stride] * 2, "group": layer.groups, "pads": list(edge), "kernel_shape": [side] * 2}
    out = graph.node("Conv", [input, weight, bias], name, **settings)
    return graph.node("Clip", [out, "zero", "six"], f"{name}_bounded") if layer.relu6 else out


def build_graph(network: Sequence[Convolution], size: int) -> onnx.ModelProto:
    """52 folded convolutions -> pixels uint8 [1, size, size, 3] (RGB 0-255) to features float32 [1, 1280].

    `size` is in pixels and a multiple of 32, so that every stride of 2 halves an even side.
    """
    if size % 32:
        raise ValueError(f"size {size} is not a multiple of 32")
    graph = GraphBuilder()
    for name, value in (("zero", 0), ("six", 6), ("middle", 128), ("step", 1 / 128)):
        graph.constant(name, np.array(value, dtype=np.float32))
    numbers = graph.node("Cast", ["pixels"], "numbers", to=TensorProto.FLOAT)
    planes = graph.node("Transpose", [numbers], "planes", perm=[0, 3, 1, 2])
    centred = graph.node("Sub", [planes, "middle"], "centred")
    state = block_input = graph.node("Mul", [centred, "step"], "normalised")
    for number, (layer, folded) in enumerate(zip(backbone_layers(), network, strict=True)):
        block_input = state if layer.starts_block else block_input
        state = convolution(graph, number, folded, layer, state)
        if layer.adds_input:
            state = graph.node("Add", [state, block_input], f"sum{number}")
    pooled = graph.node("GlobalAveragePool", [state], "pooled")
    graph.node("Flatten", [pooled], "features", axis=1)
    graph = helper.make_graph(
        graph.nodes,
        "image encoder",
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, [1, size, size, 3])],
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, DIMENSION])],
        graph.tensors,
    )
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(graph, producer_name="tagging", opset_imports=opset, ir_version=ONNX_FORMAT)
    onnx.checker.check_model(model, full_check=True)
    return model


def write_encoder(folder: Path, network: Sequence[Convolution], size: int) -> dict[str, object]:
    """Write encoder.onnx into `folder`; its entries for the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "encoder.onnx"
    onnx.save(build_graph(network, size), path)
    return {
        "schema": "tagging.image_encoder/1",
        "files": {path.name: hashlib.sha256(path.read_bytes()).hexdigest()},
        "size": size,
        "dimension": DIMENSION,
        "quantisation": f"weights int8, a scale per output channel; float16 below {SMALL} weights; computed in float32",
    }
