"""BERT, MPNet and XLM-R in plain numpy: what converted encoders are compared with."""

from __future__ import annotations

import math

import numpy as np

from tests.learning.tiny_checkpoints import BERT, HEADS, HIDDEN, LAYERS, MPNET, Array, Checkpoint


def states_of(checkpoint: Checkpoint, ids: list[int]) -> list[Array]:
    """The embeddings and the output of each layer, by the definition of the network [tokens, hidden]."""
    tensors, family = checkpoint.tensors, checkpoint.family
    first = 0 if family == "bert" else 2
    x = tensors["embeddings.word_embeddings.weight"][ids]
    x = x + tensors["embeddings.position_embeddings.weight"][first : first + len(ids)]
    if family != "mpnet":
        x = x + tensors["embeddings.token_type_embeddings.weight"][0]
    states = [_norm(x, tensors, "embeddings.LayerNorm")]
    for number in range(LAYERS):
        states.append(_layer(states[-1], tensors, family, f"encoder.layer.{number}"))
    return states


def features_of(states: list[Array], early: int, centre: Array) -> Array:
    """Three pooled vectors, centred [3, hidden] and scaled to length 1 each, in one row."""
    pooled = np.stack([states[-1].mean(0), states[-1].max(0), states[early].mean(0)]) - centre
    return (pooled / np.linalg.norm(pooled, axis=1, keepdims=True)).ravel()


def _layer(x: Array, tensors: dict[str, Array], family: str, name: str) -> Array:
    def linear(value: Array, part: str) -> Array:
        return value @ tensors[f"{name}.{part}.weight"].T + tensors[f"{name}.{part}.bias"]

    names = MPNET if family == "mpnet" else BERT
    q, k, v = (linear(x, part).reshape(len(x), HEADS, -1).transpose(1, 0, 2) for part in names[:3])
    scores = q @ k.transpose(0, 2, 1) / math.sqrt(HIDDEN // HEADS)
    if family == "mpnet":
        table = tensors["encoder.relative_attention_bias.weight"]
        scores = scores + np.array([[table[_bucket(j - i)] for j in range(len(x))] for i in range(len(x))]).transpose(
            2, 0, 1
        )
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    mixed = (weights / weights.sum(-1, keepdims=True)) @ v
    joined = mixed.transpose(1, 0, 2).reshape(len(x), HIDDEN)
    x = _norm(x + linear(joined, names[3]), tensors, f"{name}.{names[4]}")
    inner = linear(x, "intermediate.dense")
    inner = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
    return _norm(x + linear(inner, "output.dense"), tensors, f"{name}.output.LayerNorm")


def _bucket(distance: int) -> int:
    """T5's bucket of the distance from a query to a key, with 32 buckets."""
    size = abs(distance)
    near = size if size < 8 else min(8 + int(math.log(size / 8) / math.log(16) * 8), 15)
    return near + (16 if distance > 0 else 0)


def _norm(x: Array, tensors: dict[str, Array], name: str) -> Array:
    spread = np.sqrt(x.var(-1, keepdims=True) + 1e-5)
    return (x - x.mean(-1, keepdims=True)) / spread * tensors[f"{name}.weight"] + tensors[f"{name}.bias"]
