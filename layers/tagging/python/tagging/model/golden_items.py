"""Golden items: items whose labels hardly depend on the processor, as a manifest keeps them."""

from __future__ import annotations

from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from tagging.model.labelling import run_heads
from tagging.model.manifest import Golden
from tagging.model.self_test import Decoder, golden_item
from tagging.model.tagger import Tagger

TOLERANCE: Final = 0.05
"""How far golden scores may move between processors."""
NOISE: Final = 0.15
"""How far int8 arithmetic may move a logit from one processor to another, with a margin."""
DISTANCE_NOISE: Final = 0.02
"""The same for the distance to the training data."""


def sure_golden(tagger: Tagger, content: str | bytes, decode: Decoder) -> Golden | None:
    """A text or an image file as a golden item; None if its labels may change, or its scores move too far, by NOISE.

    Raises Quarantined where an image cannot be read.
    """
    features = tagger.encode(golden_item(content, tagger.bundle.encoder, decode))
    prediction = tagger.predict(features)
    logits, unlike = prediction.logits, prediction.unlike
    scores, labels = run_heads(logits, tagger.bundle, unlike=unlike)
    moved = [run_heads(logits + shift, tagger.bundle, unlike=unlike) for shift in _shifts(len(logits))]
    if abs(prediction.beyond_cut) < DISTANCE_NOISE or any(
        other != labels or set(near) != set(scores) for near, other in moved
    ):
        return None
    if max(abs(near[name] - score) for near, _ in moved for name, score in scores.items()) > TOLERANCE:
        return None
    result = tagger.decide(features, prediction)
    if not result.scores:  # a text without letters, such as the words of the id "404"
        return None
    return Golden(
        text=content if isinstance(content, str) else None,
        image=content if isinstance(content, bytes) else None,
        labels=tuple(label.id for label in result.labels),
        scores=dict(result.scores),
    )


def golden_document(golden: Golden) -> dict[str, Any]:
    """A golden item as a manifest keeps it; an image in base64."""
    return {name: value for name, value in msgspec.to_builtins(golden).items() if value is not None}


def _shifts(count: int) -> list[NDArray[np.float64]]:
    """Shifts of logits: all up, all down, and neighbours in opposite directions (a softmax ignores the first two)."""
    alternating = np.where(np.arange(count) % 2, NOISE, -NOISE)
    return [np.full(count, NOISE), np.full(count, -NOISE), alternating, -alternating]
