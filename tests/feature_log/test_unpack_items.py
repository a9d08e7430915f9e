"""Items that are unpacked together are those that are unpacked one by one, and are as strict."""

from __future__ import annotations

import numpy as np
import pytest

from tagging.feature_log.errors import LogError
from tagging.feature_log.logged_item import LoggedItem, pack_item, unpack_item, unpack_items
from tagging.item import Facts
from tagging.model.features import CutFeatures, Features


def packed(seed: int, texts: int, *, cuts: int = 0, dimension: int = 70) -> bytes:
    rng = np.random.default_rng(seed)

    def features(rows: int) -> Features:
        return Features(rng.normal(size=(rows, dimension)).astype(np.float32), (("a", "b"),) * rows)

    of_cuts = tuple(CutFeatures("footer", features(2)) for _ in range(cuts))
    whole = features(texts)
    return pack_item(LoggedItem(str(seed), "mail", None, Facts(), Features(whole.dense, whole.pieces, cuts=of_cuts)))


def test_items_together_are_those_one_by_one_to_the_bit() -> None:
    contents = [packed(seed, texts, cuts=cuts) for seed, (texts, cuts) in enumerate([(1, 0), (4, 2), (2, 1), (3, 0)])]
    for together, alone in zip(unpack_items(contents), map(unpack_item, contents), strict=True):
        assert (together.id, together.features.pieces) == (alone.id, alone.features.pieces)
        of_both = [[each.features, *(cut.features for cut in each.features.cuts)] for each in (together, alone)]
        for one, other in zip(*of_both, strict=True):
            assert one.dense.tobytes() == other.dense.tobytes()
            assert one.dense.shape == other.dense.shape
            assert not one.dense.flags.writeable
    assert unpack_items([]) == []


@pytest.mark.parametrize("damage", [lambda content: content[:-30], lambda content: content[:1]])
def test_one_damaged_item_is_an_error(damage) -> None:
    with pytest.raises(LogError, match="damaged or cut short"):
        unpack_items([packed(0, 2), damage(packed(1, 2))])


def test_items_of_two_encoders_are_not_mixed() -> None:
    with pytest.raises(LogError):
        unpack_items([packed(0, 2), packed(1, 2, dimension=64)])
