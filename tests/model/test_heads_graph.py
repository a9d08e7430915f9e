"""A heads file from a bucket is read before onnxruntime loads it: only our operators, nothing outside the file."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tagging.learning.heads.heads_file import export_heads
from tagging.learning.heads.logistic import Linear
from tagging.model.heads_graph import MOST_HEADS_BYTES, HeadsRefused, check_heads_graph


def heads(lexical: int = 0) -> bytes:
    linear = Linear(np.ones((4 + lexical, 2), np.float32), np.zeros(2, np.float32))
    return export_heads(linear, ["a", "b"], 4, "0" * 12).content


def changed(change) -> bytes:
    model = onnx.load_from_string(heads())
    change(model)
    return model.SerializeToString()


@pytest.mark.parametrize("lexical", [0, 3])
def test_our_own_heads_are_accepted(lexical):
    check_heads_graph(heads(lexical))


def _other_operator(model):
    model.graph.node.append(helper.make_node("Loop", [], [], body=helper.make_graph([], "body", [], [])))


def _other_domain(model):
    model.graph.node.append(helper.make_node("Add", ["logits", "logits"], ["more"], domain="com.microsoft"))


def _own_function(model):
    node = helper.make_node("Add", ["x", "x"], ["y"])
    opset = [helper.make_opsetid("", 20)]
    model.functions.append(helper.make_function("own", "Add", ["x"], ["y"], [node], opset))


def _external_values(model):
    tensor = model.graph.initializer[0]
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.append(onnx.StringStringEntryProto(key="location", value="/etc/passwd"))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (_other_operator, "Loop"),
        (_other_domain, "com.microsoft.Add"),
        (_own_function, "function"),
        (_external_values, "external data"),
    ],
)
def test_anything_else_is_refused_and_named(change, named):
    with pytest.raises(HeadsRefused, match=named):
        check_heads_graph(changed(change))


def test_a_file_above_the_limit_is_refused():
    def grow(model):
        model.graph.initializer.append(numpy_helper.from_array(np.zeros(MOST_HEADS_BYTES, np.uint8), "more"))

    with pytest.raises(HeadsRefused, match="bytes"):
        check_heads_graph(changed(grow))


def test_a_file_cut_anywhere_is_refused_or_has_lost_only_what_is_no_operator():
    content = heads()
    refused = 0
    for end in range(len(content)):
        try:
            check_heads_graph(content[:end])
        except HeadsRefused:
            refused += 1
    assert refused > len(content) * 0.9


@pytest.mark.parametrize("content", [b"", b"\xff" * 40, b"PK\x03\x04 zip", b"\x07"])
def test_what_is_no_onnx_file_is_refused(content):
    with pytest.raises(HeadsRefused):
        check_heads_graph(content)
