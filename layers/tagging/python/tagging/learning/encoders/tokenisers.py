"""Converts the tokeniser of a Hugging Face folder, and leaves out pieces of other scripts on request."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from tokenizers import Tokenizer, processors

from tagging.learning.encoders.errors import EncoderError
from tagging.learning.encoders.samples import SAMPLES, samples
from tagging.learning.numeric import Ints
from tagging.model import UnigramFile, UnigramTokenizer, in_scripts

AWKWARD = (
    "a\u00a0b\u200bc\td",
    "½ ﬁne … 12.345,67 €",
    "e\u0301te\u0301 漢字",
    "<mask> _x_ \u2581y",
    "ABC-def@ghi.example",
)
"""Texts on which normalisers differ."""


@dataclass(frozen=True)
class ConvertedTokeniser:
    """The file of a tokeniser, and the pieces of the original that it has, in the order of their new ids."""

    content: bytes
    pieces: Ints


def convert_tokeniser(folder: Path, languages: tuple[str, ...], *, prune: bool) -> ConvertedTokeniser:
    """With `prune`, only pieces in the scripts of these languages are kept. Raises EncoderError."""
    path = folder / "tokenizer.json"
    if not path.exists():
        raise EncoderError(f"{folder} has no tokenizer.json: save its fast tokeniser there")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises bare Exception
        raise EncoderError(f"{path} is broken: {' '.join(str(error).split())}") from None
    tokenizer.no_padding()
    tokenizer.no_truncation()
    frame = tokenizer.encode("").ids
    if len(frame) != 2:
        raise EncoderError(
            f"{path} frames a text with {len(frame)} special tokens: one before and one after are needed"
        )
    document: dict[str, Any] = json.loads(tokenizer.to_str())
    if document["model"]["type"] == "Unigram" and document["model"].get("unk_id") is not None:
        converted = _unigram(tokenizer, document, frame, languages if prune else None)
        if converted is not None:
            return converted
    if not prune:
        return ConvertedTokeniser(tokenizer.to_str().encode(), np.arange(max(tokenizer.get_vocab().values()) + 1))
    if document["model"]["type"] != "WordPiece":
        raise EncoderError(f"{path} cannot be pruned: only tokenisers of word pieces and XLM-R's can")
    return _pruned_word_pieces(tokenizer, document, frame, languages)


def unigram_file(
    pieces: list[str],
    scores: list[float],
    special: tuple[int, int, int],
    without: set[str],
    languages: tuple[str, ...] | None,
) -> tuple[UnigramFile, Ints]:
    """The file, and the ids of the pieces in it; `special` are the first, the last and the unknown piece."""
    kept = [
        number
        for number, piece in enumerate(pieces)
        if number in special or (piece not in without and (languages is None or in_scripts(piece, languages)))
    ]
    first, last, unknown = (kept.index(number) for number in special)
    file = UnigramFile([pieces[number] for number in kept], [scores[number] for number in kept], first, last, unknown)
    return file, np.array(kept, dtype=np.int64)


def _unigram(
    tokenizer: Tokenizer, document: dict[str, Any], frame: list[int], languages: tuple[str, ...] | None
) -> ConvertedTokeniser | None:
    """In our own form, which loads faster; None where that would split texts in another way."""
    vocabulary = document["model"]["vocab"]
    pieces, scores = [piece for piece, _ in vocabulary], [score for _, score in vocabulary]
    added = {token["content"] for token in document["added_tokens"] if token["special"]}
    special = (frame[0], frame[1], document["model"]["unk_id"])
    if max(special) >= len(pieces):
        return None
    ours = UnigramTokenizer(unigram_file(pieces, scores, special, added, None)[0])
    for text in (*samples(SAMPLES), *AWKWARD):
        if ours.encode(text).tokens != tokenizer.encode(text).tokens and not any(token in text for token in added):
            return None
    file, kept = unigram_file(pieces, scores, special, added, languages)
    return ConvertedTokeniser(msgspec.json.encode(file), kept)


def _pruned_word_pieces(
    tokenizer: Tokenizer, document: dict[str, Any], frame: list[int], languages: tuple[str, ...]
) -> ConvertedTokeniser:
    special = {token["content"] for token in document["added_tokens"]} | {document["model"]["unk_token"]}
    by_id = sorted((number, piece) for piece, number in document["model"]["vocab"].items())
    kept = [(number, piece) for number, piece in by_id if piece in special or in_scripts(piece, languages)]
    new_id = {piece: place for place, (_, piece) in enumerate(kept)}
    document["model"]["vocab"] = new_id
    document["added_tokens"] = [token | {"id": new_id[token["content"]]} for token in document["added_tokens"]]
    document["post_processor"] = None
    pruned = Tokenizer.from_str(json.dumps(document))
    first, last = (str(tokenizer.id_to_token(number)) for number in frame)
    pruned.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}", special_tokens=[(first, new_id[first]), (last, new_id[last])]
    )
    return ConvertedTokeniser(pruned.to_str().encode(), np.array([number for number, _ in kept], dtype=np.int64))
