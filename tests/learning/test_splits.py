"""Dealing rows into parts: labels spread, groups together, shares kept, the same by the same seed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from tagging.learning.data.duplicates import groups_of, normalised
from tagging.learning.data.holdout import hold_out
from tagging.learning.data.near_duplicates import near_duplicates
from tagging.learning.data.rows import Example
from tagging.learning.numeric.splits import split, split_evenly


def made_up(rows: int = 300, labels: int = 6) -> np.ndarray:
    return np.random.default_rng(1).random((rows, labels)) < np.linspace(0.5, 0.03, labels)


def test_every_label_is_spread_over_parts_of_unequal_size() -> None:
    yes = made_up(1000)
    parts = split(yes, [0.8, 0.1, 0.1], seed=0)
    assert np.bincount(parts).tolist() == pytest.approx([800, 100, 100], abs=15)
    for label in range(yes.shape[1]):
        share = np.bincount(parts[yes[:, label]], minlength=3) / yes[:, label].sum()
        assert share == pytest.approx([0.8, 0.1, 0.1], abs=0.06)


def test_the_only_row_of_a_label_is_not_always_for_training() -> None:
    parts = split(np.eye(100, dtype=bool), [0.8, 0.2], seed=0)
    assert np.bincount(parts).tolist() == [80, 20]


def test_no_group_is_parted_and_labels_are_spread_all_the_same() -> None:
    yes = made_up(600)
    groups = np.repeat(np.arange(200), 3)
    parts = split_evenly(yes, 5, seed=0, groups=groups)
    assert all(len(set(parts[groups == group])) == 1 for group in range(200))
    assert np.ptp(np.bincount(parts)) <= 15
    for label in range(yes.shape[1]):
        assert np.ptp(np.bincount(parts[yes[:, label]], minlength=5)) <= max(6, 0.15 * yes[:, label].sum())


def test_groups_of_one_row_are_dealt_like_rows() -> None:
    yes = made_up()
    assert np.array_equal(split_evenly(yes, 5, seed=3), split_evenly(yes, 5, seed=3, groups=np.arange(len(yes))))


def test_the_seed_decides() -> None:
    yes = made_up()
    assert np.array_equal(split(yes, [0.7, 0.3], 1), split(yes, [0.7, 0.3], 1))
    assert not np.array_equal(split(yes, [0.7, 0.3], 1), split(yes, [0.7, 0.3], 2))


@pytest.mark.parametrize("shares", [[], [0.5, 0.4], [1.5, -0.5]])
def test_shares_that_are_none_are_refused(shares: list[float]) -> None:
    with pytest.raises(ValueError, match="add up to 1"):
        split(made_up(), shares, 0)


def test_rows_stay_together_by_group_by_words_and_by_both_in_turn() -> None:
    texts = [("Lost card", "a"), ("lost CARD!", None), ("other", "a"), ("third", None), ("…", None), ("?!", None)]
    rows = [Example(str(place), text, frozenset(), group=group) for place, (text, group) in enumerate(texts)]
    assert groups_of(rows).tolist() == [0, 0, 0, 3, 4, 5]


def test_rows_that_differ_in_a_word_stay_together() -> None:
    texts = [f"My parcel number {row} is late, please look after {row % 7} of my things" for row in range(0, 60, 3)]
    changed = [text.replace("late", "missing").replace("please ", "") for text in texts[:2]]
    rows = [Example(str(place), text, frozenset()) for place, text in enumerate([*texts[:2], *changed, "Good bye now"])]
    assert groups_of(rows).tolist() == [0, 0, 0, 0, 4]


def test_all_pairs_of_similar_word_sets_are_linked() -> None:
    random = np.random.default_rng(0)
    texts = [" ".join(f"w{int(word)}" for word in random.integers(0, 12, random.integers(0, 10))) for _ in range(500)]
    words = [frozenset(text.split()) for text in texts]
    similar = {
        (row, other)
        for row in range(len(words))
        for other in range(row)
        if words[row] and len(words[row] & words[other]) >= 0.6 * len(words[row] | words[other])
    }
    assert len(similar) > 1000
    pairs = list(near_duplicates(texts))
    assert all((one, other) in similar for one, other in pairs)
    same = [(row, words.index(words[row])) for row in range(len(words))]
    rows, others = zip(*pairs, *same, strict=True)
    linked = sparse.coo_array((np.ones(len(rows)), (rows, others)), shape=(len(texts), len(texts)))
    _, group = connected_components(linked, directed=False)
    assert all(group[one] == group[other] for one, other in similar)


def test_a_chain_of_near_duplicates_takes_no_label_as_a_whole() -> None:
    rows = [Example(str(row), f"please send order {row} to my new flat", frozenset({"send"})) for row in range(60)]
    groups = groups_of(rows)
    assert len(set(groups.tolist())) > 1
    assert np.bincount(groups).max() == 20
    assert groups_of(rows[:6]).tolist() == [0, 0, 0, 0, 4, 4]


def test_texts_are_the_same_by_their_words() -> None:
    assert normalised("  Where's my CARD?\n") == normalised("where s my card")
    assert normalised("STRASSE") == normalised("straße")
    assert normalised("card 1") != normalised("card 2")


def test_a_fifth_of_the_rows_is_held_back_unless_the_data_says_which() -> None:
    rows = [Example(str(place), f"text {place // 2}", frozenset({"ab"[place % 3 == 0]})) for place in range(100)]
    train, test = hold_out(rows)
    assert (len(train), len(test)) == (80, 20)
    assert not {row.text for row in train} & {row.text for row in test}
    assert {row.split for row in train} == {"train"}
    said = [Example("1", "x", frozenset(), split="test"), Example("2", "y", frozenset(), split="dev")]
    assert hold_out(said) == ([said[1]], [said[0]])
