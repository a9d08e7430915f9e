"""The second step of tagging: `predict` makes the logits of one item from its features, by one version."""

from __future__ import annotations

import math

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from tagging.model.bundle import Bundle
from tagging.model.features import Features
from tagging.model.full_sentences import FULL_SENTENCE_WORDS
from tagging.model.manifest import Aggregate
from tagging.model.reference import Floats32

Floats = NDArray[np.float64]


class Prediction(Struct, frozen=True):
    """The logits of one item by one version, before anything is decided."""

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
    aggregate, reference = version.manifest.aggregate, version.reference
    rows = _rows(features, aggregate)
    logits = _logits(features, rows, version)
    pooled = 1 if aggregate == "whole" else len(features.sentences)
    beyond_cut = -math.inf
    if reference is not None:
        distances = reference.distances(features.dense[rows][:pooled])
        lost = reference.penalties(distances)
        logits = logits - np.append(lost, np.full(len(logits) - pooled, lost.min()))[:, None]
        beyond_cut = reference.beyond_cut(_of_full_sentences(distances, features, aggregate))
    of_item: Floats = logits[:pooled].max(axis=0)
    if aggregate == "both":
        share = version.manifest.sentence_share
        of_item = share * of_item + (1 - share) * logits[-1]
    if version.manifest.sentence_penalty:
        of_item = of_item - version.manifest.sentence_penalty * np.log(pooled)
    return Prediction(of_item, logits[: 0 if aggregate == "whole" else pooled], beyond_cut)


def _rows(features: Features, aggregate: Aggregate) -> slice:
    """The texts that a version pools: sentences, the full text, or both."""
    if aggregate == "whole" and features.has_full_text:
        return slice(-1, None)
    if aggregate != "whole" and features.sentences and (features.has_full_text or aggregate == "sentences"):
        return slice(len(features.sentences) if aggregate == "sentences" else None)
    raise ValueError(f"the features lack texts that a version with aggregate {aggregate} pools")


def _logits(features: Features, rows: slice, version: Bundle) -> Floats:
    """The logits of these texts [texts, labels]."""
    feeds = {"dense": features.dense[rows]}
    if version.lexicon.grams:
        feeds["lexical"] = np.stack([version.lexicon.row(pieces) for pieces in features.pieces[rows]])
    logits: Floats = version.heads.run(["logits"], feeds)[0].astype(np.float64)
    return logits


def _of_full_sentences(distances: Floats32, features: Features, aggregate: Aggregate) -> Floats32:
    """The distances of the full sentences; all, where none is full."""
    if aggregate == "whole":
        return distances
    full = [number for number, each in enumerate(features.sentences) if each.words >= FULL_SENTENCE_WORDS]
    return distances[full] if full else distances
