"""MiniLM in two parts: frozen lower layers, computed once, and upper layers to fine-tune."""

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
"""Number of frozen layers; the early vector of `encoder.py` comes from one of them."""
WIDTH = 768
"""Mean and max of the last layer, 384 each."""
MASKED_LOGIT = -1e9
TOKENS_AT_ONCE = 4096


@dataclass(frozen=True)
class Padded:
    """Padded token vectors of some texts [texts, tokens, 384] and their mask, 1 for tokens [texts, tokens]."""

    states: torch.Tensor
    mask: torch.Tensor


def lower_states(bert: BertModel, words: Tokenizer, texts: Sequence[str]) -> list[torch.Tensor]:
    """Output of the frozen layers for each text: [tokens, 384] in 16 bits."""
    ids = [encoding.ids for encoding in words.encode_batch(list(texts))]
    result: list[torch.Tensor] = [torch.empty(0)] * len(ids)
    for indices in _batches_by_length([len(one) for one in ids]):
        padded = torch.nn.utils.rnn.pad_sequence([torch.tensor(ids[index]) for index in indices], batch_first=True)
        mask = _mask([len(ids[index]) for index in indices])
        with torch.no_grad():
            states = apply_layers(bert.encoder.layer[:FROZEN], Padded(bert.embeddings(padded), mask)).half()
        for row, index in enumerate(indices):
            result[index] = states[row, : len(ids[index])].clone()
    return result


def upper_vectors(layers: Sequence[torch.nn.Module], states: Sequence[torch.Tensor]) -> torch.Tensor:
    """Mean and max of the last layer for some texts' lower states, each of length 1: [texts, 768]."""
    padded = torch.nn.utils.rnn.pad_sequence([state.float() for state in states], batch_first=True)
    mask = _mask([len(state) for state in states])
    last = apply_layers(layers, Padded(padded, mask))
    mean = (last * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    maximum = last.masked_fill(mask[..., None] == 0, MASKED_LOGIT).amax(1)
    return torch.cat([normalize(mean, dim=-1), normalize(maximum, dim=-1)], -1)


def all_vectors(layers: Sequence[torch.nn.Module], states: Sequence[torch.Tensor]) -> torch.Tensor:
    """The same for any number of texts, without gradients."""
    result = torch.zeros(len(states), WIDTH)
    with torch.no_grad():
        for indices in _batches_by_length([len(state) for state in states]):
            result[indices] = upper_vectors(layers, [states[index] for index in indices])
    return result


def apply_layers(layers: Sequence[torch.nn.Module], texts: Padded) -> torch.Tensor:
    """Token vectors after these layers; tokens attend to tokens only, not to padding."""
    attention_mask = ((1 - texts.mask) * MASKED_LOGIT)[:, None, None, :]
    states = texts.states
    for layer in layers:
        states = layer(states, attention_mask=attention_mask)
    return states


def _mask(lengths: Sequence[int]) -> torch.Tensor:
    return (torch.arange(max(lengths))[None] < torch.tensor(lengths)[:, None]).float()


def _batches_by_length(lengths: Sequence[int]) -> Iterator[NDArray[np.int64]]:
    """Indices of texts, the shortest first, in batches of at most TOKENS_AT_ONCE padded tokens."""
    order = np.argsort(lengths, kind="stable")
    start = 0
    for end in range(1, len(order) + 1):
        if end == len(order) or (end + 1 - start) * lengths[order[end]] > TOKENS_AT_ONCE:
            yield order[start:end]
            start = end
