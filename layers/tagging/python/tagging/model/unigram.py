"""SentencePiece's unigram tokeniser (Kudo 2018), for vocabularies that the package tokenizers takes long to load."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

SPACE = "\u2581"
"""Stands for the space before a word."""
UNKNOWN_PENALTY = 10.0
"""How much less likely than the rarest piece an unknown character is, as in SentencePiece."""
MOST_WORDS, LONGEST_WORD = 20_000, 64
"""Words whose pieces are remembered, and the characters of the longest of them."""
# Blanks and controls as in XLM-R's normaliser, which otherwise is NFKC.
_CONTROLS = "\x00-\x08\x0b\x0e-\x1f\x7f\x8f\x9f"
_BLANKS = "\\s\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd"
_WORD = re.compile(f"[^{_BLANKS}]+")
_CONTROL = re.compile(f"[{_CONTROLS}]")

Piece = tuple[int, str, int, int]
"""Id, text, begin and end of one piece."""


class UnigramFile(Struct, frozen=True, forbid_unknown_fields=True, tag_field="schema", tag="tagging.unigram/1"):
    """`tokenizer.json` of an encoder with this tokeniser; ids are places in `pieces`."""

    pieces: list[str]
    scores: list[float]
    """Logarithm of each piece's probability."""
    first: int
    """The piece before each text."""
    last: int
    """The piece after each text."""
    unknown: int

    def __post_init__(self) -> None:
        special = (self.first, self.last, self.unknown)
        if len(self.pieces) != len(self.scores) or not all(0 <= number < len(self.pieces) for number in special):
            raise ValueError("pieces and scores differ in number, or a special piece is not among them")


class Tokens(Struct, frozen=True):
    """A text's pieces, framed by two special ones, and where each stands in the text: (0, 0) for those two."""

    ids: list[int]
    tokens: list[str]
    offsets: list[tuple[int, int]]


class UnigramTokenizer:
    """The most likely pieces of each word of a text, in time that grows with the text's length alone."""

    def __init__(self, file: UnigramFile) -> None:
        self._file = file
        self._ids = {piece: number for number, piece in enumerate(file.pieces)}
        for number in (file.first, file.last, file.unknown):
            del self._ids[file.pieces[number]]
        self._longest = max(map(len, file.pieces))
        self._unknown_score = min(file.scores) - UNKNOWN_PENALTY
        self._most = 0
        self._remembered = lru_cache(MOST_WORDS)(self._pieces)

    def no_padding(self) -> None:
        """Texts are never padded."""

    def enable_truncation(self, max_length: int) -> None:
        """Keep at most so many tokens of a text, the two special ones included."""
        self._most = max_length

    def encode(self, text: str) -> Tokens:
        """The pieces of `text`. Never raises."""
        pieces: list[Piece] = []
        for match in _WORD.finditer(text):
            word, begin = match.group(), match.start()
            found = self._remembered(word) if len(word) <= LONGEST_WORD else self._pieces(word)
            pieces += [(number, piece, begin + start, begin + end) for number, piece, start, end in found]
            if self._most and len(pieces) >= self._most - 2:
                del pieces[self._most - 2 :]
                break
        file = self._file
        return Tokens(
            [file.first, *(piece[0] for piece in pieces), file.last],
            [file.pieces[file.first], *(piece[1] for piece in pieces), file.pieces[file.last]],
            [(0, 0), *(piece[2:] for piece in pieces), (0, 0)],
        )

    def _pieces(self, word: str) -> tuple[Piece, ...]:
        """The pieces of a word, and where they stand in it; of one that normalises to another length, all of it."""
        normal = word if word.isascii() else unicodedata.normalize("NFKC", word)
        normal = _CONTROL.sub("", normal)
        same = len(normal) == len(word)
        found: list[Piece] = []
        for part in normal.split():  # a few characters normalise to spaces
            pieces = self._split(SPACE + part)
            if same:
                found += [(number, piece, max(start - 1, 0), end - 1) for number, piece, start, end in pieces]
            else:
                found += [(number, piece, 0, len(word)) for number, piece, _, _ in pieces]
        return tuple(found)

    def _split(self, word: str) -> list[Piece]:
        """The pieces whose scores have the largest sum; unknown characters in a row are one piece."""
        ids, scores, size = self._ids, self._file.scores, len(word)
        best = [0.0] + [-1e30] * size
        begins, numbers = [0] * (size + 1), [-1] * (size + 1)
        for begin in range(size):
            here = best[begin]
            if here + self._unknown_score > best[begin + 1]:
                best[begin + 1], begins[begin + 1], numbers[begin + 1] = here + self._unknown_score, begin, -1
            for end in range(begin + 1, min(begin + self._longest, size) + 1):
                number = ids.get(word[begin:end])
                if number is not None and here + scores[number] > best[end]:
                    best[end], begins[end], numbers[end] = here + scores[number], begin, number
        return self._backwards(word, begins, numbers)

    def _backwards(self, word: str, begins: Sequence[int], numbers: Sequence[int]) -> list[Piece]:
        pieces: list[Piece] = []
        end = len(word)
        while end:
            begin, number = begins[end], numbers[end]
            if number < 0:
                number, until = self._file.unknown, end
                while begin and numbers[begin] < 0:
                    begin = begins[begin]
                pieces.append((number, word[begin:until], begin, until))
            else:
                pieces.append((number, word[begin:end], begin, end))
            end = begin
        pieces.reverse()
        return pieces
