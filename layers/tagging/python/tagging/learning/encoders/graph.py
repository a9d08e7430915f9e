"""Builds an encoder's ONNX graph from its weights: token ids in, pooled features and token vectors out."""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tagging.learning.encoders.weights import EncoderWeights, Int4Table, LayerWeights, Linear, Norm
from tagging.learning.numeric import Floats32

OPSET = 20
IR_VERSION = 10
Attribute = int | float | str | tuple[int, ...]
VECTORS = 3
"""Features are mean and maximum of the last layer and the mean of an early one, each of length 1."""


LEVELS = 63
"""Weights are whole numbers up to this: 7 bits. Without VNNI the processor adds pairs of products in 16 bits, which
weights of 8 bits overflow silently."""


def build_graph(
    weights: EncoderWeights, early_layer: int, centre: Floats32 | None = None, *, int8: bool = True
) -> onnx.ModelProto:
    """The graph: ids [1, T] -> features [1, 3 * hidden] and tokens [1, T, hidden].

    It takes one text without padding, so it needs no mask. `early_layer` counts from 0, the embeddings. `centre`
    [3, hidden] is subtracted from the three pooled vectors, before each is divided by its length. With `int8`, linear
    layers have int8 weights with a scale per output, and quantise their inputs as they come.
    """
    graph, hidden = _Graph(int8=int8), weights.positions.shape[1]
    states = _states(graph, weights)
    pools = (("ReduceMean", states[-1]), ("ReduceMax", states[-1]), ("ReduceMean", states[early_layer]))
    parts = []
    for number, (op, state) in enumerate(pools):
        vector = graph.node(op, state, graph.constant(_ints(1)), keepdims=0)
        if centre is not None:
            vector = graph.node("Sub", vector, graph.constant(centre[number]))
        parts.append(graph.node("LpNormalization", vector, axis=-1, p=2))
    graph.node("Concat", *parts, output="features", axis=-1)
    graph.node("Identity", states[-1], output="tokens")
    return graph.model(hidden)


def _states(graph: _Graph, weights: EncoderWeights) -> list[str]:
    """The embeddings and the output of each layer [1, T, hidden]."""
    states = [_embed(graph, weights)]
    bias = _distance_bias(graph, weights.distance_bias)
    for layer in weights.layers:
        attended = _attend(graph, states[-1], layer, weights, bias)
        states.append(_feed(graph, attended, layer, weights.epsilon))
    return states


class _Graph:
    """Nodes and constants in the order in which they were added."""

    def __init__(self, *, int8: bool) -> None:
        self.int8 = int8
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def node(self, op: str, *inputs: str, output: str = "", **attributes: Attribute) -> str:
        """Add a node with one output; returns the output's name."""
        return self.split(op, 1, *inputs, outputs=(output,) if output else (), **attributes)[0]

    def split(
        self, op: str, count: int, *inputs: str, outputs: tuple[str, ...] = (), **attributes: Attribute
    ) -> tuple[str, ...]:
        """Add a node with `count` outputs; returns their names."""
        name = f"{op}_{len(self._nodes)}"
        names = outputs or tuple(f"{name}_{number}" for number in range(count))
        node = helper.make_node(op, list(inputs), list(names), name=name)
        node.attribute.extend(helper.make_attribute(key, value) for key, value in attributes.items())
        self._nodes.append(node)
        return names

    def constant(self, values: NDArray[np.generic]) -> str:
        """Add a constant; returns its name."""
        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def model(self, hidden: int) -> onnx.ModelProto:
        """The checked model."""
        graph = helper.make_graph(
            self._nodes,
            "text encoder",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "tokens"])],
            [
                helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, VECTORS * hidden]),
                helper.make_tensor_value_info("tokens", TensorProto.FLOAT, [1, "tokens", hidden]),
            ],
            self._constants,
        )
        opsets = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION, producer_name="tagging")
        onnx.checker.check_model(model)
        return model


def _embed(graph: _Graph, weights: EncoderWeights) -> str:
    words = _word_embeddings(graph, weights)
    length = graph.node("Shape", "ids", start=1)
    table = graph.constant(weights.positions.astype(np.float16))
    positions = graph.node("Slice", table, graph.constant(_ints(0)), length, graph.constant(_ints(0)))
    places = graph.node("Cast", positions, to=TensorProto.FLOAT)
    return _norm(graph, graph.node("Add", words, places), weights.norm, weights.epsilon)


