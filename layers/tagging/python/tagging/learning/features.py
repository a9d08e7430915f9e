"""Features of many texts through the encoder that serves, and the n-grams worth having as columns."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tagging.lexicon import Lexicon, n_grams
from tagging.text_encoder import TextEncoder

MOST_GRAMS = 4096
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Encoded:
    """Texts as the encoder sees them: dense features [texts, dimension] and each text's word pieces."""

    dense: Floats
    pieces: tuple[tuple[str, ...], ...]

    def take(self, rows: NDArray[np.bool_]) -> Encoded:
        """The texts marked True."""
        return Encoded(self.dense[rows], tuple(self.pieces[row] for row in np.flatnonzero(rows)))

    def lexical(self, lexicon: Lexicon) -> Floats:
        """The texts' rows in this lexicon: [texts, n-grams]."""
        return np.stack([lexicon.row(pieces) for pieces in self.pieces])

    def features(self, lexicon: Lexicon) -> Floats:
        """Dense and lexical features side by side: what heads learn on."""
        return np.hstack([self.dense, self.lexical(lexicon)])


def encode_all(encoder: TextEncoder, texts: Sequence[str], cache: Path | None = None, version: str = "") -> Encoded:
    """Encode every text, one at a time as serving does.

    With a `cache` folder the dense features are kept there, under the encoder's version and the texts' hash.
    """
    path = None
    if cache is not None:
        digest = hashlib.sha256("\0".join([version, *texts]).encode("utf-8", "surrogatepass")).hexdigest()
        path = cache / f"{digest[:32]}.npz"
        if path.exists():
            with np.load(path) as stored:
                kept = stored["pieces"].tolist()
                return Encoded(stored["dense"], tuple(tuple(one.split(" ")) if one else () for one in kept))
    encoded = [encoder.encode(text) for text in texts]
    pieces = tuple(one.pieces for one in encoded)
    dense = np.stack([one.features for one in encoded])
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(path, dense=dense, pieces=np.array([" ".join(one) for one in pieces]))
    return Encoded(dense, pieces)


def choose_lexicon(rows: Sequence[Sequence[str]], weight: float, most: int = MOST_GRAMS) -> Lexicon:
    """The n-grams that most rows hold, each with its smoothed inverse document frequency, ln((1+n)/(1+df)) + 1."""
    frequency = Counter(gram for pieces in rows for gram in n_grams(pieces))
    chosen = sorted(frequency, key=lambda gram: (-frequency[gram], gram))[:most]
    idf = (round(float(np.log((1 + len(rows)) / (1 + frequency[gram])) + 1), 4) for gram in chosen)
    return Lexicon(tuple(chosen), tuple(idf), weight)
