"""MobileNetV2 as a list of folded convolutions: its layout, and its ImageNet weights read from the quantised file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

DIMENSION = 1280
STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
"""Expansion, channels out, blocks, stride of the first block: table 2 of Sandler et al. 2018, arXiv 1801.04381."""


@dataclass(frozen=True)
class Convolution:
    """One convolution, its batch norm folded in: weight [out, in / groups, k, k] and bias [out], float32."""

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]


@dataclass(frozen=True)
class Layer:
    """The settings of a convolution that its weights do not show.

    A stride of 2 pads below and to the right only, as TensorFlow's SAME does on even sides.
    """

    out: int
    """Output channels."""
    stride: int
    groups: int
    relu6: bool
    """Whether ReLU6 follows; the last convolution of a block is linear."""
    starts_block: bool = False
    """The input is kept for `adds_input`."""
    adds_input: bool = False
    """The block's input is added to the output."""


def backbone_layers() -> Iterator[Layer]:
    """The 52 convolutions in order: the stem, the blocks, the last one to 1280 channels."""
    yield Layer(32, stride=2, groups=1, relu6=True)
    inside = 32
    for expansion, channels, blocks, first in STAGES:
        for block in range(blocks):
            stride = first if block == 0 else 1
            wide = inside * expansion
            if expansion > 1:
                yield Layer(wide, stride=1, groups=1, relu6=True, starts_block=True)
            yield Layer(wide, stride=stride, groups=wide, relu6=True)
            yield Layer(channels, stride=1, groups=1, relu6=False, adds_input=stride == 1 and inside == channels)
            inside = channels
    yield Layer(DIMENSION, stride=1, groups=1, relu6=True)


def read_backbone(path: Path) -> list[Convolution]:
    """The file's convolutions, dequantised, in order; the last one gives the 1001 ImageNet logits.

    The quantised activations' ranges, clips after the linear convolutions, are dropped: they are wider than needed.
    """
    graph = onnx.load(path).graph
    stored = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    weights = {}
    for node in graph.node:
        if node.op_type == "DequantizeLinear":
            values, scale, zero = (stored[name] for name in node.input)
            weights[node.output[0]] = ((values.astype(np.int32) - zero) * scale).astype(np.float32)
    convolutions = [node for node in graph.node if node.op_type == "Conv"]
    return [Convolution(weights[node.input[1]], stored[node.input[2]]) for node in convolutions]
