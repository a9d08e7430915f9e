"""From rows of images to a bundle that is served, with a small encoder made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from tagging.image.decoder import decode_image
from tagging.learning.data.dataset import read_dataset
from tagging.learning.data.rows import DataError, Example, annotations_of
from tagging.learning.evaluation.comparison import incompatible
from tagging.learning.features.image_features import encode_images
from tagging.learning.heads.conditions import assign_labels, conditioned_annotations
from tagging.learning.numeric.arrays import Annotations
from tagging.learning.training.drawn_images import drawn_images
from tagging.learning.training.train import TrainingSummary, TrainRequest, train_bundle
from tagging.model.bundle_files import BundleError
from tagging.model.encoder_files import load_image_encoder
from tagging.model.manifest import MOST_GOLDEN_BYTES
from tagging.model.tagger import Tagger
from tagging.start import load_bundle
from tagging.taxonomy.taxonomy import Taxonomy
from tests.image_bundle import SIZE, TAXONOMY, image, write_encoder
from tests.image_rows import with_splits, write_images, write_rows_file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("images")
    write_encoder(folder / "encoder")
    return folder


@pytest.fixture(scope="module")
def told(folder: Path) -> list[dict[str, Any]]:
    return write_images(folder)


def rows_of(folder: Path, told: Sequence[dict[str, Any]]) -> tuple[Example, ...]:
    return read_dataset(write_rows_file(folder / "rows.jsonl", told), TAXONOMY).rows


@pytest.fixture(scope="module")
def asked(folder: Path, told: list[dict[str, Any]]) -> TrainRequest:
    return TrainRequest(
        rows=rows_of(folder, told),
        taxonomy=TAXONOMY,
        encoder=folder / "encoder",
        out=folder / "bundle",
        cache=folder / "features",
        about={"data": "drawn"},
    )


@pytest.fixture(scope="module")
def trained(asked: TrainRequest) -> TrainingSummary:
    return train_bundle(asked)


@pytest.fixture(scope="module")
def tagger(asked: TrainRequest, trained: TrainingSummary) -> Tagger:
    assert (trained.kind, trained.rows, trained.held_out, trained.composed) == ("image", 48, 48, False)
    return load_bundle(asked.out)


def test_what_was_learned_is_served(tagger: Tagger) -> None:
    found = tagger.tag(decode_image(image("garment", above=40, left=-40), SIZE))
    assert {label.id for label in found.labels} == {"garment", "light_top"}
    assert set(found.scores) == {"garment", "grocery", "other", "light_top", "light_left", "dark"}


def test_heads_that_wait_learn_only_from_rows_of_which_they_are_asked(
    trained: TrainingSummary, asked: TrainRequest
) -> None:
    of = {label.id: label for label in trained.labels}
    assert (of["light_top"].rows, of["sugary"].rows, of["garment"].rows) == (8, 4, 16)
    annotations = conditioned_annotations(annotations_of(asked.rows, list(TAXONOMY.labels)), TAXONOMY)
    known = dict(zip(TAXONOMY.labels, annotations.observed.sum(axis=0).tolist(), strict=True))
    assert known == {
        **dict.fromkeys(("garment", "grocery", "other", "dark"), 48),
        **dict.fromkeys(("light_top", "light_left", "ripe"), 16),
        "sugary": 8,
    }


def test_the_same_request_gives_the_same_bytes_from_kept_features_or_none(
    asked: TrainRequest, trained: TrainingSummary, tmp_path: Path
) -> None:
    assert train_bundle(replace(asked, out=tmp_path / "again", cache=None)) == trained
    for path in sorted(asked.out.rglob("*.*")):
        assert path.read_bytes() == (tmp_path / "again" / path.relative_to(asked.out)).read_bytes()


def test_golden_images_are_drawn_and_nobodys_photo(tagger: Tagger, folder: Path) -> None:
    golden = [one.content for one in tagger.bundle.manifest.golden]
    assert golden
    assert set(golden) <= set(drawn_images())
    assert not (folder / "bundle/lexicon.json").exists()


def test_drawn_images_are_small_and_always_the_same() -> None:
    assert drawn_images(5) == drawn_images(5)
    assert max(map(len, drawn_images())) <= MOST_GOLDEN_BYTES


def test_trials_are_the_rows_kept_for_calibration_by_heads_that_have_not_seen_them(
    asked: TrainRequest, folder: Path, told: list[dict[str, Any]], tmp_path: Path
) -> None:
    # The images kept apart say the opposite: heads that had learned from them would not be so wrong.
    dealt = list(with_splits(told, "train", "train", "calibration"))
    turned = {"garment": "grocery", "grocery": "garment", "other": "other"}
    rows = [row | ({"labels": [turned[str(row["source"])]]} if row["split"] == "calibration" else {}) for row in dealt]
    found = train_bundle(replace(asked, rows=rows_of(folder, rows), out=tmp_path / "bundle"))
    of = {label.id: label for label in found.labels}
    assert (found.rows, found.held_out) == (48, 16)
    assert (of["garment"].f1, of["other"].f1) == (0.0, 1.0)


def test_a_image_that_is_damaged_inside_is_left_out_or_stops_it(
    asked: TrainRequest, folder: Path, told: list[dict[str, Any]], tmp_path: Path
) -> None:
    whole = image("garment")
    (folder / "damaged.png").write_bytes(whole[: len(whole) // 4] + bytes(len(whole) - len(whole) // 4))
    rows = rows_of(folder, [*told, {"id": "bad", "path": "damaged.png", "labels": ["garment"]}])
    request = replace(asked, rows=rows, out=tmp_path / "bundle")
    found = train_bundle(request)
    assert (found.rows, set(found.skipped)) == (48, {"bad"})
    with pytest.raises(DataError, match="row bad"):
        train_bundle(replace(request, strict=True, out=tmp_path / "none"))
    assert not (tmp_path / "none").exists()


def test_images_and_texts_are_not_learned_together(asked: TrainRequest, root: Path) -> None:
    with pytest.raises(DataError, match="a bundle is for one kind"):
        train_bundle(replace(asked, rows=[*asked.rows, Example("t", "a text", frozenset())]))
    with pytest.raises(BundleError, match="is an encoder of texts"):
        train_bundle(replace(asked, encoder=root / "layers/mail_model/bundle/encoder"))


def test_equal_images_are_encoded_once_and_kept(asked: TrainRequest, tmp_path: Path) -> None:
    encoder, version = load_image_encoder(asked.encoder)
    images = [row.image for row in asked.rows if row.image][:2] * 2
    done: list[tuple[int, int]] = []
    first = encode_images(encoder, images, tmp_path, version, lambda one, of: done.append((one, of)))
    assert done == [(1, 2), (2, 2)]
    again = encode_images(encoder, images, tmp_path, version, lambda one, of: done.append((one, of)))
    assert len(done) == 2
    for sha256, features in first.by_sha256.items():
        assert np.array_equal(features, again.by_sha256[sha256])


def test_a_head_is_asked_where_the_label_it_waits_for_was_given() -> None:
    labels = list(TAXONOMY.labels)
    scores = np.full((2, len(labels)), 0.9)
    scores[0, labels.index("grocery")], scores[1, labels.index("garment")] = 0.95, 0.95
    found = assign_labels(TAXONOMY, scores, np.full(len(labels), 0.5))
    asked = [{label for label, is_asked in zip(labels, row, strict=True) if is_asked} for row in found.ran]
    always = {"garment", "grocery", "other", "dark"}
    assert asked == [always | {"ripe", "sugary"}, always | {"light_top", "light_left"}]
    assert found.assigned[0].tolist() == [label in {"grocery", "ripe", "sugary", "dark"} for label in labels]


def test_what_is_unknown_of_a_row_is_unknown_of_what_waits_for_it() -> None:
    labels = list(TAXONOMY.labels)
    annotations = Annotations(np.zeros((1, len(labels)), dtype=bool), np.ones((1, len(labels)), dtype=bool))
    annotations.observed[0, labels.index("garment")] = False
    assert not conditioned_annotations(annotations, TAXONOMY).observed[0, labels.index("light_top")]


def test_a_head_that_waits_for_another_label_than_before_is_no_safe_successor() -> None:
    heads = [msgspec.structs.replace(head, when=None) if head.id == "fresh" else head for head in TAXONOMY.heads]
    (told,) = incompatible(TAXONOMY, Taxonomy(version=2, heads=tuple(heads)))
    assert told == "head fresh, which decides ripe, ran for grocery, now for every item"
