"""What is stored is what was scored, to the bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tagging.model.encoder_files import load_encoder
from tagging.model.feature_codec import as_stored, pack_rows, unpack_rows

VECTORS = arrays(
    np.float32,
    st.integers(1, 200),
    elements=st.floats(-1e5, 1e5, width=32) | st.floats(-1, 1, width=32) | st.floats(-(2**-18), 2**-18, width=32),
)


@given(VECTORS)
def test_stored_features_come_back_to_the_bit_and_rounding_again_changes_nothing(features: np.ndarray) -> None:
    rounded = as_stored(features)
    assert unpack_rows(pack_rows(features[None]), 1, len(features)).tobytes() == rounded.tobytes()
    assert pack_rows(rounded[None]) == pack_rows(features[None])
    assert as_stored(rounded).tobytes() == rounded.tobytes()


def test_a_number_moves_by_at_most_a_level_of_its_block() -> None:
    features = np.random.default_rng(0).normal(size=1152).astype(np.float32) / 20
    largest = np.abs(features.reshape(-1, 64)).max(axis=1).repeat(64)
    assert (np.abs(as_stored(features) - features) <= 0.501 * largest / 127 + 0.0005 * largest).all()


def test_1152_features_take_1188_bytes() -> None:
    assert len(pack_rows(np.ones((1, 1152), dtype=np.float32))) == 1188


@pytest.mark.parametrize("size", [0, 65, 67])
def test_bytes_of_another_dimension_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match="do not hold 1 rows of 64 features"):
        unpack_rows(bytes(size), 1, 64)


def test_the_encoder_returns_features_as_they_are_stored(root: Path) -> None:
    encoder, _ = load_encoder(root / "layers/mail_model/bundle/encoder")
    features = encoder.encode("Where is my parcel?").features
    assert unpack_rows(pack_rows(features[None]), 1, len(features)).tobytes() == features.tobytes()
