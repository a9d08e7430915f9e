"""The logits of many items at once are those of each alone, to the bit."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tagging.mail import text_mail
from tagging.model import (
    Bundle,
    Features,
    Prediction,
    Reference,
    Tagger,
    as_stored,
    predict,
    predict_many,
    unit_vectors,
)
from tagging.model.features import Sentence
from tagging.serving import check_files, files_in
from tests.model.drawn_versions import draw_features, draw_version


def as_bytes(prediction: Prediction) -> tuple[bytes, bytes, float]:
    return prediction.logits.tobytes(), prediction.of_sentences.tobytes(), prediction.beyond_cut


def check_same(items: list[Features], version: Bundle) -> list[Prediction]:
    together = predict_many(items, version)
    assert [as_bytes(each) for each in together] == [as_bytes(predict(each, version)) for each in items]
    return together


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), text=st.booleans())
def test_many_items_at_once_get_the_logits_of_each_alone_to_the_bit(
    tagger: Tagger, image_tagger: Tagger, seed: int, text: bool
) -> None:
    rng = np.random.default_rng(seed)
    version = draw_version(rng, (tagger if text else image_tagger).bundle, text=text)
    check_same([draw_features(rng, version, text=text) for _ in range(15)], version)


def features_near(version: Bundle, rng: np.random.Generator, texts: int) -> Features:
    """Features as the encoder of a shipped version could make them, at any distance from its training data."""
    assert version.reference is not None
    vectors = version.reference.vectors
    noise = rng.normal(size=(texts, vectors.shape[1])) * 0.04 * rng.random((texts, 1))
    rows = vectors[rng.integers(len(vectors), size=texts)] * 0.6 + version.reference.mean + noise
    dense = np.stack([as_stored(row) for row in rows.astype(np.float32)])
    if not version.lexicon.grams:
        return Features(dense)
    grams = [rng.choice(version.lexicon.grams, rng.integers(0, 20)) for _ in range(texts)]
    pieces = tuple(tuple(" ".join(each).split()) for each in grams)
    return Features(dense, pieces, tuple(Sentence((0, 1), 5, False) for _ in range(max(texts - 1, 1))))


@pytest.mark.parametrize("model", ["mail_model/bundle", "mail_model/multilingual/bundle", "image_model/bundle"])
def test_many_items_of_a_shipped_bundle_get_the_logits_of_each_alone_to_the_bit(
    root: Path, tagger: Tagger, image_tagger: Tagger, model: str
) -> None:
    files = files_in(root / "layers" / model)
    manifest = json.loads(files["manifest.json"])
    parts = check_files(files, manifest["checksum"][:12], manifest["encoder"])
    base = (tagger if "mail" in model else image_tagger).bundle
    version = replace(base, **{name: getattr(parts, name) for name in parts.__struct_fields__})
    rng = np.random.default_rng(0)
    sizes = rng.integers(1, 9, size=60) if "mail" in model else np.ones(60, dtype=int)
    check_same([features_near(version, rng, int(size)) for size in sizes], version)


def test_a_distance_does_not_depend_on_the_rows_beside_it_and_equals_the_mean_of_the_nearest() -> None:
    rng = np.random.default_rng(1)
    vectors = unit_vectors(rng.normal(size=(60, 24)).astype(np.float32))
    vectors[10:16] = vectors[20:26]  # equally near vectors: which of them are chosen makes no difference
    reference = Reference(np.zeros(24, dtype=np.float32), vectors, 0.3, outside=5, contrast=0.5)
    rows = np.concatenate([vectors[:30] + rng.normal(size=(30, 24)) * 0.1, vectors[5:25]]).astype(np.float32)
    together = reference.distances(rows)
    alone = np.concatenate([reference.distances(row[None]) for row in rows])
    assert together.tobytes() == alone.tobytes()
    assert together == pytest.approx(reference.distances_from(reference.cosines(rows)), abs=1e-6)


def test_logits_are_32_bit_floats_so_that_a_log_of_them_is_what_was_served(tagger: Tagger) -> None:
    prediction = tagger.predict(tagger.encode(text_mail("I want my money back. Where is my parcel?")))
    for values in (prediction.logits, prediction.of_sentences, np.array(prediction.beyond_cut)):
        assert values.dtype == np.float64
        assert np.array_equal(values, values.astype(np.float32))
