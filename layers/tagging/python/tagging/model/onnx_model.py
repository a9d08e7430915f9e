"""Running an ONNX file on the processor: the only module that imports onnxruntime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import onnxruntime
from numpy.typing import NDArray

Array = NDArray[Any]


class OnnxError(Exception):
    """The bytes are not a model that can run here; the message says why and contains no input."""


class OnnxModel:
    """One loaded ONNX file."""

    def __init__(self, model: bytes, *, threads: int = 1) -> None:
        """Load a model from its bytes, to run on `threads` threads. Raises OnnxError."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        # Waiting threads that spin burn the CPU time that a Lambda function is billed and throttled by.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # The arena keeps the largest item's memory for ever and doubles it as it grows; items differ in length.
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's errors share no narrower ancestor
            raise OnnxError(f"onnxruntime cannot load it ({type(error).__name__})") from error

    @property
    def notes(self) -> dict[str, str]:
        """The key-value notes stored in the file."""
        return dict(self._session.get_modelmeta().custom_metadata_map)

    @property
    def inputs(self) -> dict[str, tuple[int | str | None, ...]]:
        """Input name -> shape; for a dynamic axis, its name or None."""
        return {one.name: tuple(one.shape) for one in self._session.get_inputs()}

    @property
    def outputs(self) -> dict[str, tuple[int | str | None, ...]]:
        """Output name -> shape; for a dynamic axis, its name or None."""
        return {one.name: tuple(one.shape) for one in self._session.get_outputs()}

    def run(self, outputs: Sequence[str], feeds: Mapping[str, Array]) -> list[Array]:
        """The named outputs for these inputs; only those are computed and returned."""
        return list(self._session.run(list(outputs), dict(feeds)))
