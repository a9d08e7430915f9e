"""The shipped encoder: near to the network it was made of, and bounded."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from tagging.model.encoder_files import load_encoder
from tagging.model.text_encoder import TextEncoder


@pytest.fixture(scope="module")
def folder(root: Path) -> Path:
    return root / "layers/mail_model/bundle/encoder"


@pytest.fixture(scope="module")
def encoder(folder: Path) -> TextEncoder:
    return load_encoder(folder)[0]


def test_every_vector_is_within_its_parity_of_the_fp32_network(folder: Path, encoder: TextEncoder) -> None:
    rows = json.loads((folder / "golden.json").read_text())["rows"]
    cosines = []
    for row in rows:
        fp32 = np.frombuffer(base64.b64decode(row["features"]), "<f2").astype(np.float32)
        int8 = encoder.encode(row["text"]).features
        cosines.append((fp32 * int8).reshape(3, -1).sum(axis=1))
    assert len(rows) >= 5
    assert np.mean(cosines, axis=0).min() >= 0.985
    assert np.min(cosines) >= 0.95


def test_the_manifest_records_a_parity_that_is_good_enough(folder: Path) -> None:
    parity = json.loads((folder / "manifest.json").read_text())["parity"]
    assert len(parity["vectors"]) == 3
    assert all(figures["mean"] >= 0.985 for figures in parity["vectors"].values())


def test_features_are_three_vectors_of_length_one(encoder: TextEncoder) -> None:
    features = encoder.encode("Please send me a new card.").features
    assert features.dtype == np.float32
    assert np.linalg.norm(features.reshape(3, 384), axis=1) == pytest.approx(1, abs=1e-3)


def test_pieces_are_those_of_the_text_without_the_frame(encoder: TextEncoder) -> None:
    assert encoder.encode("My Card!").pieces == ("my", "card", "!")
    assert encoder.encode("").pieces == ()


def test_a_lone_surrogate_and_a_null_are_read_like_any_other_character(encoder: TextEncoder) -> None:
    assert np.isfinite(encoder.encode("a \udc80 b \x00 c").features).all()


def test_a_text_is_cut_before_it_is_tokenised(encoder: TextEncoder) -> None:
    long = "card " * 300_000
    assert len(encoder.encode(long).pieces) == encoder.sequence_length - 2
    assert np.array_equal(encoder.encode(long).features, encoder.encode(long[:5000]).features)


def test_token_vectors_are_those_that_features_are_pooled_from(encoder: TextEncoder) -> None:
    text = "Where is my refund?"
    vectors = encoder.token_vectors(text)
    mean = vectors.mean(axis=0)
    assert vectors.shape == (len(encoder.encode(text).pieces) + 2, 384)
    assert encoder.encode(text).features[:384] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-3)


def test_the_same_text_gives_the_same_bits(encoder: TextEncoder) -> None:
    one, two = (encoder.encode("Is there a gym?").features for _ in range(2))
    assert np.array_equal(one, two)
