"""How many texts are unlike the training data, by the reference of a training alone: no heads are learned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.quality.distance_tests import OWN, UNLIKE
from benchmarks.quality.unknown_tests import UnknownTest
from tagging.learning.data import DataError, Served
from tagging.learning.features import Encoded, encode_all, item_texts, load_background
from tagging.learning.training import prepare_training_data, reference_of, sentences_outside
from tagging.model import FULL_SENTENCE_WORDS, Reference, count_words, load_encoder

SEED = 0
"""Of folds and of the sentences that are kept, as a training has it by default."""


def measure_distance(
    test: UnknownTest, encoder: Path, cache: Path | None, background: Path | None = None
) -> dict[str, float]:
    """Shares of texts beyond the cut, where sentences are pooled. Raises DataError and BundleError.

    Heads neither make the reference nor change what is beyond its cut.
    """
    loaded, version = load_encoder(encoder)

    def encode(texts: Sequence[str]) -> Encoded:
        return encode_all(loaded, texts, cache, version)

    rows = [replace(row, served=Served()) for row in test.train]  # served rows are not composed into mails
    data = prepare_training_data(rows, test.taxonomy, SEED, encode, examples=True)
    outside = None
    if background is not None:
        texts = load_background(background, encode, version).without(test.sources)
        data = data.with_background(texts)
        outside = None if data.background is None else sentences_outside(texts, data.background)
    found = reference_of(data, "sentences", SEED, outside)
    if found is None:
        raise DataError(f"{len(rows)} rows are too few for a reference")
    groups = {OWN: [row.text for row in test.test]} | {f"{name}{UNLIKE}": each for name, each in test.unfit.items()}
    return {name: _share_beyond(found.reference, group, encode) for name, group in groups.items()}


def _share_beyond(reference: Reference, texts: Sequence[str], encode: Callable[[Sequence[str]], Encoded]) -> float:
    """The share of the texts whose full sentences, or all where none is full, are beyond the cut on average."""
    sentences = [item_texts(text).sentences for text in texts]
    distances = reference.distances(encode([sentence for each in sentences for sentence in each]).dense)
    beyond, start = [], 0
    for each in sentences:
        full = np.array([count_words(sentence) >= FULL_SENTENCE_WORDS for sentence in each])
        own = distances[start : start + len(each)]
        beyond.append(reference.beyond_cut(own[full] if full.any() else own) > 0)
        start += len(each)
    return float(np.mean(beyond))
