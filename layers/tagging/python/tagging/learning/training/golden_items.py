"""The golden items of a new bundle: it has two, and every start tests it on them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from tagging.image import decode_image
from tagging.kinds import kind_of_encoder
from tagging.model import NOISE, Tagger, golden_document, sure_golden


class NoGoldenText(Exception):
    """Every candidate is too near to a threshold."""


def golden_of(tagger: Tagger, contents: Sequence[str | bytes]) -> list[dict[str, Any]]:
    """The first two texts or image files that are sure enough, as a manifest keeps them.

    Raises NoGoldenText if there are none, Quarantined where an image cannot be read.
    """
    candidates = (sure_golden(tagger, content, decode_image) for content in dict.fromkeys(contents))
    sure = [golden_document(golden) for golden in islice(filter(None, candidates), 2)]
    if not sure:
        what = f"{len(contents)} {kind_of_encoder(tagger.bundle.encoder.kind).description}"
        raise NoGoldenText(f"none of {what} keeps its labels when logits move by {NOISE}; offer others")
    return sure
