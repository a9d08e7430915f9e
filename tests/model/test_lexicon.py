"""Lexical rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagging.learning.features.features import choose_lexicon
from tagging.model.ngrams import Lexicon, n_grams


def test_n_grams_are_pieces_and_neighbours() -> None:
    assert n_grams(["lost", "my", "card"]) == {"lost", "my", "card", "lost my", "my card"}
    assert n_grams([]) == set()


def test_a_row_has_the_lexicons_length_and_weighs_rare_n_grams_more() -> None:
    lexicon = Lexicon(("my", "card", "lost"), (1.0, 2.0, 3.0), weight=0.5)
    row = lexicon.row(["my", "card", "my", "unheard"])
    assert row.dtype == np.float32
    assert np.linalg.norm(row) == pytest.approx(0.5)
    assert row[1] == pytest.approx(2 * row[0])
    assert row[2] == 0


def test_a_text_without_known_n_grams_is_a_row_of_zeros() -> None:
    assert not Lexicon(("card",), (1.0,)).row(["something"]).any()


PIECES = st.sampled_from(["a", "b", "c", "d"])
GRAMS = st.sets(PIECES | st.tuples(PIECES, PIECES).map(" ".join)).map(sorted).map(tuple)


@given(texts=st.lists(st.lists(PIECES, max_size=12), max_size=6), grams=GRAMS)
def test_a_row_holds_the_n_grams_of_its_own_text_each_once_whatever_texts_are_beside_it(
    texts: list[list[str]], grams: tuple[str, ...]
) -> None:
    lexicon = Lexicon(grams, tuple(1 + place / 7 for place in range(len(grams))))
    rows = lexicon.rows(texts)
    for row, pieces in zip(rows, texts, strict=True):
        assert {gram for gram, value in zip(grams, row, strict=True) if value} == n_grams(pieces) & set(grams)
        idf = np.array([lexicon.idf[place] for place in row.nonzero()[0]], dtype=np.float32)
        expected = idf * (np.float32(1) / np.sqrt(np.add.reduce(idf * idf))) if len(idf) else idf
        assert row[row.nonzero()].tobytes() == expected.tobytes()


def test_each_n_gram_needs_a_frequency() -> None:
    with pytest.raises(ValueError, match="2 n-grams but 1 frequencies"):
        Lexicon(("a", "b"), (1.0,))


def test_the_most_frequent_n_grams_are_chosen_in_an_order_that_never_changes() -> None:
    rows = [["b", "a"], ["a", "b"], ["b", "c"]] * 5
    lexicon = choose_lexicon(rows, weight=1.0, most=3)
    assert lexicon.grams == ("b", "a", "a b")
    assert lexicon.idf[0] == pytest.approx(1.0)
    assert lexicon == choose_lexicon(rows, weight=1.0, most=3)


def test_an_n_gram_of_fewer_than_five_items_counts_only_if_the_taxonomy_has_it() -> None:
    four = [["iban", "secret"]] * 4
    assert choose_lexicon([*four, ["iban"]], weight=1.0).grams == ("iban",)
    assert choose_lexicon([*four, ["iban"]], weight=1.0, own=[["secret"]]).grams == ("iban", "secret")


def test_texts_of_one_item_are_one_item() -> None:
    texts = [["iban", "secret"], ["secret"], ["secret"], ["iban"], ["iban"], ["iban"], ["iban"]]
    item_of = [[0], [0], [0], [1], [2], [3], [4]]
    assert choose_lexicon(texts, weight=1.0, item_of=item_of).grams == ("iban",)
