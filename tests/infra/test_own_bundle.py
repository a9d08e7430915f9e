"""A stage with a bundle of its own: alarms and dashboards follow its taxonomy, and a wrong folder is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from aws_cdk import assertions

from infra import stage_file
from infra.app import build_app
from infra.requirements import requirements
from infra.settings import StageError
from infra.stage_file import stage_settings
from infra.synth_template import stand_in_project
from layers.runtime.built import BuildError
from layers.runtime.functions import DEPLOYED
from layers.runtime.recipes import model
from tagging.learning.data import read_taxonomy
from tagging.model.manifest import checksum_of, sha256
from tests.image_bundle import write_image_bundle
from tests.infra.conftest import Stack, make_project
from tests.mail_bundle import TAXONOMY, write_mail_bundle

RATES = {"card": 0.02, "angry": 0.1, "thanks": 0.3, "wants_person": 0.01}
Own = Callable[..., Path]


def rewrite(bundle: Path, name: str, content: bytes) -> None:
    """Replace a file of a bundle, and its checksum in the manifest."""
    (bundle / name).write_bytes(content)
    manifest = json.loads((bundle / "manifest.json").read_text())
    manifest["files"][name] = sha256(content)
    manifest["checksum"] = checksum_of(manifest)
    (bundle / "manifest.json").write_text(json.dumps(manifest))


def make_critical(bundle: Path, *labels: str, rates: dict[str, float] | None = None) -> Path:
    """Mark labels as critical, and write how often each label is given."""
    taxonomy = json.loads((bundle / "taxonomy.json").read_text())
    for head in taxonomy["heads"]:
        for label in head["labels"]:
            label["critical"] = label["id"] in labels
    rewrite(bundle, "taxonomy.json", json.dumps(taxonomy).encode())
    given = {label: {"given": rate} for label, rate in (RATES if rates is None else rates).items()}
    rewrite(bundle, "statistics.json", json.dumps({"schema": "tagging.statistics/1", "labels": given}).encode())
    return bundle


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A bundle for mails with one critical label."""
    return make_critical(write_mail_bundle(tmp_path / "shop"), "angry")


def synthesise(project: Path, tmp_path: Path, **changes: str) -> Stack:
    folder = tmp_path / "stand-in"
    folder.mkdir()
    settings = stage_settings("dev", changes)
    app = build_app(
        stand_in_project(project, folder, settings.functions), {"stage": "dev", **changes}, str(tmp_path / "o")
    )
    return Stack(assertions.Template.from_stack(app.node.find_child("tagging-dev")).to_json())


def test_alarms_and_dashboards_name_the_labels_of_the_stages_own_bundle(root: Path, tmp_path: Path, shop: Path) -> None:
    stack = synthesise(root, tmp_path, monitoring="true", mail_bundle=str(shop))
    alarms = {each["Properties"]["AlarmName"] for each in stack.all("CloudWatch::Alarm").values()}
    shipped = read_taxonomy(root / "layers/mail_model/taxonomy.yaml").critical_labels
    assert len(shipped) > 1
    assert not [name for name in alarms for label in shipped if label in name]
    assert len([name for name in alarms if "angry" in name]) == 2  # its volume, and that it is gone
    dashboards = json.dumps(stack.all("CloudWatch::Dashboard"))
    assert "angry" in dashboards
    layer = stack.id_of("Lambda::LayerVersion", "Layersmailmodelbundle")
    assert layer in json.dumps(stack.named("TagMail", "Lambda::Function"))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda shop: shutil.rmtree(shop), "mail_bundle: .* is no bundle: name a folder that tagging train wrote"),
        (
            lambda shop: rewrite(shop, "encoder/manifest.json", b"{}"),
            "mail_bundle: .*encoder/manifest.json.*; take the folder again from where it was built, or train it anew",
        ),
        (lambda shop: make_critical(shop, "angry", rates={}), "does not say how often its critical label angry is giv"),
    ],
)
def test_a_folder_that_no_stage_can_serve_is_refused_at_synth(
    tmp_path: Path, shop: Path, damage: Callable[[Path], None], message: str
) -> None:
    damage(shop)
    make_project(tmp_path)
    with pytest.raises(StageError, match=message):
        build_app(tmp_path, {"stage": "dev", "mail_bundle": str(shop)}, str(tmp_path / "o"))


def test_heads_for_another_encoder_are_refused_at_synth(tmp_path: Path, shop: Path) -> None:
    manifest = json.loads((shop / "manifest.json").read_text()) | {"encoder": "0123456789ab"}
    manifest["checksum"] = checksum_of(manifest)
    (shop / "manifest.json").write_text(json.dumps(manifest))
    make_project(tmp_path)
    with pytest.raises(StageError, match=r"mail_bundle: .*trained on encoder 0123456789ab.*train the heads on this"):
        build_app(tmp_path, {"stage": "dev", "mail_bundle": str(shop)}, str(tmp_path / "o"))


def test_a_bundle_for_the_other_kind_is_refused_at_synth_and_by_the_build(tmp_path: Path) -> None:
    images = write_image_bundle(tmp_path / "images")
    make_project(tmp_path)
    message = "is a bundle for images: name it in image_bundle, or train one for mails and texts"
    with pytest.raises(StageError, match=message):
        build_app(tmp_path, {"stage": "dev", "mail_bundle": str(images)}, str(tmp_path / "o"))
    mail, _ = stage_settings("dev", {"mail_bundle": str(images)}).functions
    with pytest.raises(BuildError, match=message):
        model(mail)


def test_more_critical_labels_than_the_budget_allows_are_refused_at_synth(
    root: Path, tmp_path: Path, shop: Path
) -> None:
    make_critical(shop, *TAXONOMY.labels)
    with pytest.raises(StageError, match="mark fewer labels as critical, or allow metric_budget="):
        synthesise(root, tmp_path, mail_bundle=str(shop), metric_budget="10")


@pytest.mark.parametrize(
    ("stage", "changes", "message"),
    [
        ("dev", {"mail_bundle": "b", "mail_encoder": "multilingual"}, "contains its own encoder: leave mail_encoder o"),
        ("local", {"image_bundle": "b"}, "leave mail_bundle and image_bundle out, and run tagging demo --bundle DIR"),
    ],
)
def test_settings_that_contradict_a_bundle_are_refused(stage: str, changes: dict[str, str], message: str) -> None:
    with pytest.raises(StageError, match=message):
        stage_settings(stage, changes)


def test_the_stage_file_names_the_bundle_that_is_built_and_that_doctor_checks(
    tmp_path: Path, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stages").mkdir()
    (tmp_path / "stages/own.toml").write_text(f'mail_bundle = "{shop}"')
    monkeypatch.setattr(stage_file, "STAGE_FILES", tmp_path / "stages")
    mail, image = stage_settings("own").functions
    assert image == DEPLOYED[1]
    assert mail.layers[:2] == DEPLOYED[0].layers[:2]
    assert mail.model != DEPLOYED[0].model
    found = requirements(stage_settings("own"))
    assert found["bundles"] == {mail.model: str(shop), "image_model": "layers/image_model/bundle"}
    assert mail.model in found["layers"]
    model(mail).fill(tmp_path / "layer")
    assert (tmp_path / "layer/bundle/manifest.json").read_bytes() == (shop / "manifest.json").read_bytes()


def test_two_folders_of_the_same_name_have_layers_of_their_own() -> None:
    one, other = (stage_settings("dev", {"mail_bundle": f"{folder}/shop"}).functions[0] for folder in "ab")
    assert one.model.startswith("mail_model-shop-")
    assert len({one.model, other.model, DEPLOYED[0].model}) == 3
