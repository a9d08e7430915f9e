"""The published encoder, exported by our recipe without quantisation."""

from __future__ import annotations

import torch

from layers.mail_model.encoder import EARLY_LAYER, export, original, pool


class Unquantised(torch.nn.Module):
    """The published network with our pooling: token ids [1, T] -> features, token vectors."""

    def __init__(self):
        super().__init__()
        self.bert = original()

    def forward(self, ids):
        states = self.bert(input_ids=ids, output_hidden_states=True).hidden_states
        return pool(states[-1], states[EARLY_LAYER]), states[-1]


def write_encoder(path):
    """Write it as one ONNX file."""
    export(Unquantised(), path)
