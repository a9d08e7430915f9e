"""The parts of the image encoder's recipe that need no torch: split, targets, augmentation, export."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from layers.image_model.augment import augmented
from layers.image_model.backbone import Convolution, backbone_layers
from layers.image_model.export import build_graph, quantise, write_encoder
from layers.image_model.image_splits import LabelledImage, split_images
from layers.image_model.targets import targets_of

SIZE = 64


def images(
    source: str, count: int, together: int = 0, tags: frozenset[str] = frozenset({"fruit"})
) -> list[LabelledImage]:
    """`count` images, `together` of which always have one group."""
    groups = [f"sender:{number // together}" if together else "" for number in range(count)]
    return [LabelledImage(f"{source}/{number}.webp", source, False, tags, group) for number, group in enumerate(groups)]


def random_network() -> list[Convolution]:
    """Weights of the real shapes, as large as keeps the states in bounds."""
    chance = np.random.default_rng(0)
    network: list[Convolution] = []
    inside = 3
    for place in backbone_layers():
        side = 3 if place.groups > 1 or not network else 1
        shape = (place.out, inside // place.groups, side, side)
        weight = chance.normal(size=shape) * np.sqrt(2 / np.prod(shape[1:]))
        network.append(Convolution(weight.astype(np.float32), np.full(place.out, 0.1, dtype=np.float32)))
        inside = place.out
    return network


def test_one_image_in_six_is_held_out_for_thresholds() -> None:
    parts = split_images(images("grocery", 600))
    assert sum(part == "calibration" for part in parts.values()) in range(95, 106)
    assert set(parts.values()) == {"train", "calibration"}


def test_a_sender_is_never_in_two_parts() -> None:
    rows = images("clothing", 600, together=8)
    parts = split_images(rows)
    for group in {row.group for row in rows}:
        assert len({parts[row.file] for row in rows if row.group == group}) == 1
    assert sum(part == "calibration" for part in parts.values()) in range(88, 113)


def test_the_deal_does_not_depend_on_the_order_of_the_rows() -> None:
    rows = images("grocery", 50) + images("clothing", 50, together=5)
    assert split_images(rows) == split_images(rows[::-1])


def test_the_sets_own_validation_is_never_trained_or_tuned_on() -> None:
    assert split_images([LabelledImage("cards/1.webp", "cards", True, frozenset({"ace"}), "")]) == {
        "cards/1.webp": "val"
    }


def test_tags_have_weight_on_their_own_source_only_and_absent_contents_count_little() -> None:
    rows = images("grocery", 5) + images("screenshots", 5, tags=frozenset({"screenshot", "dialog"}))
    rows += images("screenshots", 1, tags=frozenset({"screenshot"}))
    targets = targets_of(rows)
    assert targets.columns == ("grocery/fruit", "screenshots/dialog", "kind/grocery", "kind/screenshot")
    assert targets.weight[0].tolist() == pytest.approx([1, 0, 0.1, 0.1])
    assert targets.weight[5].tolist() == pytest.approx([0, 1, 0.1, 0.1])
    assert targets.weight[10].tolist() == pytest.approx([0, 0.1, 0.1, 0.1])
    assert targets.positive[5].tolist() == [0, 1, 0, 1]


def test_a_view_keeps_its_size_and_never_mirrors_what_must_not_be() -> None:
    left_white = np.zeros((80, 60, 3), dtype=np.uint8)
    left_white[:, :20] = 255
    for seed in range(20):
        view = augmented(left_white, SIZE, mirror=False, random=np.random.default_rng(seed))
        assert view.shape == (SIZE, SIZE, 3)
        assert view[:, :5].mean() >= view[:, -5:].mean()
    assert any(
        view[:, :5].mean() < view[:, -5:].mean()
        for view in (augmented(left_white, SIZE, True, np.random.default_rng(seed)) for seed in range(20))
    )


def test_rounded_weights_are_within_half_a_step() -> None:
    weight = np.random.default_rng(1).normal(size=(4, 3, 3, 3)).astype(np.float32)
    values, scales = quantise(weight)
    steps = scales.reshape(-1, 1, 1, 1)
    assert np.abs(values * steps - weight).max() <= 0.5001 * scales.max()
    assert np.abs(values).max() == 127


def test_the_exported_graph_takes_bytes_and_gives_features(tmp_path: Path) -> None:
    written = write_encoder(tmp_path, random_network(), SIZE)
    path = tmp_path / "encoder.onnx"
    assert path.stat().st_size <= 4_000_000
    assert written["files"] == {"encoder.onnx": hashlib.sha256(path.read_bytes()).hexdigest()}
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    pixels = np.random.default_rng(2).integers(0, 256, (1, SIZE, SIZE, 3), dtype=np.uint8)
    features = session.run(["features"], {"pixels": pixels})[0]
    assert features.shape == (1, written["dimension"])
    assert features.dtype == np.float32
    assert features.min() >= 0
    assert 0 < features.mean() < 6
    assert not np.allclose(features, session.run(["features"], {"pixels": 255 - pixels})[0])


def test_a_side_that_strides_cannot_halve_is_refused() -> None:
    with pytest.raises(ValueError, match="not a multiple of 32"):
        build_graph(random_network(), 100)
