"""Promise F: the model served is the model evaluated; a changed bundle does not start, and the error names the file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from tagging.model.bundle import read_bundle
from tagging.model.bundle_files import BundleError
from tagging.model.manifest import EncoderManifest, checksum_of, sha256
from tagging.model.onnx_model import OnnxModel
from tagging.start import load_bundle
from tests.mail_bundle import write_mail_bundle

FLIPS = 9
"""Bytes flipped in each file: the first, the last, and some between."""


@pytest.fixture(scope="module")
def mail_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mail_bundle(tmp_path_factory.mktemp("mails") / "made")


@pytest.fixture(params=["mail", "image"])
def bundle(request: pytest.FixtureRequest, mail_bundle: Path, image_bundle: Path, tmp_path: Path) -> Path:
    """A bundle of each kind, to be damaged."""
    made = mail_bundle if request.param == "mail" else image_bundle
    return Path(shutil.copytree(made, tmp_path / "bundle"))


def files(bundle: Path) -> list[Path]:
    return sorted(path for path in bundle.rglob("*") if path.is_file())


def sign(bundle: Path, *, encoder: bool = False, heads: bool = False) -> None:
    """Make checksums and the versions of encoder and heads fit the changed files, as a skilled attacker would."""
    path = bundle / "encoder/manifest.json"
    described = json.loads(path.read_text())
    described["files"] = {name: sha256((path.parent / name).read_bytes()) for name in described["files"]}
    path.write_text(json.dumps(described))
    version = msgspec.convert(described, EncoderManifest).version
    if heads:
        model = onnx.load(bundle / "heads.onnx")
        notes = {each.key: each.value for each in model.metadata_props}
        onnx.helper.set_model_props(model, notes | {"encoder": version})
        onnx.save(model, bundle / "heads.onnx")
    manifest = json.loads((bundle / "manifest.json").read_text())
    manifest["files"] = {name: sha256((bundle / name).read_bytes()) for name in manifest["files"]}
    if encoder:
        manifest["encoder"] = version
    manifest["checksum"] = checksum_of(manifest)
    (bundle / "manifest.json").write_text(json.dumps(manifest))


def refused(bundle: Path) -> str:
    """The name of the file that is to blame."""
    with pytest.raises(BundleError) as found:
        load_bundle(bundle)
    assert str(found.value.path) in str(found.value)
    return str(found.value.path.relative_to(bundle))


def test_a_flipped_byte_anywhere_in_any_file_is_found_and_the_file_named(bundle: Path) -> None:
    assert len(files(bundle)) >= 7
    for path in files(bundle):
        right = path.read_bytes()
        for place in sorted({part * (len(right) - 1) // (FLIPS - 1) for part in range(FLIPS)}):
            wrong = bytearray(right)
            wrong[place] ^= 0xFF
            path.write_bytes(wrong)
            assert refused(bundle) == str(path.relative_to(bundle)), place
        path.write_bytes(right)
    assert load_bundle(bundle)


def test_a_file_cut_short_is_named(bundle: Path) -> None:
    for path in files(bundle):
        right = path.read_bytes()
        path.write_bytes(right[: len(right) // 2])
        assert refused(bundle) == str(path.relative_to(bundle))
        path.write_bytes(right)


def swap_words(bundle: Path) -> None:
    """A tokenizer in which two words have changed places."""
    path = bundle / "encoder/tokenizer.json"
    tokenizer = json.loads(path.read_text())
    words = tokenizer["model"]["vocab"]
    words["card"], words["thank"] = words["thank"], words["card"]
    path.write_text(json.dumps(tokenizer))


def other_weights(bundle: Path) -> None:
    """An encoder that was trained differently: its features differ."""
    path = bundle / "encoder/encoder.onnx"
    model = onnx.load(path)
    for weights in model.graph.initializer:
        if weights.data_type == onnx.TensorProto.FLOAT:
            weights.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weights) * np.float32(0.2), weights.name))
    onnx.save(model, path)


@pytest.mark.parametrize("bundle", ["mail"], indirect=True)
def test_a_swapped_tokenizer_never_serves(bundle: Path) -> None:
    swap_words(bundle)
    assert refused(bundle) == "encoder/tokenizer.json"
    sign(bundle)
    assert refused(bundle) == "heads.onnx"
    sign(bundle, encoder=True)
    assert refused(bundle) == "heads.onnx"
    sign(bundle, encoder=True, heads=True)  # all checksums fit; only the content is wrong
    assert read_bundle(bundle)
    assert refused(bundle) == "manifest.json"


def test_heads_for_another_encoder_never_serve(bundle: Path) -> None:
    other_weights(bundle)
    assert refused(bundle) == "encoder/encoder.onnx"
    sign(bundle)
    assert refused(bundle) == "heads.onnx"
    sign(bundle, encoder=True)
    assert refused(bundle) == "heads.onnx"
    sign(bundle, encoder=True, heads=True)
    assert read_bundle(bundle)
    assert refused(bundle) == "manifest.json"


def test_heads_of_the_other_kind_of_bundle_are_refused(bundle: Path, mail_bundle: Path, image_bundle: Path) -> None:
    mails = (bundle / "lexicon.json").exists()
    shutil.copy((image_bundle if mails else mail_bundle) / "heads.onnx", bundle / "heads.onnx")
    assert refused(bundle) == "heads.onnx"
    sign(bundle)
    assert refused(bundle) == "heads.onnx"


def test_labels_in_another_order_are_refused(bundle: Path) -> None:
    path = bundle / "taxonomy.json"
    taxonomy = json.loads(path.read_text())
    taxonomy["heads"][0]["labels"].reverse()
    path.write_text(json.dumps(taxonomy))
    assert refused(bundle) == "taxonomy.json"
    sign(bundle)
    assert refused(bundle) == "thresholds.json"
    path = bundle / "thresholds.json"
    thresholds = json.loads(path.read_text())
    order = [label["id"] for head in taxonomy["heads"] for label in head["labels"]]
    thresholds["labels"] = {label: thresholds["labels"][label] for label in order}
    path.write_text(json.dumps(thresholds))
    sign(bundle)
    assert refused(bundle) == "heads.onnx"


@pytest.mark.parametrize("wrong", [lambda found: found * np.float32(0.2), lambda found: -found, np.zeros_like])
def test_an_onnxruntime_that_computes_wrong_numbers_does_not_start(
    bundle: Path, monkeypatch: pytest.MonkeyPatch, wrong: Any
) -> None:
    assert load_bundle(bundle)
    miscalculate(monkeypatch, wrong)
    assert refused(bundle) == "manifest.json"


@pytest.mark.parametrize("bundle", ["mail"], indirect=True)
def test_wrong_numbers_are_found_though_the_labels_stay(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    miscalculate(monkeypatch, lambda found: found * np.float32(0.6))
    with pytest.raises(BundleError, match="a score moved by"):
        load_bundle(bundle)


def miscalculate(monkeypatch: pytest.MonkeyPatch, wrong: Callable[[Any], Any]) -> None:
    """Have onnxruntime give other features."""
    run = OnnxModel.run

    def run_wrongly(self: OnnxModel, outputs: Sequence[str], feeds: Mapping[str, Any]) -> list[Any]:
        found = run(self, outputs, feeds)
        return [wrong(each) for each in found] if "features" in outputs else found

    monkeypatch.setattr(OnnxModel, "run", run_wrongly)


def test_rounding_that_differs_between_processors_does_not_stop_the_start(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = OnnxModel.run
    monkeypatch.setattr(OnnxModel, "run", lambda self, *given: [each * np.float32(1.002) for each in run(self, *given)])
    assert load_bundle(bundle)
