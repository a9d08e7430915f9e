"""A bundle that is damaged, incomplete or mixed with another must not start, and says which file and why."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import pytest

from tagging.model.bundle import FILES, LEXICON, read_bundle
from tagging.model.bundle_files import BundleError
from tagging.model.manifest import checksum_of, sha256
from tagging.start import load_bundle

EVERY_FILE = ("manifest.json", *FILES, LEXICON, "encoder/encoder.onnx", "encoder/tokenizer.json")


@pytest.fixture
def bundle(tiny_bundle: Path, tmp_path: Path) -> Path:
    """The tiny bundle, to be damaged."""
    return Path(shutil.copytree(tiny_bundle, tmp_path / "bundle"))


def rewrite(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def sign(bundle: Path) -> None:
    """Make the checksums fit the files, as somebody would who edits a bundle by hand and knows how."""

    def update(manifest: dict[str, Any]) -> None:
        manifest["files"] = {name: sha256((bundle / name).read_bytes()) for name in manifest["files"]}
        manifest["checksum"] = checksum_of(manifest)

    rewrite(bundle / "manifest.json", update)


def test_the_shipped_bundle_loads(root: Path) -> None:
    assert load_bundle(root / "layers/mail_model/bundle", threads=2).bundle.taxonomy.labels


@pytest.mark.parametrize("name", EVERY_FILE)
def test_one_flipped_bit_in_any_file_is_found_and_the_file_named(bundle: Path, name: str) -> None:
    path = bundle / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(BundleError) as found:
        load_bundle(bundle)
    assert found.value.path == path
    assert str(path) in str(found.value)


@pytest.mark.parametrize("name", EVERY_FILE)
def test_a_missing_file_is_named(bundle: Path, name: str) -> None:
    (bundle / name).unlink()
    with pytest.raises(BundleError, match="is missing") as found:
        load_bundle(bundle)
    assert found.value.path == bundle / name


@pytest.mark.parametrize("name", ["manifest.json", "taxonomy.json", "thresholds.json", "lexicon.json"])
@pytest.mark.parametrize("content", ["{", "[]", "null", '{"schema": "something/9"}', "\ufffd\x00"])
def test_a_file_that_is_not_what_it_should_be_is_named(bundle: Path, name: str, content: str) -> None:
    (bundle / name).write_text(content)
    if name != "manifest.json":
        sign(bundle)
    with pytest.raises(BundleError, match="does not match the schema") as found:
        load_bundle(bundle)
    assert found.value.path == bundle / name


def test_a_folder_in_place_of_a_file_is_named(bundle: Path) -> None:
    (bundle / "heads.onnx").unlink()
    (bundle / "heads.onnx").mkdir()
    with pytest.raises(BundleError, match=r"heads.onnx: cannot be read"):
        load_bundle(bundle)


def test_labels_in_another_order_are_found_even_with_fitting_checksums(bundle: Path) -> None:
    def swap(taxonomy: dict[str, Any]) -> None:
        taxonomy["heads"][0]["labels"].reverse()

    rewrite(bundle / "taxonomy.json", swap)
    sign(bundle)
    with pytest.raises(BundleError, match=r"thresholds.json: its labels are not those"):
        read_bundle(bundle)

    def follow(thresholds: dict[str, Any]) -> None:
        late, broken, *others = thresholds["labels"].items()
        thresholds["labels"] = dict([broken, late, *others])

    rewrite(bundle / "thresholds.json", follow)
    sign(bundle)
    with pytest.raises(BundleError, match=r"heads.onnx: its labels are not those"):
        read_bundle(bundle)


def test_heads_for_another_encoder_are_refused(bundle: Path) -> None:
    heads = onnx.load(bundle / "heads.onnx")
    onnx.helper.set_model_props(heads, {"encoder": "0" * 12, "labels": heads.metadata_props[1].value})
    onnx.save(heads, bundle / "heads.onnx")
    sign(bundle)
    with pytest.raises(BundleError, match=r"heads.onnx: was made for another encoder; train the heads"):
        read_bundle(bundle)


def test_a_manifest_for_another_encoder_is_refused(bundle: Path) -> None:
    rewrite(bundle / "manifest.json", lambda manifest: manifest.update(encoder="0" * 12))
    sign(bundle)
    with pytest.raises(BundleError, match="trained on encoder 000000000000, this folder holds"):
        read_bundle(bundle)


def test_a_lexicon_of_another_size_is_refused(bundle: Path) -> None:
    def shorten(lexicon: dict[str, Any]) -> None:
        lexicon["grams"].pop()
        lexicon["idf"].pop()

    rewrite(bundle / "lexicon.json", shorten)
    sign(bundle)
    with pytest.raises(BundleError, match="does not take the"):
        read_bundle(bundle)


def test_heads_that_are_no_model_are_refused(bundle: Path) -> None:
    (bundle / "heads.onnx").write_bytes(b"not a model")
    sign(bundle)
    with pytest.raises(BundleError, match=r"heads.onnx: onnxruntime cannot load it"):
        read_bundle(bundle)


def test_a_golden_text_that_scores_otherwise_stops_the_start(bundle: Path) -> None:
    def move(manifest: dict[str, Any]) -> None:
        scores = manifest["golden"][0]["scores"]
        name = next(iter(scores))
        scores[name] = 1 - round(scores[name])

    rewrite(bundle / "manifest.json", move)
    sign(bundle)
    assert read_bundle(bundle)
    with pytest.raises(BundleError, match="golden text 1: a score moved by"):
        load_bundle(bundle)


def test_a_threshold_changed_by_hand_stops_the_start_where_it_changes_labels(bundle: Path) -> None:
    def lower(thresholds: dict[str, Any]) -> None:
        for decision in thresholds["labels"].values():
            decision["threshold"] = 0.0

    rewrite(bundle / "thresholds.json", lower)
    sign(bundle)
    with pytest.raises(BundleError, match="golden text 1 got other labels"):
        load_bundle(bundle)


def test_each_part_has_a_version_of_its_own(bundle: Path) -> None:
    before = read_bundle(bundle).version
    rewrite(bundle / "thresholds.json", lambda one: one["labels"]["late"].update(threshold=0.61))
    sign(bundle)
    after = read_bundle(bundle).version
    assert (before.encoder, before.heads) == (after.encoder, after.heads)
    assert before.thresholds != after.thresholds
