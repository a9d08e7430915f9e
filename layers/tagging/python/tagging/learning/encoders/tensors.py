"""Reads the tensors of a Hugging Face folder: from safetensors, or from an ONNX export by the names of its nodes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray

from tagging.learning.encoders.errors import EncoderError
from tagging.learning.numeric import Floats32

Tensors = dict[str, Floats32]
_TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2"}
_ONNX_FILES = ("model.onnx", "onnx/model.onnx")


def read_tensors(folder: Path) -> Tensors:
    """Name -> values, with the names of the network's parameters. Raises EncoderError."""
    if files := sorted(folder.glob("*.safetensors")):
        return {name: values for file in files for name, values in _safetensors(file).items()}
    for name in _ONNX_FILES:
        if (folder / name).exists():
            return _onnx(folder / name)
    raise EncoderError(f"{folder} has no weights: model.safetensors or model.onnx is missing")


def _safetensors(path: Path) -> Tensors:
    """The tensors of floats in a file: 8 bytes of length, a JSON header of that length, the values."""
    content = path.read_bytes()
    size = int.from_bytes(content[:8], "little")
    try:
        header = json.loads(content[8 : 8 + size])
        tensors = {
            name: _values(content, 8 + size + entry["data_offsets"][0], entry)
            for name, entry in header.items()
            if name != "__metadata__" and entry["dtype"] in _TYPES
        }
    except (ValueError, KeyError, TypeError, IndexError):
        raise EncoderError(f"{path} is not a complete safetensors file") from None
    return tensors


def _values(content: bytes, begin: int, entry: dict[str, list[int]]) -> Floats32:
    shape, dtype = entry["shape"], str(entry["dtype"])
    raw: NDArray[np.generic] = np.frombuffer(content, _TYPES[dtype], int(np.prod(shape)), begin)
    if dtype == "BF16":
        raw = (raw.astype(np.uint32) << 16).view(np.float32)
    return raw.astype(np.float32).reshape(shape)


def _onnx(path: Path) -> Tensors:
    """Parameters by name; an exporter renames the weights of linear layers, whose nodes keep theirs."""
    try:
        graph = onnx.load(path).graph
    except Exception as error:  # protobuf and the file system raise what they like
        raise EncoderError(f"{path} cannot be read ({type(error).__name__})") from None
    constants = {constant.name: constant for constant in graph.initializer}
    tensors = {
        re.sub(r"^(model|transformer|0\.auto_model)\.", "", name): _floats(constant)
        for name, constant in constants.items()
        if constant.data_type in (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16)
    }
    for node in graph.node:
        scope = re.sub(r"^/|/MatMul(_\d+)?$", "", node.name).replace("/", ".")
        if node.op_type == "MatMul" and node.input[1] in constants:
            tensors[f"{scope}.weight"] = np.ascontiguousarray(_floats(constants[node.input[1]]).T)
    return tensors


def _floats(constant: onnx.TensorProto) -> Floats32:
    return np.asarray(onnx.numpy_helper.to_array(constant), dtype=np.float32)
