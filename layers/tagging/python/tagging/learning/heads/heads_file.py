"""Heads as an ONNX file: features in, one logit per label out, weights in 16 bits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tagging.learning.heads.logistic import Linear
from tagging.model import OnnxModel

OPSET, IR_VERSION = 20, 10
AGREEMENT = 1e-4
"""The largest allowed difference between a logit of the file and the trainer's."""


class ExportError(Exception):
    """The exported file does not compute what the trainer computes."""


@dataclass(frozen=True)
class HeadsFile:
    """A heads file, its labels and the widths of its inputs."""

    content: bytes
    labels: tuple[str, ...]
    dense: int
    lexical: int


def export_heads(linear: Linear, labels: Sequence[str], dense: int, encoder: str) -> HeadsFile:
    """The ONNX file of these heads: inputs `dense` [n, dense] and `lexical` [n, the rest], output `logits` [n, labels].

    Without lexical columns, as for images, there is no input `lexical`. The file holds the encoder's version and the
    labels in order, so that it cannot be mistaken for another's.
    """
    lexical = linear.weights.shape[0] - dense
    inputs = {"dense": linear.weights[:dense]} | ({"lexical": linear.weights[dense:]} if lexical else {})
    nodes, weights = [], [numpy_helper.from_array(linear.biases.astype(np.float32), "biases")]
    for name, part in inputs.items():
        weights.append(numpy_helper.from_array(part.astype(np.float16), f"{name}_weights"))
        nodes.append(helper.make_node("Cast", [f"{name}_weights"], [f"{name}_wide"], to=TensorProto.FLOAT))
        nodes.append(helper.make_node("MatMul", [name, f"{name}_wide"], [f"{name}_part"]))
    if lexical:
        nodes.append(helper.make_node("Add", ["dense_part", "lexical_part"], ["sum"]))
    nodes.append(helper.make_node("Add", ["sum" if lexical else "dense_part", "biases"], ["logits"]))
    graph = helper.make_graph(
        nodes,
        "heads",
        [_floats(name, len(part)) for name, part in inputs.items()],
        [_floats("logits", len(labels))],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    model.producer_name = "tagging"
    helper.set_model_props(model, {"encoder": encoder, "labels": json.dumps(list(labels))})
    onnx.checker.check_model(model)
    return HeadsFile(model.SerializeToString(deterministic=True), tuple(labels), dense, lexical)


def check_agreement(file: HeadsFile, linear: Linear, features: NDArray[np.float32]) -> float:
    """The largest difference between a logit of the file and of the trainer on these rows; ExportError if it exceeds
    AGREEMENT."""
    feeds = {"dense": features[:, : file.dense]} | ({"lexical": features[:, file.dense :]} if file.lexical else {})
    logits = OnnxModel(file.content).run(["logits"], feeds)[0]
    difference = float(np.abs(logits - linear.logits(features)).max())
    if not difference <= AGREEMENT:
        raise ExportError(f"exported heads are up to {difference:.2g} from the trainer, {AGREEMENT} is allowed")
    return difference


def _floats(name: str, width: int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["items", width])
