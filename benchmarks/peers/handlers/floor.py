"""The minimal handler of a cold start: opens the encoder, makes clients and the AWS calls of one mail."""

from __future__ import annotations

import os
from pathlib import Path

import numpy  # noqa: F401  (imported for its cost)
import onnxruntime
import tokenizers  # noqa: F401  (imported for its cost)
from calls import answer_with

session = onnxruntime.InferenceSession(
    Path(os.environ["BUNDLE"]) / "encoder/encoder.onnx", providers=["CPUExecutionProvider"]
)


def handler(event, _context):
    return answer_with(lambda _: (), event)
