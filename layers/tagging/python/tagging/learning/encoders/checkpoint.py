"""Reads a Hugging Face folder of the BERT, MPNet or XLM-R family into an encoder's weights."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tagging.learning.encoders.errors import EncoderError
from tagging.learning.encoders.tensors import Tensors, read_tensors
from tagging.learning.encoders.weights import EncoderWeights, LayerWeights, Linear, Norm, int8_table
from tagging.learning.numeric import Floats32, Ints

WORDS = "embeddings.word_embeddings.weight"


@dataclass(frozen=True)
class Family:
    """How a family names the parts of a layer, and its first position."""

    query: str
    key: str
    value: str
    out: str
    norm: str
    first_position: int


_BERT = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense")
_MPNET = ("attention.attn.q", "attention.attn.k", "attention.attn.v", "attention.attn.o")
FAMILIES = {
    "bert": Family(*_BERT, "attention.output.LayerNorm", 0),
    "xlm-roberta": Family(*_BERT, "attention.output.LayerNorm", 2),
    "roberta": Family(*_BERT, "attention.output.LayerNorm", 2),
    "mpnet": Family(*_MPNET, "attention.LayerNorm", 2),
}
"""By `model_type` of config.json."""
FIXED = {"hidden_act": "gelu", "position_embedding_type": "absolute"}
"""Settings that the graph is built for."""


def read_checkpoint(folder: Path, sequence_length: int) -> EncoderWeights:
    """The weights for texts of at most `sequence_length` tokens. Raises EncoderError."""
    config = _config(folder)
    family = FAMILIES[config["model_type"]]
    tensors = _named(read_tensors(folder), folder)
    positions = tensors.get("embeddings.position_embeddings.weight")[family.first_position :]
    if sequence_length > len(positions):
        raise EncoderError(
            f"{folder} has positions for {len(positions)} tokens: a sequence of {sequence_length} is too long"
        )
    kinds = tensors.optional("embeddings.token_type_embeddings.weight")
    positions = positions[:sequence_length] + (kinds[0] if kinds is not None else 0)
    distances = tensors.optional("encoder.relative_attention_bias.weight")
    return EncoderWeights(
        words=int8_table(tensors.get(WORDS)),
        positions=positions,
        norm=tensors.norm("embeddings.LayerNorm"),
        layers=tuple(
            _layer(tensors, family, f"encoder.layer.{number}") for number in range(config["num_hidden_layers"])
        ),
        heads=config["num_attention_heads"],
        epsilon=config.get("layer_norm_eps", 1e-12),
        distance_bias=None if distances is None else distance_bias(distances, sequence_length),
    )


def _config(folder: Path) -> dict[str, Any]:
    path = folder / "config.json"
    try:
        config: dict[str, Any] = json.loads(path.read_bytes())
        kind = str(config["model_type"])
    except FileNotFoundError:
        raise EncoderError(f"{folder} is no Hugging Face folder: config.json is missing") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise EncoderError(f"{path} does not say the model's type") from None
    if kind not in FAMILIES:
        raise EncoderError(f"{folder} is of the family {kind}: only {', '.join(FAMILIES)} can be converted")
    for name, value in FIXED.items():
        if config.get(name, value) != value:
            raise EncoderError(f"{path}: {name} is {config[name]}, only {value} can be converted")
    for name in ("num_hidden_layers", "num_attention_heads"):
        if not isinstance(config.get(name), int):
            raise EncoderError(f"{path}: {name} is missing")
    return config


@dataclass(frozen=True)
class _Named:
    """The tensors of a network, its own name taken off theirs."""

    tensors: Tensors
    folder: Path

    def optional(self, name: str) -> Floats32 | None:
        return self.tensors.get(name)

    def get(self, name: str) -> Floats32:
        if name not in self.tensors:
            raise EncoderError(f"{self.folder} lacks the weights {name}")
        return self.tensors[name]

    def linear(self, name: str) -> Linear:
        return Linear(np.ascontiguousarray(self.get(f"{name}.weight").T), self.get(f"{name}.bias"))

    def norm(self, name: str) -> Norm:
        older = f"{name}.gamma" in self.tensors
        gain, bias = ("gamma", "beta") if older else ("weight", "bias")
        return Norm(self.get(f"{name}.{gain}"), self.get(f"{name}.{bias}"))


def _named(tensors: Tensors, folder: Path) -> _Named:
    prefix = next((name.removesuffix(WORDS) for name in tensors if name.endswith(WORDS)), None)
    if prefix is None:
        raise EncoderError(f"{folder} lacks the weights {WORDS}")
    return _Named({name.removeprefix(prefix): values for name, values in tensors.items()}, folder)


def _layer(tensors: _Named, family: Family, name: str) -> LayerWeights:
    parts = [tensors.linear(f"{name}.{part}") for part in (family.query, family.key, family.value)]
    joint = Linear(np.hstack([part.weight for part in parts]), np.concatenate([part.bias for part in parts]))
    return LayerWeights(
        query_key_value=joint,
        attention=tensors.linear(f"{name}.{family.out}"),
        attention_norm=tensors.norm(f"{name}.{family.norm}"),
        feed_in=tensors.linear(f"{name}.intermediate.dense"),
        feed_out=tensors.linear(f"{name}.output.dense"),
        feed_norm=tensors.norm(f"{name}.output.LayerNorm"),
    )


def distance_bias(table: Floats32, length: int) -> Floats32:
    """The bias of each distance of a key from its query [heads, 2 * length - 1], from that of each bucket.

    Buckets as in T5 (Raffel et al. 2020): half for each direction, of those half for one distance each, the others
    widening up to a distance of 128.
    """
    distance = np.arange(1 - length, length)
    half, exact, far = len(table) // 2, len(table) // 4, 128
    size = np.abs(distance)
    wide = exact + (np.log(np.maximum(size, 1) / exact) / np.log(far / exact) * (half - exact)).astype(np.int64)
    bucket: Ints = np.where(size < exact, size, np.minimum(wide, half - 1)) + half * (distance > 0)
    return np.ascontiguousarray(table[bucket].T)
