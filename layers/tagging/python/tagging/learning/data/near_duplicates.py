"""Pairs of texts with nearly the same words: an exact join of word sets over their rarest words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from tagging.learning.numeric import Floats, Ints

NEAR_DUPLICATE = 0.6
"""Jaccard similarity of two texts' words from which they are near-duplicates."""
LEAST_IN_BOTH = NEAR_DUPLICATE / (1 + NEAR_DUPLICATE)
"""Words that near-duplicates share at least, as a share of the words of both together."""
AT_ONCE = 250
"""Texts that are compared with all earlier ones at a time: this bounds the memory."""
MOST_PAIRS = 50
"""Pairs of a text with earlier ones, the most similar: more would link the same texts again."""
ROUNDING = 1e-9


@dataclass(frozen=True)
class _Pairs:
    """Pairs of texts, the earlier one second, and the Jaccard similarity of their words [pairs]."""

    one: Ints
    other: Ints
    similarity: Floats


def near_duplicates(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of near-duplicates, the most similar first; words are separated by spaces.

    Of texts with the same words, only the first is in pairs, and each with at most MOST_PAIRS earlier ones.
    """
    first: dict[frozenset[str], int] = {}
    for number, text in enumerate(texts):
        first.setdefault(frozenset(text.split()), number)
    words, rarest = _matrices(list(first))
    number_of = np.array(list(first.values()), dtype=np.int64)
    found = [_near(words, rarest, slice(start, start + AT_ONCE)) for start in range(0, len(first), AT_ONCE)]
    if not found:
        return
    one = np.concatenate([pairs.one for pairs in found])
    other = np.concatenate([pairs.other for pairs in found])
    order = np.lexsort((other, one, -np.concatenate([pairs.similarity for pairs in found])))
    yield from zip(number_of[one[order]].tolist(), number_of[other[order]].tolist(), strict=True)


def _near(words: sparse.csr_array, rarest: sparse.csr_array, part: slice) -> _Pairs:
    """Near-duplicates of these texts among the earlier ones, at most MOST_PAIRS of each.

    Only pairs that share some of their rarest words (prefix filter, Bayardo et al. 2007) are compared, and so many
    that they could share enough of all words (Xiao et al. 2008).
    """
    sizes = np.diff(words.indptr)
    others = sizes - np.diff(rarest.indptr)
    in_both = (rarest[part] @ rarest[: part.stop].T).tocoo()
    one, other = in_both.row + part.start, in_both.col
    total = sizes[one] + sizes[other]
    possible = in_both.data + np.maximum(others[one], others[other]) >= LEAST_IN_BOTH * total - ROUNDING
    possible &= other < one
    one, other, total = one[possible], other[possible], total[possible]
    if total.sum() < words.shape[0] * AT_ONCE:
        both = words[one].multiply(words[other]).sum(axis=1)
    else:
        both = (words[part] @ words[: part.stop].T).toarray()[one - part.start, other]
    similarity = both / (total - both)
    near = similarity >= NEAR_DUPLICATE - ROUNDING
    return _most_similar(_Pairs(one[near], other[near], similarity[near]))


def _most_similar(pairs: _Pairs) -> _Pairs:
    """MOST_PAIRS of each text at most."""
    if len(pairs.one) <= MOST_PAIRS:
        return pairs
    order = np.lexsort((-pairs.similarity, pairs.one))
    texts, start = np.unique(pairs.one[order], return_index=True)
    kept = order[np.arange(len(order)) - start[np.searchsorted(texts, pairs.one[order])] < MOST_PAIRS]
    return _Pairs(pairs.one[kept], pairs.other[kept], pairs.similarity[kept])


def _matrices(sets: Sequence[frozenset[str]]) -> tuple[sparse.csr_array, sparse.csr_array]:
    """All words of each set, and its rarest words, of which near-duplicates share at least one, both [sets, words]."""
    frequency = Counter(word for words in sets for word in words)
    column = {word: place for place, word in enumerate(sorted(frequency, key=lambda word: (frequency[word], word)))}
    rows = [sorted(column[word] for word in words) for words in sets]
    prefixes = [row[: len(row) - int(np.ceil(NEAR_DUPLICATE * len(row) - ROUNDING)) + 1] for row in rows]
    return _matrix(rows, len(column)), _matrix(prefixes, len(column))


def _matrix(rows: Sequence[Sequence[int]], columns: int) -> sparse.csr_array:
    ends = np.cumsum([0, *map(len, rows)])
    places = np.array([column for row in rows for column in row], dtype=np.int32)
    ones = np.ones(len(places), dtype=np.int32)
    return sparse.csr_array((ones, places, ends.astype(np.int32)), shape=(len(rows), columns))
