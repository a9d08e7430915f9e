"""The second step of tagging: `predict` makes the logits of one item from its features, by one version."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tagging.model.bundle import Bundle
from tagging.model.features import Features
from tagging.model.full_sentences import FULL_SENTENCE_WORDS
from tagging.model.manifest import Aggregate
from tagging.model.reference import Floats32, Reference

Floats = NDArray[np.float64]
BLOCK = 256
"""Texts that go through the heads in one call: their n-grams take 4 MB."""


class Prediction(Struct, frozen=True):
    """The logits of one item by one version, before anything is decided; all numbers are 32-bit floats in value."""

    logits: Floats
    """[labels]: of every label, also of heads whose condition does not hold and of packs that are off."""
    of_sentences: Floats
    """[sentences, labels]; no rows for images and where the version pools the full text alone."""
    beyond_cut: float = -math.inf
    """Distance to the training data minus the cut of the version's reference."""

    @property
    def unlike(self) -> bool:
        """Whether it is farther from the training data than nearly all of them from each other."""
        return self.beyond_cut > 0


def predict(features: Features, version: Bundle) -> Prediction:
    """The logits of an item. Raises ValueError if the features lack texts that the version pools."""
    return predict_many([features], version)[0]


def predict_many(features: Sequence[Features], version: Bundle) -> list[Prediction]:
    """The logits of many items, to the bit as `predict` makes them one by one. Raises ValueError as it does."""
    return [each for block in _blocks(features) for each in _of_block(block, version)]


def _blocks(features: Sequence[Features]) -> Iterator[Sequence[Features]]:
    """Items in order, about BLOCK texts at a time."""
    start = texts = 0
    for end, each in enumerate(features, start=1):
        texts += len(each.dense)
        if texts >= BLOCK or end == len(features):
            yield features[start:end]
            start, texts = end, 0


def _of_block(features: Sequence[Features], version: Bundle) -> list[Prediction]:
    aggregate, reference = version.manifest.aggregate, version.reference
    rows = [_rows(each, aggregate) for each in features]
    parts = [each.dense[part] for each, part in zip(features, rows, strict=True)]
    dense = parts[0] if len(parts) == 1 else np.concatenate(parts)
    logits = _logits(dense, features, rows, version)
    if aggregate == "whole":
        return _of_full_texts(logits, None if reference is None else reference.distances(dense), reference)
    return _of_sentences(logits, dense, [len(each) for each in parts], features, version)


def _of_full_texts(logits: Floats, distances: Floats32 | None, reference: Reference | None) -> list[Prediction]:
    """The predictions of items with one row each."""
    beyond_cut = [-math.inf] * len(logits)
    if reference is not None and distances is not None:
        logits = logits - reference.penalties(distances)[:, None]
        beyond_cut = _stored(distances.astype(np.float64) - reference.cut).tolist()
    no_sentences = np.empty((0, logits.shape[1]))
    return [Prediction(row, no_sentences, beyond) for row, beyond in zip(_stored(logits), beyond_cut, strict=True)]


def _of_sentences(
    logits: Floats, dense: Floats32, texts_of: Sequence[int], features: Sequence[Features], version: Bundle
) -> list[Prediction]:
    """The predictions of items with logits of their sentences and, if the version pools it, of their full texts."""
    pooled, texts = np.array([len(each.sentences) for each in features]), np.array(texts_of)
    ends, first_sentences = np.cumsum(texts), np.cumsum(pooled) - pooled
    bounds = [*first_sentences.tolist(), int(pooled.sum())]
    is_sentence = np.arange(len(logits)) - np.repeat(ends - texts, texts) < np.repeat(pooled, texts)
    beyond_cut = [-math.inf] * len(features)
    if version.reference is not None:
        distances = version.reference.distances(dense[is_sentence])
        lost = np.empty(len(logits), dtype=np.float32)
        lost[is_sentence] = version.reference.penalties(distances)
        lowest = np.minimum.reduceat(lost[is_sentence], first_sentences)
        lost[~is_sentence] = np.repeat(lowest, texts - pooled)
        logits = logits - lost[:, None]
        beyond_cut = _beyond_cut(distances, bounds, features, version.reference)
    of_items: Floats = np.maximum.reduceat(logits[is_sentence], first_sentences, axis=0)
    if version.manifest.aggregate == "both":
        share = version.manifest.sentence_share
        of_items = share * of_items + (1 - share) * logits[ends - 1]
    if version.manifest.sentence_penalty:
        penalties = version.manifest.sentence_penalty * np.array([np.log(count) for count in pooled])
        of_items = of_items - penalties[:, None]
    stored = _stored(logits[is_sentence])
    of_sentences = [stored[first:end] for first, end in pairwise(bounds)]
    return list(map(Prediction, _stored(of_items), of_sentences, beyond_cut))


def _beyond_cut(
    distances: Floats32, bounds: Sequence[int], features: Sequence[Features], reference: Reference
) -> list[float]:
    """Of each item, by the distances of all sentences: see `Prediction.beyond_cut`."""
    full = map(_full_sentences, features, bounds)
    beyond_cut: list[float] = _stored(np.array([reference.beyond_cut(distances[each]) for each in full])).tolist()
    return beyond_cut


def _full_sentences(features: Features, first: int) -> list[int]:
    """The numbers of the full sentences, where the item's first has number `first`; all, where none is full."""
    numbered = enumerate(features.sentences, first)
    full = [number for number, each in numbered if each.words >= FULL_SENTENCE_WORDS]
    return full or [*range(first, first + len(features.sentences))]


def _stored(values: Floats) -> Floats:
    """Rounded to 32 bits, as a log stores them."""
    return values.astype(np.float32).astype(np.float64)


def has_texts(features: Features, version: Bundle) -> bool:
    """Whether the features have all texts that a version pools."""
    try:
        _rows(features, version.manifest.aggregate)
    except ValueError:
        return False
    return True


def _rows(features: Features, aggregate: Aggregate) -> slice:
    """The texts that a version pools: sentences, the full text, or both."""
    if aggregate == "whole" and features.has_full_text:
        return slice(-1, None)
    if aggregate != "whole" and features.sentences and (features.has_full_text or aggregate == "sentences"):
        return slice(len(features.sentences) if aggregate == "sentences" else None)
    raise ValueError(f"the features lack texts that a version with aggregate {aggregate} pools")


def _logits(dense: Floats32, features: Sequence[Features], rows: Sequence[slice], version: Bundle) -> Floats:
    """The logits of these texts of all items [texts, labels].

    The last bits of onnxruntime's products with constant weights do not depend on the number of rows.
    """
    feeds = {"dense": dense}
    if version.lexicon.grams:
        texts = [pieces for each, part in zip(features, rows, strict=True) for pieces in each.pieces[part]]
        feeds["lexical"] = version.lexicon.rows(texts)
    logits: Floats = version.heads.run(["logits"], feeds)[0].astype(np.float64)
    return logits
