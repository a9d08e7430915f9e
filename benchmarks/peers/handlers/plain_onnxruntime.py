"""A peer: the same encoder in fp32, by onnxruntime with default settings, on one thread."""

from __future__ import annotations

import os
from pathlib import Path

import onnxruntime
from calls import answer_with
from other_encoder import labels_by
from tokenizers import Tokenizer

from tagging.model import TextEncoder


class PlainModel:
    """An onnxruntime session with default settings except for threads."""

    def __init__(self, path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])

    def run(self, outputs, feeds):
        """See OnnxModel.run."""
        return self._session.run(outputs, feeds)


words = Tokenizer.from_file(str(Path(os.environ["BUNDLE"]) / "encoder/tokenizer.json"))
model = PlainModel(Path(os.environ["PEER_FILES"]) / "encoder_fp32.onnx")
labels_of = labels_by(TextEncoder(model, words, 256))


def handler(event, _context):
    """Lambda's entry point."""
    return answer_with(labels_of, event)
