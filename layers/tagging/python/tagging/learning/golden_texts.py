"""Texts whose labels hardly depend on the processor: a bundle carries two, and is tested on them at every start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagging.tagger import Tagger

TOLERANCE = 0.05
"""How far golden scores may move between processors."""
NOISE = 0.15
"""How far int8 arithmetic may move a logit from one processor to another, with room to spare."""


class NoGoldenText(Exception):
    """None of the texts offered is far enough from every threshold."""


def golden_of(tagger: Tagger, texts: Sequence[str]) -> list[dict[str, Any]]:
    """The first two texts that are sure enough, as a manifest keeps them. Raises NoGoldenText if there are none."""
    found = _sure(tagger, texts)
    sure = [golden for golden, _ in zip(found, range(2), strict=False)]
    if not sure:
        raise NoGoldenText(f"none of {len(texts)} texts keeps its labels when logits move by {NOISE}; offer others")
    return sure


def _sure(tagger: Tagger, texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Texts whose labels stay and whose scores stay within the tolerance when all logits move by NOISE."""
    for text in dict.fromkeys(texts):
        logits = tagger.listen(text, 0).logits
        scores, labels = tagger.decide(logits)
        moved = [tagger.decide(logits + shift) for shift in _shifts(len(logits))]
        near = max(abs(other[name] - score) for other, _ in moved for name, score in scores.items()) <= TOLERANCE
        if near and all(other == labels for _, other in moved):
            result = tagger.tag_text(text)
            yield {"text": text, "labels": [label.id for label in result.labels], "scores": dict(result.scores)}


def _shifts(count: int) -> list[NDArray[np.float64]]:
    """All up, all down, and neighbours apart: a softmax does not see the first two."""
    turns = np.where(np.arange(count) % 2, NOISE, -NOISE)
    return [np.full(count, NOISE), np.full(count, -NOISE), turns, -turns]
