"""Features of many texts by the served encoder, and the choice of n-grams that become columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagging.learning.features.cache import FeatureCache
from tagging.learning.numeric import Floats32
from tagging.model import FORMAT, Lexicon, TextEncoder, n_grams

MOST_GRAMS = 4096
FEWEST_ITEMS = 5
"""Different items that have an n-gram of a lexicon, so that no single customer's words are in a version."""
KEEP_EVERY = 500
"""The cache is written after so many texts: an interruption loses at most these."""
Progress = Callable[[int, int], None]
"""Called with the number of texts done and of all texts."""


def no_progress(done: int, total: int) -> None:
    """Ignore the progress."""


@dataclass(frozen=True)
class Encoded:
    """Texts as the encoder sees them: dense features [texts, dimension] and each text's word pieces."""

    dense: Floats32
    pieces: tuple[tuple[str, ...], ...]

    def take(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Encoded:
        """The texts marked True, or those of these numbers."""
        indices = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        return Encoded(self.dense[indices], tuple(self.pieces[index] for index in indices))

    def lexical(self, lexicon: Lexicon) -> Floats32:
        """The texts' rows in this lexicon: [texts, n-grams]."""
        return lexicon.rows(self.pieces)

    def features(self, lexicon: Lexicon) -> Floats32:
        """Dense and lexical features side by side: what heads learn on."""
        return np.hstack([self.dense, self.lexical(lexicon)])


def encode_all(
    encoder: TextEncoder,
    texts: Sequence[str],
    cache: Path | None = None,
    version: str = "",
    progress: Progress = no_progress,
) -> Encoded:
    """Encode every text, one at a time as serving does, and equal ones once.

    With a `cache` folder the dense features are kept there by the encoder's version and the hash of each text.
    """
    if cache is None:
        dense, pieces = _encode_missing(encoder, texts, {}, None, progress)
    else:
        with closing(FeatureCache(cache, f"{version}-{FORMAT}")) as kept:
            dense, pieces = _encode_missing(encoder, texts, kept.get(texts), kept, progress)
    pieces |= {text: encoder.pieces(text) for text in dict.fromkeys(texts) if text not in pieces}
    return Encoded(np.stack([dense[text] for text in texts]), tuple(pieces[text] for text in texts))


def _encode_missing(
    encoder: TextEncoder,
    texts: Sequence[str],
    known: Mapping[str, Floats32],
    cache: FeatureCache | None,
    progress: Progress,
) -> tuple[dict[str, Floats32], dict[str, tuple[str, ...]]]:
    """The features of all texts, and the word pieces of those that are encoded here, each by text."""
    dense, pieces = dict(known), dict[str, tuple[str, ...]]()
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    for start in range(0, len(missing), KEEP_EVERY):
        new: dict[str, Floats32] = {}
        for text in missing[start : start + KEEP_EVERY]:
            encoded = encoder.encode(text)
            new[text], pieces[text] = encoded.features, encoded.pieces
            progress(start + len(new), len(missing))
        if cache is not None:
            cache.put(new)
        dense |= new
    return dense, pieces


def choose_lexicon(
    texts: Sequence[Sequence[str]],
    weight: float,
    own: Sequence[Sequence[str]] = (),
    item_of: Sequence[Collection[int]] | None = None,
    elsewhere: Callable[[str], int] | None = None,
    most: int = MOST_GRAMS,
) -> Lexicon:
    """The most frequent n-grams, each with its smoothed inverse document frequency, ln((1+n)/(1+df)) + 1.

    An n-gram counts if FEWEST_ITEMS different items have it in their texts, or if one of `own` has it: the taxonomy's
    texts. All are given as word pieces. `item_of`: the items of each text; None: every text is an item. `elsewhere`:
    how many further items have an n-gram, those of the background.
    """
    items_of_gram: dict[str, set[int]] = {}
    frequency: Counter[str] = Counter()
    for number, pieces in enumerate(texts):
        grams = n_grams(pieces)
        frequency.update(grams)
        for gram in grams:
            items_of_gram.setdefault(gram, set()).update((number,) if item_of is None else item_of[number])
    allowed = {
        gram
        for gram, items in items_of_gram.items()
        if len(items) + (elsewhere(gram) if elsewhere else 0) >= FEWEST_ITEMS
    }
    for pieces in own:
        grams = n_grams(pieces)
        frequency.update(grams)
        allowed |= grams
    count = len(texts) + len(own)
    chosen = sorted(allowed, key=lambda gram: (-frequency[gram], gram))[:most]
    idf = (round(float(np.log((1 + count) / (1 + frequency[gram])) + 1), 4) for gram in chosen)
    return Lexicon(tuple(chosen), tuple(idf), weight)