def _word_embeddings(graph: _Graph, weights: EncoderWeights) -> str:
    """Rows of the word table, as floats [1, T, hidden]."""
    table = weights.words
    packed = graph.node("Gather", graph.constant(table.values), "ids")
    rough = graph.node("Gather", graph.constant(table.scales), "ids")
    scales = graph.node("Cast", rough, to=TensorProto.FLOAT)
    if not isinstance(table, Int4Table):
        return graph.node("Mul", graph.node("Cast", packed, to=TensorProto.FLOAT), scales)
    low = graph.node("BitwiseAnd", packed, graph.constant(np.array(15, dtype=np.uint8)))
    high = graph.node("BitShift", packed, graph.constant(np.array(4, dtype=np.uint8)), direction="RIGHT")
    nibbles = graph.node("Cast", graph.node("Concat", low, high, axis=-1), to=TensorProto.FLOAT)
    centred = graph.node("Sub", nibbles, graph.constant(np.array(8, dtype=np.float32)))
    hidden = weights.positions.shape[1]
    return graph.node("Reshape", graph.node("Mul", centred, scales), graph.constant(_ints(0, -1, hidden)))


def _distance_bias(graph: _Graph, table: NDArray[np.float32] | None) -> str:
    """What attention adds to its scores [heads, T, T]; empty where the model has no such table."""
    if table is None:
        return ""
    length = graph.node("Squeeze", graph.node("Shape", "ids", start=1))
    zero, one = (graph.constant(np.array(value, dtype=np.int64)) for value in (0, 1))
    places = graph.node("Range", zero, length, one)
    keys = graph.node("Unsqueeze", places, graph.constant(_ints(0)))
    queries = graph.node("Unsqueeze", places, graph.constant(_ints(1)))
    shift = graph.constant(np.array(table.shape[1] // 2, dtype=np.int64))
    index = graph.node("Add", graph.node("Sub", keys, queries), shift)
    return graph.node("Gather", graph.constant(table), index, axis=1)


def _attend(graph: _Graph, states: str, layer: LayerWeights, weights: EncoderWeights, bias: str) -> str:
    hidden = weights.positions.shape[1]
    size = hidden // weights.heads
    joint = layer.query_key_value
    # The scores' scale is folded into the queries.
    scale = np.ones(3 * hidden, dtype=np.float32)
    scale[:hidden] = 1 / np.sqrt(size)
    scaled = _linear(graph, states, Linear(joint.weight * scale, joint.bias * scale))
    split = graph.constant(_ints(0, -1, weights.heads, size))
    queries, keys, values = (
        graph.node("Transpose", graph.node("Reshape", part, split), perm=order)
        for part, order in zip(
            graph.split("Split", 3, scaled, axis=-1, num_outputs=3),
            ((0, 2, 1, 3), (0, 2, 3, 1), (0, 2, 1, 3)),
            strict=True,
        )
    )
    scores = graph.node("MatMul", queries, keys)
    if bias:
        scores = graph.node("Add", scores, bias)
    mixed = graph.node("MatMul", graph.node("Softmax", scores, axis=-1), values)
    joined = graph.node("Transpose", mixed, perm=(0, 2, 1, 3))
    flat = graph.node("Reshape", joined, graph.constant(_ints(0, -1, hidden)))
    added = graph.node("Add", states, _linear(graph, flat, layer.attention))
    return _norm(graph, added, layer.attention_norm, weights.epsilon)


def _feed(graph: _Graph, states: str, layer: LayerWeights, epsilon: float) -> str:
    inner = graph.node("Gelu", _linear(graph, states, layer.feed_in))
    return _norm(graph, graph.node("Add", states, _linear(graph, inner, layer.feed_out)), layer.feed_norm, epsilon)


def _linear(graph: _Graph, states: str, linear: Linear) -> str:
    if not graph.int8:
        return graph.node(
            "Add", graph.node("MatMul", states, graph.constant(linear.weight)), graph.constant(linear.bias)
        )
    scales = np.maximum(np.abs(linear.weight).max(axis=0), 1e-12) / LEVELS
    weight = graph.constant(np.rint(linear.weight / scales).astype(np.int8))
    zeros = graph.constant(np.zeros(len(scales), dtype=np.int8))
    inputs, scale, zero = graph.split("DynamicQuantizeLinear", 3, states)
    whole = graph.node("Cast", graph.node("MatMulInteger", inputs, weight, zero, zeros), to=TensorProto.FLOAT)
    factors = graph.node("Mul", scale, graph.constant(scales.astype(np.float32)))
    return graph.node("Add", graph.node("Mul", whole, factors), graph.constant(linear.bias))


def _norm(graph: _Graph, states: str, norm: Norm, epsilon: float) -> str:
    gain, bias = graph.constant(norm.weight), graph.constant(norm.bias)
    return graph.node("LayerNormalization", states, gain, bias, axis=-1, epsilon=epsilon)


def _ints(*values: int) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)
