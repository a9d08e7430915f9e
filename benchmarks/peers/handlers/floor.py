"""The floor of a cold start: model opened, clients made, the AWS calls of one mail, and nothing else of ours."""

from __future__ import annotations

import os
from pathlib import Path

import numpy  # noqa: F401  (the floor pays for its import)
import onnxruntime
import tokenizers  # noqa: F401  (the floor pays for its import)
from calls import answer_with

session = onnxruntime.InferenceSession(
    Path(os.environ["BUNDLE"]) / "encoder/encoder.onnx", providers=["CPUExecutionProvider"]
)


def handler(event, _context):
    return answer_with(lambda _: (), event)
