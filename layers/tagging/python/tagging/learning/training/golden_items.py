"""Golden items: their labels hardly depend on the processor; a bundle has two, and every start tests it on them."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagging.image import decode_image
from tagging.kinds import kind_of_encoder
from tagging.model import Tagger, golden_item, run_heads

TOLERANCE = 0.05
"""How far golden scores may move between processors."""
NOISE = 0.15
"""How far int8 arithmetic may move a logit from one processor to another, with a margin."""
DISTANCE_NOISE = 0.02
"""The same for the distance to the training data."""


class NoGoldenText(Exception):
    """Every candidate is too near to a threshold."""


def golden_of(tagger: Tagger, contents: Sequence[str | bytes]) -> list[dict[str, Any]]:
    """The first two texts or image files that are sure enough, as a manifest keeps them.

    Raises NoGoldenText if there are none, Quarantined where an image cannot be read.
    """
    sure = [golden for golden, _ in zip(_sure(tagger, contents), range(2), strict=False)]
    if not sure:
        what = f"{len(contents)} {kind_of_encoder(tagger.bundle.encoder.kind).description}"
        raise NoGoldenText(f"none of {what} keeps its labels when logits move by {NOISE}; offer others")
    return sure


def _sure(tagger: Tagger, contents: Sequence[str | bytes]) -> Iterator[dict[str, Any]]:
    """Items whose labels stay and whose scores stay within the tolerance when all logits move by NOISE."""
    for content in dict.fromkeys(contents):
        item = golden_item(content, tagger.bundle.encoder, decode_image)
        features = tagger.encode(item)
        prediction = tagger.predict(features)
        if abs(prediction.beyond_cut) < DISTANCE_NOISE:
            continue
        logits, unlike = prediction.logits, prediction.unlike
        scores, labels = run_heads(logits, tagger.bundle, unlike=unlike)
        moved = [run_heads(logits + shift, tagger.bundle, unlike=unlike) for shift in _shifts(len(logits))]
        if any(other != labels or set(near) != set(scores) for near, other in moved):
            continue
        if max(abs(near[name] - score) for near, _ in moved for name, score in scores.items()) <= TOLERANCE:
            result = tagger.decide(features, prediction)
            if not result.scores:  # a text without letters, such as the words of the id "404"
                continue
            golden = {"text": content} if isinstance(content, str) else {"picture": b64encode(content).decode()}
            yield golden | {"labels": [label.id for label in result.labels], "scores": dict(result.scores)}


def _shifts(count: int) -> list[NDArray[np.float64]]:
    """Shifts of logits: all up, all down, and neighbours in opposite directions (a softmax ignores the first two)."""
    alternating = np.where(np.arange(count) % 2, NOISE, -NOISE)
    return [np.full(count, NOISE), np.full(count, -NOISE), alternating, -alternating]
