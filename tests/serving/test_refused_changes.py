"""What a release refuses: each in one line that says what stands now, and nothing changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import pytest
from msgspec.structs import replace
from onnx import helper

from tagging.model.manifest import checksum_of, sha256
from tagging.serving.pointer import promoted
from tagging.serving.version_files import files_of, version_id
from tagging.start import load_bundle
from tagging.taxonomy.changes import Change
from tagging.taxonomy.taxonomy import Label, Taxonomy
from tests.image_bundle import write_image_bundle
from tests.mail_bundle import TAXONOMY, write_mail_bundle
from tests.serving.conftest import BY, Commands, Models


def upload(models: Models, files: dict[str, bytes]) -> str:
    """Write a version into the bucket without the checks of a push; its id."""
    version = str(json.loads(files["manifest.json"])["checksum"])[:12]
    models.store.write_version(version, files)
    return version


def rewritten(files: dict[str, bytes], name: str, content: bytes) -> dict[str, bytes]:
    """The files with other content in one of them, and a manifest that fits."""
    manifest = json.loads(files["manifest.json"])
    manifest["files"][name] = sha256(content)
    manifest["checksum"] = checksum_of(manifest)
    return files | {name: content, "manifest.json": json.dumps(manifest).encode()}


def with_foreign_operator(files: dict[str, bytes]) -> dict[str, bytes]:
    """The version with a Relu after its last operator."""
    model = onnx.load_from_string(files["heads.onnx"])
    (output,) = model.graph.output
    model.graph.node[-1].output[0] = "before"
    model.graph.node.append(helper.make_node("Relu", ["before"], [output.name]))
    return rewritten(files, "heads.onnx", model.SerializeToString())


def other_labels(change: Callable[[tuple[Label, ...]], tuple[Label, ...]], **more: Any) -> Taxonomy:
    """The tiny taxonomy with other labels in its first head."""
    topic, person = TAXONOMY.heads
    return replace(TAXONOMY, heads=(replace(topic, labels=change(topic.labels)), person), **more)


def pushed(tagging: Commands, folder: Path, taxonomy: Taxonomy) -> str:
    """The id of a version with this taxonomy, pushed."""
    made = write_mail_bundle(folder, taxonomy=taxonomy)
    return str(tagging.done("versions", "push", str(made))["version"])


@pytest.fixture
def serving(models: Models, tagging: Commands) -> Callable[..., str]:
    """Version 1 serves; the result runs a command, which is refused, and checks that nothing has changed."""
    models.push(1)
    models.point(lambda pointer: promoted(pointer, "mail", models.id(1), BY))
    s3, bucket = models.harness.clients.s3, models.store.bucket

    def objects() -> list[tuple[str, str]]:
        listed = s3.list_object_versions(Bucket=bucket)["Versions"]
        return sorted((each["Key"], each["VersionId"]) for each in listed)

    def refused(*words: str, now: str | None = None) -> str:
        before = objects()
        line = tagging.refused(*words)
        assert objects() == before
        assert (now or f"{models.id(1)} serves (generation 1") in line
        return line

    return refused


def test_a_damaged_foreign_or_unfinished_version(models: Models, serving: Callable[..., str]) -> None:
    files = models.files(2)
    foreign = upload(models, with_foreign_operator(files))
    assert "the operators Relu" in serving("promote", foreign, "--yes")
    flipped = bytes([files["heads.onnx"][0] ^ 1]) + files["heads.onnx"][1:]
    damaged = upload(models, files | {"heads.onnx": flipped})
    assert "heads.onnx: does not have the checksum" in serving("promote", damaged, "--shadow", "--yes")
    assert "heads.onnx: does not have the checksum" in serving("promote", damaged, "--canary", ".5", "--yes")
    half = {name: content for name, content in models.files(3).items() if name != "manifest.json"}
    models.store.write_version(models.id(3), half)
    assert f"version {models.id(3)} is half uploaded" in serving("promote", models.id(3), "--yes")
    missing = models.id(2)[:-1] + ("0" if models.id(2)[-1] != "0" else "1")
    assert f"did you mean {models.id(2)}?" in serving("promote", missing, "--yes")
    assert "no version nonsense" in serving("promote", "nonsense", "--yes")


def test_a_version_for_another_encoder(models: Models, serving: Callable[..., str], tmp_path: Path) -> None:
    bundle = load_bundle(write_image_bundle(tmp_path / "made")).bundle
    version = upload(models, files_of(bundle.folder, bundle))
    assert "was made for encoder" in serving("promote", version, "--yes")
    assert "was made for encoder" in serving("promote", version, "--shadow", "--yes")
    manifest = json.loads(models.files(2)["encoder/manifest.json"]) | {"sequence_length": 32}
    other = rewritten(models.files(2), "encoder/manifest.json", json.dumps(manifest).encode())
    assert "was made for encoder" in serving("promote", upload(models, other), "--yes")
    assert version_id(bundle) == version


@pytest.mark.parametrize("share", ["1.5", "0", "-1", "1", "nan"])
def test_a_share_that_is_none(models: Models, serving: Callable[..., str], share: str) -> None:
    models.push(2)
    assert "a share between 0 and 1" in serving("promote", models.id(2), f"--canary={share}", "--yes")


def test_the_champion_itself_and_both_roles_at_once(
    models: Models, serving: Callable[..., str], tagging: Commands
) -> None:
    assert "is the champion already" in serving("promote", models.id(1), "--yes")
    assert "is the champion already" in serving("promote", models.id(1), "--canary", ".1", "--yes")
    assert tagging("promote", models.id(1), "--canary", ".1", "--champion").exit_code == 2


def test_a_rollback_with_nothing_before(models: Models, tagging: Commands) -> None:
    line = tagging.refused("rollback", "--yes")
    assert "nothing was promoted yet" in line
    assert "nothing was changed" in line
    assert models.store.read_pointer() is None


def test_a_rollback_to_a_version_that_must_not_be_served(models: Models, serving: Callable[..., str]) -> None:
    files = models.files(2)
    damaged = upload(models, files | {"taxonomy.json": b"{}" + files["taxonomy.json"]})
    models.point(lambda pointer: replace(pointer or promoted(None, "mail", damaged, BY), previous=damaged))
    assert "promote another version, or layer" in serving("rollback", "--yes")


def test_labels_that_vanish_without_a_change(serving: Callable[..., str], tagging: Commands, tmp_path: Path) -> None:
    renamed = other_labels(lambda labels: (replace(labels[0], id="bank_card"), *labels[1:]))
    version = pushed(tagging, tmp_path / "renamed", renamed)
    assert "label card is gone" in serving("promote", version, "--canary", ".5", "--yes")
    declared = replace(renamed, version=2, changes=(Change(since=2, rename="card", to="bank_card"),))
    version = pushed(tagging, tmp_path / "declared", declared)
    done = tagging.change("promote", version, "--canary", ".5")
    assert done["labels"]["renamed"] == {"card": "bank_card"}
    assert done["labels"]["gone"] == []


def test_critical_labels_that_no_alarm_watches(serving: Callable[..., str], tagging: Commands, tmp_path: Path) -> None:
    def critical(*ids: str) -> Taxonomy:
        return other_labels(lambda labels: tuple(replace(each, critical=each.id in ids) for each in labels))

    watched = pushed(tagging, tmp_path / "watched", critical("angry"))
    version = pushed(tagging, tmp_path / "critical", critical("angry", "card"))
    line = serving("promote", version, "--yes")
    assert "does not watch the critical labels card:" in line
    done = tagging.change("promote", version, "--canary", ".5", "--unwatched")
    assert done["unwatched"] == ["card"]
    assert tagging.change("promote", watched)["unwatched"] == []


def test_a_push_of_what_must_not_be_served(tagging: Commands, serving: Callable[..., str], tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder in (empty, tmp_path / "missing"):
        done = tagging("versions", "push", str(folder))
        assert done.exit_code == 2
        assert "is no bundle" in " ".join(done.output.replace("│", " ").split())
    image = write_image_bundle(tmp_path / "image")
    assert tagging("versions", "push", str(image)).exit_code == 1
    made = write_mail_bundle(tmp_path / "foreign")
    for name, content in with_foreign_operator(files_of(made, load_bundle(made).bundle)).items():
        (made / name).write_bytes(content)
    line = serving("versions", "push", str(made), now="nothing was pushed")
    assert "the operators Relu" in line


def test_a_push_finds_a_version_that_was_damaged_in_the_bucket(models: Models, tagging: Commands) -> None:
    files = models.files(2)
    upload(models, files | {"heads.onnx": files["heads.onnx"][:-1] + b"?"})
    assert "does not have the checksum" in tagging.refused("versions", "push", models.folder(2))
    listed = tagging("versions", "list", "--json")
    assert listed.exit_code == 1
    faults = {each["version"]: each["fault"] for each in map(json.loads, listed.stdout.splitlines())}
    assert [version for version, fault in faults.items() if fault] == [models.id(2)]


@pytest.mark.usefixtures("tagging")
def test_a_stage_without_a_stack() -> None:
    line = Commands("never").refused("rollback", "--yes")
    assert "stack tagging-never cannot be read" in line
