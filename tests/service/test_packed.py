"""Packed JSON comes back as it was, in few bytes, and what was packed yesterday can be read tomorrow."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagging.store.row_codec import pack, unpack

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda part: st.lists(part, max_size=4) | st.dictionaries(st.text(), part, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_what_is_packed_comes_back(value: object) -> None:
    assert unpack(pack(value)) == value
    assert pack(value) == pack(json.loads(json.dumps(value)))


def test_what_was_packed_before_is_read_for_ever() -> None:
    """Packed by the first version: a change of the dictionary or of the way would lose every row that is kept."""
    packed = bytes.fromhex("abc696d240b1538c9aa20c41a908e44d48a2aa46ca1c45a969a5a07c030ed3da5a00")
    assert unpack(packed) == {"source": {"bucket": "mails", "key": "mail/1"}, "revision": {"scores": {"refund": 0.99}}}


def test_what_was_not_packed_is_told_apart() -> None:
    with pytest.raises(ValueError, match="not packed"):
        unpack(b"\xff\xff plain text")
