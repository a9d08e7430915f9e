"""A bundle for images: what is in it, what it refuses, and its golden images."""

from __future__ import annotations

import io
import json
import shutil
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnx
import pytest
from msgspec.structs import replace
from PIL import Image as pil

from tagging.image.decoder import decode_image
from tagging.item import Image
from tagging.learning.training.golden_items import NoGoldenText, golden_of
from tagging.mail.parser import text_mail
from tagging.model.bundle import FILES, read_bundle
from tagging.model.bundle_files import BundleError
from tagging.model.encoder_files import load_encoder, load_image_encoder
from tagging.model.feature_codec import pack_rows, unpack_rows
from tagging.model.manifest import MOST_GOLDEN_BYTES, Decision, Golden, checksum_of, sha256
from tagging.model.tagger import Tagger
from tagging.quarantine import Quarantined
from tagging.start import load_bundle
from tests.image_bundle import SIZE, image

EVERY_FILE = ("manifest.json", *FILES, "encoder/encoder.onnx")


@pytest.fixture
def bundle(image_bundle: Path, tmp_path: Path) -> Path:
    """The image bundle, to be damaged."""
    return Path(shutil.copytree(image_bundle, tmp_path / "bundle"))


def sign(bundle: Path, change: Callable[[dict[str, Any]], object] = len) -> None:
    """Change the manifest, and make its checksums fit."""
    path = bundle / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    manifest["files"] = {name: sha256((bundle / name).read_bytes()) for name in manifest["files"]}
    manifest["checksum"] = checksum_of(manifest)
    path.write_text(json.dumps(manifest))


def test_it_has_no_words_in_it(bundle: Path) -> None:
    assert not (bundle / "lexicon.json").exists()
    found = read_bundle(bundle)
    assert found.encoder.kind == "image"
    assert found.encoder.size == SIZE
    assert set(found.heads.inputs) == {"dense"}
    assert found.lexicon.grams == ()


@pytest.mark.parametrize("name", EVERY_FILE)
def test_a_flipped_bit_and_a_missing_file_are_named(bundle: Path, name: str) -> None:
    path = bundle / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(BundleError) as found:
        load_bundle(bundle)
    assert found.value.path == path
    path.unlink()
    with pytest.raises(BundleError, match="is missing") as found:
        load_bundle(bundle)
    assert found.value.path == path


def test_features_of_an_image_are_scored_as_they_are_stored(bundle: Path) -> None:
    tagger = load_bundle(bundle)
    for name in ("other", "garment"):
        features = tagger.encode(decode_image(image(name), SIZE))
        dense = features.dense[0]
        assert unpack_rows(pack_rows(dense[None]), 1, len(dense)).tobytes() == dense.tobytes()


def test_its_golden_items_are_small_images(bundle: Path) -> None:
    golden = read_bundle(bundle).manifest.golden
    assert len(golden) == 2
    for each in golden:
        assert isinstance(each.content, bytes)
        assert each.content.startswith(b"\x89PNG")
        assert len(each.content) <= MOST_GOLDEN_BYTES


def test_a_golden_image_is_at_most_4_kb_and_never_beside_a_text() -> None:
    rest: dict[str, Any] = {"labels": (), "scores": {}}
    most = b64encode(b"x" * MOST_GOLDEN_BYTES).decode()
    assert msgspec.convert({"picture": most} | rest, Golden).content == b"x" * MOST_GOLDEN_BYTES
    for wrong in (
        {"picture": b64encode(b"x" * (MOST_GOLDEN_BYTES + 1)).decode()},
        {"text": "a", "picture": most},
        {},
    ):
        with pytest.raises(msgspec.ValidationError, match=r"golden|4096"):
            msgspec.convert(wrong | rest, Golden)


def test_a_golden_image_that_scores_otherwise_stops_the_start(bundle: Path) -> None:
    sign(bundle, lambda manifest: manifest["golden"][0]["scores"].update(dark=0.9))
    assert read_bundle(bundle)
    with pytest.raises(BundleError, match="golden image 1: a score moved by"):
        load_bundle(bundle)


def test_a_golden_image_of_which_other_heads_are_asked_stops_the_start(bundle: Path) -> None:
    sign(bundle, lambda manifest: manifest["golden"][0]["scores"].update(ripe=0.0))
    with pytest.raises(BundleError, match="golden image 1 has scores for other labels"):
        load_bundle(bundle)


def test_a_golden_image_that_is_none_stops_the_start(bundle: Path) -> None:
    sign(bundle, lambda manifest: manifest["golden"][1].update(picture=b64encode(b"text").decode()))
    with pytest.raises(BundleError, match="golden image 2 cannot be tagged"):
        load_bundle(bundle)


