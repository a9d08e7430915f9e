"""The exported file says what the trainer says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tagging.learning.heads.heads_file import AGREEMENT, ExportError, check_agreement, export_heads
from tagging.learning.heads.logistic import Linear
from tagging.model.onnx_model import OnnxError, OnnxModel

LABELS = ("a", "b", "c")


def linear(features: int, seed: int = 0) -> Linear:
    random = np.random.default_rng(seed)
    return Linear(random.normal(scale=2, size=(features, 3)), random.normal(size=3)).as_stored()


def test_exported_heads_agree_with_the_trainer() -> None:
    heads = linear(1152 + 500)
    features = np.random.default_rng(1).normal(scale=0.05, size=(40, 1652)).astype(np.float32)
    assert check_agreement(export_heads(heads, LABELS, 1152, "0" * 12), heads, features) < AGREEMENT


def test_a_file_that_disagrees_is_not_shipped() -> None:
    heads = linear(20)
    features = np.ones((2, 20), dtype=np.float32)
    other = replace(heads, biases=heads.biases + 0.001)
    with pytest.raises(ExportError, match=r"up to 0.001 from the trainer"):
        check_agreement(export_heads(other, LABELS, 12, "0" * 12), heads, features)


def test_the_file_names_its_encoder_and_its_labels_in_order() -> None:
    model = OnnxModel(export_heads(linear(20), LABELS, 12, "abcdef012345").content)
    assert model.notes == {"encoder": "abcdef012345", "labels": '["a", "b", "c"]'}
    assert model.inputs == {"dense": ("items", 12), "lexical": ("items", 8)}
    assert model.outputs == {"logits": ("items", 3)}


def test_heads_of_images_take_no_n_grams() -> None:
    heads = linear(20)
    file = export_heads(heads, LABELS, 20, "0" * 12)
    assert OnnxModel(file.content).inputs == {"dense": ("items", 20)}
    assert check_agreement(file, heads, np.ones((2, 20), dtype=np.float32)) < AGREEMENT


def test_equal_heads_are_equal_bytes() -> None:
    one, two = (export_heads(linear(20), LABELS, 12, "0" * 12).content for _ in range(2))
    assert one == two


def test_sixty_labels_with_all_n_grams_stay_under_two_megabytes() -> None:
    random = np.random.default_rng(0)
    wide = Linear(random.normal(size=(1152 + 4096, 100)), np.zeros(100)).as_stored()
    assert len(export_heads(wide, [f"l{i}" for i in range(100)], 1152, "0" * 12).content) < 2_000_000


def test_bytes_that_are_no_model_are_an_error_of_ours() -> None:
    with pytest.raises(OnnxError, match="cannot load"):
        OnnxModel(b"nothing")
