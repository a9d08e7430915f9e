"""The unigram tokeniser splits as the package tokenizers does, and never raises."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagging.model.unigram import UnigramFile, UnigramTokenizer
from tests.learning.tiny_checkpoints import unigram

PACKAGE = unigram()


def ours() -> UnigramTokenizer:
    pieces = json.loads(PACKAGE.to_str())["model"]["vocab"]
    return UnigramTokenizer(UnigramFile([piece for piece, _ in pieces], [score for _, score in pieces], 0, 2, 3))


OURS = ours()


@given(st.text(alphabet="the card is,.-é漢Жкartaé\uff21½\u0301\u200b\u00a0\n\t", max_size=60))
@settings(max_examples=200, deadline=None)
def test_texts_are_split_as_the_package_does(text: str) -> None:
    theirs, found = PACKAGE.encode(text), OURS.encode(text)
    assert found.tokens == theirs.tokens
    assert found.ids == theirs.ids


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_every_piece_stands_in_the_text(text: str) -> None:
    found = OURS.encode(text)
    assert len(found.ids) == len(found.tokens) == len(found.offsets)
    assert all(0 <= begin <= end <= len(text) for begin, end in found.offsets)
    assert found.offsets[0] == found.offsets[-1] == (0, 0)


def test_offsets_are_those_of_the_words() -> None:
    text = "card \u200b the card"
    found = OURS.encode(text)
    assert [text[begin:end] for begin, end in found.offsets[1:-1]] == ["card", "the", "card"]


def test_a_text_is_cut_to_its_most_tokens() -> None:
    short = ours()
    short.enable_truncation(5)
    assert len(short.encode("the card is late the card is late").ids) == 5
    assert short.encode("the card").ids == OURS.encode("the card").ids


def test_a_long_word_is_split_in_time_that_grows_with_it() -> None:
    assert len(OURS.encode("ab" * 2000).ids) > 2000


def test_a_file_whose_scores_are_not_those_of_its_pieces_is_refused() -> None:
    with pytest.raises(ValueError, match="differ in number"):
        UnigramFile(["<s>", "</s>", "<unk>"], [0.0], 0, 1, 2)
