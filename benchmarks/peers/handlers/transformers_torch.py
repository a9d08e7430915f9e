"""A peer: the same encoder in fp32 by transformers and torch, on one thread."""

from __future__ import annotations

import os
import sys
import types

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

# This peer does not use onnxruntime, so it should not pay for the import in our modules.
sys.modules["onnxruntime"] = types.ModuleType("onnxruntime")

from calls import answer_with  # noqa: E402
from other_encoder import labels_by  # noqa: E402

from tagging.model import EncodedText  # noqa: E402

del sys.modules["onnxruntime"]
EARLY_LAYER = 2
torch.set_num_threads(1)


class TorchEncoder:
    """The features of the shipped encoder, from unquantised weights."""

    kind = "text"

    def __init__(self, folder):
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._model = AutoModel.from_pretrained(folder, add_pooling_layer=False).eval()

    def encode(self, text):
        """One text without padding, which is cheaper than a padded batch."""
        words = self._tokenizer(text[:3072], truncation=True, max_length=256, return_tensors="pt")
        with torch.inference_mode():
            states = self._model(**words, output_hidden_states=True).hidden_states
            last, early = states[-1][0], states[EARLY_LAYER][0]
            parts = [torch.nn.functional.normalize(each, dim=0) for each in (last.mean(0), last.amax(0), early.mean(0))]
            features = torch.cat(parts).numpy()
        pieces = self._tokenizer.convert_ids_to_tokens(words["input_ids"][0].tolist())
        return EncodedText(features.astype(np.float32), tuple(pieces[1:-1]))


labels_of = labels_by(TorchEncoder(os.environ["PEER_WEIGHTS"]))


def handler(event, _context):
    """Lambda's entry point."""
    return answer_with(labels_of, event)