def test_a_golden_text_in_a_bundle_for_images_stops_the_start(bundle: Path) -> None:
    golden: dict[str, Any] = {"text": "hello", "labels": [], "scores": {}}
    sign(bundle, lambda manifest: manifest.update(golden=[golden]))
    with pytest.raises(BundleError, match=r"golden text 1 cannot be tagged \(wrong_kind\)"):
        load_bundle(bundle)


def test_images_are_never_heard_by_sentences(bundle: Path) -> None:
    sign(bundle, lambda manifest: manifest.update(aggregate="both"))
    with pytest.raises(BundleError, match="images have no sentences"):
        read_bundle(bundle)


def test_heads_that_want_n_grams_are_refused(bundle: Path) -> None:
    heads = onnx.load(bundle / "heads.onnx")
    heads.graph.input.append(onnx.helper.make_tensor_value_info("lexical", onnx.TensorProto.FLOAT, ["items", 5]))
    onnx.save(heads, bundle / "heads.onnx")
    sign(bundle)
    with pytest.raises(BundleError, match=r"heads.onnx: does not take the 192 features"):
        read_bundle(bundle)


def test_an_encoder_of_another_size_is_refused(bundle: Path) -> None:
    path = bundle / "encoder/manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"size": 64}))
    with pytest.raises(BundleError, match=r"encoder.onnx: has not one input `pixels` of shape \[1, 64, 64, 3\]"):
        load_image_encoder(bundle / "encoder")


def test_an_encoder_is_asked_for_by_its_kind(bundle: Path, root: Path) -> None:
    with pytest.raises(BundleError, match="is an encoder of images"):
        load_encoder(bundle / "encoder")
    with pytest.raises(BundleError, match="is an encoder of texts"):
        load_image_encoder(root / "layers/mail_model/bundle/encoder")
    path = bundle / "encoder/manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema": "tagging.sound_encoder/1"}))
    with pytest.raises(BundleError, match="does not match the schema"):
        load_image_encoder(bundle / "encoder")


def test_each_kind_of_item_is_refused_by_the_bundle_of_the_other(tagger: Tagger, image_tagger: Tagger) -> None:
    with pytest.raises(Quarantined, match="only images"):
        image_tagger.tag(text_mail("hello"))
    with pytest.raises(Quarantined, match="only mails and texts"):
        tagger.tag(decode_image(image("garment"), SIZE))


def test_a_image_of_another_size_is_a_mistake_of_ours(image_tagger: Tagger) -> None:
    with pytest.raises(ValueError, match="32 x 32 RGB pixels"):
        image_tagger.tag(Image(np.zeros((SIZE, SIZE + 1, 3), dtype=np.uint8)))


def test_the_same_image_has_the_same_labels_in_all_orientations(image_tagger: Tagger) -> None:
    shown = pil.open(io.BytesIO(image("garment")))
    stored = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    found = []
    for orientation, turn in stored.items():
        exif = pil.Exif()
        exif[0x0112] = orientation
        file = io.BytesIO()
        (shown if turn is None else shown.transpose(pil.Transpose(turn))).save(file, "PNG", exif=exif)
        found.append(image_tagger.tag(decode_image(file.getvalue(), SIZE)))
    assert [label.id for label in found[0].labels] == ["garment", "light_top", "light_left"]
    assert all(each == found[0] for each in found)


def test_a_image_of_which_nothing_is_said_is_for_a_person(image_bundle: Path) -> None:
    loaded = read_bundle(image_bundle)
    item = decode_image(image("garment"), SIZE)
    assert not Tagger(loaded).tag(item).review
    silent = {label: Decision(threshold=1, slope=0.01) for label in loaded.decisions}
    assert Tagger(replace(loaded, decisions=silent)).tag(item).review


def test_a_golden_image_must_be_sure_of_every_head_that_runs(image_bundle: Path) -> None:
    tagger = load_bundle(image_bundle)
    unsure = image("garment", above=0, left=0)
    with pytest.raises(NoGoldenText, match="none of 1 images keeps its labels"):
        golden_of(tagger, [unsure])
    (golden,) = golden_of(tagger, [unsure, image("garment")])
    assert b64decode(golden["picture"]) == image("garment")


def test_an_even_image_gets_no_label_and_a_review(image_tagger: Tagger) -> None:
    red = np.full((SIZE, SIZE, 3), (180, 40, 40), np.uint8)
    result = image_tagger.tag(Image(red))
    assert (result.labels, result.review_reasons) == ((), ("no_label",))
    red[: SIZE // 2] = (220, 80, 80)
    assert "garment" in {label.id for label in image_tagger.tag(Image(red)).labels}
