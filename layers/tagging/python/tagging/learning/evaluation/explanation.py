"""Explains a label: splits the logit of its sentence exactly among the words.

The parts add up to the logit of the text as it is. They do not predict the effect of deleting a word, for every word
also changes the vectors of its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from tagging.item import Mail
from tagging.learning.features import TokenLayers, Tokens
from tagging.learning.numeric import Floats
from tagging.model import SEPARATOR, BundleError, ImageEncoder, Lexicon, Span, Tagger, own_text

NOT_AN_EFFECT = "what each word adds to the logit of the text as it is; not what deleting the word would change"
FRAME = "(frame)"
"""Stands for the two tokens that frame every text."""
_WORD = re.compile(r"\S+")


class WordPart(msgspec.Struct, frozen=True):
    """One word of the text and its part of the logit."""

    word: str
    start: int
    end: int
    """Offsets in `Mail.full_text`."""
    part: float


class TextPart(msgspec.Struct, frozen=True):
    """One encoded text, a sentence or the full text: `weight` * (bias + frame + words) is its part of the logit."""

    source: str = msgspec.field(name="heard")
    """sentence or whole"""
    start: int
    end: int
    weight: float
    bias: float
    frame: float
    words: tuple[WordPart, ...]

    @property
    def total(self) -> float:
        """Its part of the logit."""
        return self.weight * (self.bias + self.frame + sum(word.part for word in self.words))


class Explanation(msgspec.Struct, frozen=True):
    """One label's uncalibrated logit and the parts that add up to it."""

    label: str
    score: float
    logit: float
    parts: tuple[TextPart, ...]
    meaning: str = NOT_AN_EFFECT

    def to_json(self) -> dict[str, Any]:
        """The explanation as JSON holds it."""
        result: dict[str, Any] = msgspec.to_builtins(self)
        return result


class Explainer:
    """Explains the labels of one bundle, through the inner layers of its encoder."""

    def __init__(self, tagger: Tagger, folder: Path) -> None:
        """`folder` is the bundle that `tagger` was loaded from. Raises BundleError where it cannot be explained."""
        encoder = tagger.bundle.encoder
        if isinstance(encoder, ImageEncoder):
            raise BundleError(folder, "is for images; only labels of texts are explained", "leave --explain out")
        self._tagger = tagger
        self._sequence_length = encoder.sequence_length
        self._layers = TokenLayers(folder / "encoder")

    def explain(self, mail: Mail) -> tuple[Explanation, ...]:
        """The mail's labels, in taxonomy order."""
        full_text = mail.full_text
        encoded: dict[tuple[int, int], Tokens] = {}
        return tuple(
            self._explain(
                label.id,
                label.score,
                list(self._texts(own_text(full_text, len(mail.subject)), label.evidence)),
                full_text,
                encoded,
            )
            for label in self._tagger.tag(mail).labels
        )

    def _texts(self, own: Span, evidence: Span | None) -> Iterator[tuple[str, Span, float]]:
        """The texts that a label's logit comes from: name, span and weight."""
        manifest = self._tagger.bundle.manifest
        if manifest.aggregate == "whole" or evidence is None:
            yield "whole", own, 1.0
            return
        both = manifest.aggregate == "both"
        yield "sentence", evidence, manifest.sentence_share if both else 1.0
        if both:
            yield "whole", own, 1 - manifest.sentence_share

    def _explain(
        self,
        label: str,
        score: float,
        texts: list[tuple[str, tuple[int, int], float]],
        full_text: str,
        encoded: dict[tuple[int, int], Tokens],
    ) -> Explanation:
        parts = []
        for name, span, weight in texts:
            if span not in encoded:
                text = full_text[span[0] : span[1]]
                encoded[span] = self._layers.tokens(text, self._sequence_length)
            parts.append(self._text_part(label, full_text, name, span, weight, encoded[span]))
        return Explanation(label, score, sum(part.total for part in parts), tuple(parts))

    def _text_part(
        self, label: str, full_text: str, name: str, span: tuple[int, int], weight: float, tokens: Tokens
    ) -> TextPart:
        bias, by_token = self._by_token(label, tokens)
        frame = [index for index, (start, end) in enumerate(tokens.spans) if start == end]
        words = _words(full_text[span[0] : span[1]], tokens, by_token, span[0])
        return TextPart(name, *span, weight, bias, float(by_token[frame].sum()), words)

    def _by_token(self, label: str, tokens: Tokens) -> tuple[float, Floats]:
        """A label's bias, and each token's part of its logit [tokens]; heads are linear, so parts add up."""
        bundle = self._tagger.bundle
        dense = tokens.split()
        lexical = lexical_split(bundle.lexicon, tokens.pieces[1:-1])
        size = len(tokens.pieces)
        rows = np.zeros((size + 1, lexical.shape[1]), dtype=np.float32)
        rows[1 : size - 1] = lexical
        feeds = {"dense": np.vstack([dense, np.zeros((1, dense.shape[1]))]).astype(np.float32)}
        if lexical.shape[1]:
            feeds["lexical"] = rows
        logits = bundle.heads.run(["logits"], feeds)[0].astype(np.float64)
        column = list(bundle.decisions).index(label)
        bias = float(logits[-1, column])
        return bias, logits[:-1, column] - bias


def lexical_split(lexicon: Lexicon, pieces: tuple[str, ...]) -> NDArray[np.float32]:
    """Each token's part of the lexical row [tokens, n-grams]: an n-gram's value is split equally among its tokens."""
    row = lexicon.row(pieces)
    result = np.zeros((len(pieces), len(row)), dtype=np.float32)
    columns = {gram: column for column, gram in enumerate(lexicon.grams) if row[column]}
    for index, piece in enumerate(pieces):
        pair = SEPARATOR.join(pieces[index : index + 2])
        for gram, tokens in ((piece, (index,)), (pair, (index, index + 1))):
            if gram in columns and tokens[-1] < len(pieces):
                result[list(tokens), columns[gram]] += 1
    counts = result.sum(axis=0)
    parts: NDArray[np.float32] = np.divide(result * row, counts, out=np.zeros_like(result), where=counts > 0)
    return parts


def _words(text: str, tokens: Tokens, by_token: Floats, offset: int) -> tuple[WordPart, ...]:
    """The words of a text, split at white space, each with the sum over its tokens."""
    words = [match.span() for match in _WORD.finditer(text)]
    starts = np.array([start for start, _ in words])
    sums = np.zeros(len(words))
    for (start, end), part in zip(tokens.spans, by_token, strict=True):
        if end > start:
            sums[int(np.searchsorted(starts, start, side="right")) - 1] += part
    return tuple(
        WordPart(text[start:end], offset + start, offset + end, float(part))
        for (start, end), part in zip(words, sums, strict=True)
    )
