"""A version says which items it learned from, by hashes that only their ids find."""

from __future__ import annotations

from base64 import b64decode

import pytest

from tagging.corrections import has_learned, hashed_items

IDS = [f"item{number}" for number in range(3000)]


def test_exactly_the_items_that_were_learned_from_are_found() -> None:
    about = {"corrections": {"items": 3000, "learned": hashed_items(IDS)}}
    assert all(has_learned(about, each) for each in IDS[::100])
    assert not any(has_learned(about, f"other{number}") for number in range(300))


def test_equal_items_give_equal_hashes_in_any_order_and_other_items_another_salt() -> None:
    learned = hashed_items(IDS)
    assert hashed_items(IDS[::-1]) == learned
    fewer = hashed_items(IDS[1:])
    assert fewer["salt"] != learned["salt"]
    hashes, others = map(split, (learned, fewer))
    assert (len(hashes), len(others)) == (3000, 2999)
    assert not hashes & others
    assert len(learned["items"]) < 7 * len(IDS)


DAMAGED = (None, {"salt": "a"}, {"salt": "a", "items": "?"}, {"salt": "a", "items": ""})


@pytest.mark.parametrize("corrections", [None, {}, *({"learned": each} for each in DAMAGED)])
def test_a_version_that_does_not_say_has_learned_from_nothing(corrections: object) -> None:
    assert not has_learned({"corrections": corrections}, IDS[0])
    assert not has_learned({}, IDS[0])


def split(learned: dict[str, str]) -> set[bytes]:
    hashes = b64decode(learned["items"])
    return {hashes[start : start + 5] for start in range(0, len(hashes), 5)}
