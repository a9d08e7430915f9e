"""MiniLM in two parts: lower layers that stay as they are, computed once, and upper ones that can be tuned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn.functional import normalize
from transformers import BertModel

FROZEN = 4
"""Layers that stay: the early vector of `encoder.py` is of one of them."""
WIDTH = 768
"""Mean and max of the last layer, 384 each."""
NOTHING = -1e9
TOKENS_AT_ONCE = 4096


@dataclass(frozen=True)
class Padded:
    """Some texts' token vectors [texts, tokens, 384], and where there are any [texts, tokens]."""

    states: torch.Tensor
    there: torch.Tensor


def lower_states(bert: BertModel, words: Tokenizer, texts: Sequence[str]) -> list[torch.Tensor]:
    """Of each text what the frozen layers say: [tokens, 384] in 16 bits."""
    ids = [found.ids for found in words.encode_batch(list(texts))]
    result: list[torch.Tensor] = [torch.empty(0)] * len(ids)
    for places in _of_like_length([len(found) for found in ids]):
        padded = torch.nn.utils.rnn.pad_sequence([torch.tensor(ids[place]) for place in places], batch_first=True)
        there = _there([len(ids[place]) for place in places])
        with torch.no_grad():
            states = through(bert.encoder.layer[:FROZEN], Padded(bert.embeddings(padded), there)).half()
        for row, place in enumerate(places):
            result[place] = states[row, : len(ids[place])].clone()
    return result


def upper_vectors(layers: Sequence[torch.nn.Module], states: Sequence[torch.Tensor]) -> torch.Tensor:
    """Mean and max of the last layer for some texts' lower states, each of length 1: [texts, 768]."""
    padded = torch.nn.utils.rnn.pad_sequence([state.float() for state in states], batch_first=True)
    there = _there([len(state) for state in states])
    last = through(layers, Padded(padded, there))
    mean = (last * there[..., None]).sum(1) / there.sum(1, keepdim=True)
    largest = last.masked_fill(there[..., None] == 0, NOTHING).amax(1)
    return torch.cat([normalize(mean, dim=-1), normalize(largest, dim=-1)], -1)


def all_vectors(layers: Sequence[torch.nn.Module], states: Sequence[torch.Tensor]) -> torch.Tensor:
    """The same for any number of texts, without gradients."""
    result = torch.zeros(len(states), WIDTH)
    with torch.no_grad():
        for places in _of_like_length([len(state) for state in states]):
            result[places] = upper_vectors(layers, [states[place] for place in places])
    return result


def through(layers: Sequence[torch.nn.Module], texts: Padded) -> torch.Tensor:
    """Token vectors after these layers; no token looks at one that is not there."""
    closed = ((1 - texts.there) * NOTHING)[:, None, None, :]
    states = texts.states
    for layer in layers:
        states = layer(states, attention_mask=closed)
    return states


def _there(lengths: Sequence[int]) -> torch.Tensor:
    return (torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]).float()


def _of_like_length(lengths: Sequence[int]) -> Iterator[NDArray[np.int64]]:
    """Places of texts, the shortest first, so many that padded they have TOKENS_AT_ONCE tokens at most."""
    order = np.argsort(lengths, kind="stable")
    start = 0
    for end in range(1, len(order) + 1):
        if end == len(order) or (end + 1 - start) * lengths[order[end]] > TOKENS_AT_ONCE:
            yield order[start:end]
            start = end
