"""Licence texts in the layers, and their bill of materials."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from layers.runtime.built import BuildError, Marker
from layers.runtime.emulation import emulated_python
from layers.runtime.functions import DEPLOYED
from layers.runtime.licences import add_package_licences
from layers.runtime.make import make
from layers.runtime.recipes import model
from layers.runtime.sbom import write_sbom


def install(folder: Path, name: str, headers: str, *texts: str) -> Path:
    """A package with this metadata and these files."""
    metadata = folder / f"{name}-1.2.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.2\n{headers}\n\nText\n")
    for text in texts:
        (metadata / text).parent.mkdir(exist_ok=True)
        (metadata / text).write_text("the licence")
    return metadata


def test_a_package_that_only_names_apache_gets_the_text_and_others_keep_theirs(tmp_path: Path) -> None:
    bare = install(tmp_path, "bare", "Classifier: License :: OSI Approved :: Apache Software License")
    own = install(tmp_path, "own", "License-Expression: MIT", "licenses/LICENSE.txt")
    add_package_licences(tmp_path)
    assert "Apache License" in (bare / "licenses/LICENSE").read_text()
    assert [path.name for path in (own / "licenses").iterdir()] == ["LICENSE.txt"]


def test_a_package_without_any_licence_text_ends_the_build(tmp_path: Path) -> None:
    install(tmp_path, "secret", "License: Proprietary")
    with pytest.raises(BuildError, match="secret contains no licence text"):
        add_package_licences(tmp_path)


@pytest.mark.parametrize("function", DEPLOYED, ids=lambda function: function.name)
def test_a_model_layer_has_the_licence_and_the_origin_of_its_weights(tmp_path: Path, function) -> None:
    make(model(function), "arm64", tmp_path)
    folder = tmp_path / function.model / "licenses" / function.model
    assert "Apache License" in (folder / "LICENSE").read_text()
    assert {"tag_mail": "MiniLM", "tag_image": "MobileNet"}[function.name] in (folder / "NOTICE").read_text()


def schema_error(path: Path) -> str | None:
    """Why the document does not match CycloneDX's own schema; None where it does."""
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(path.read_text())
    return None if error is None else str(error.data)


def test_a_bill_of_materials_with_a_wrong_field_does_not_match_the_schema(tmp_path: Path) -> None:
    path = tmp_path / "sbom.json"
    write_sbom((), [], tmp_path, path)
    assert schema_error(path) is None
    path.write_text(json.dumps(json.loads(path.read_text()) | {"licence": "MIT"}))
    assert "licence" in str(schema_error(path))


def test_the_bill_of_materials_names_every_package_encoder_and_function(tmp_path: Path) -> None:
    layers = []
    for name in sorted({name for function in DEPLOYED for name in function.layers}):
        layers.append(Marker(name, "arm64", "inputs", f"content of {name}", 1, 1))
        if name.startswith("runtime-"):
            install(tmp_path / name / "python", "Some_Package", "License-Expression: MIT")
            install(tmp_path / name / "python", name, "License-Expression: BSD-3-Clause AND Zlib")
    for function in DEPLOYED:
        make(model(function), "arm64", tmp_path)
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    write_sbom(DEPLOYED, layers, tmp_path, first)
    write_sbom(DEPLOYED, layers, tmp_path, second)
    assert first.read_bytes() == second.read_bytes()
    assert schema_error(first) is None
    document = json.loads(first.read_text())
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    components = {each["bom-ref"]: each for each in document["components"]}
    assert len(components) == len(document["components"])
    assert components["pkg:pypi/some-package@1.2"]["licenses"] == [{"license": {"id": "MIT"}}]
    assert components["pkg:pypi/runtime-tag-mail@1.2"]["licenses"] == [{"expression": "BSD-3-Clause AND Zlib"}]
    encoder = components["mail_model/encoder"]
    assert encoder["type"] == "machine-learning-model"
    assert len(encoder["hashes"][0]["content"]) == 64
    for dependency in document["dependencies"]:
        assert set(dependency["dependsOn"]) <= set(components)
    by_name = {each["ref"]: each["dependsOn"] for each in document["dependencies"]}
    assert "mail_model/encoder" in by_name["tag_mail"]
    assert "pkg:pypi/runtime-tag-image@1.2" not in by_name["tag_mail"]


def test_an_emulator_without_a_system_or_a_program_is_a_one_line_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BuildError, match=r"contains no usr/bin/python3\.13: docs/operate\.md shows how"):
        emulated_python("arm64", tmp_path)
    (tmp_path / "usr/bin").mkdir(parents=True)
    (tmp_path / "usr/bin/python3.13").write_text("")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError, match="qemu-aarch64 is not on the PATH"):
        emulated_python("arm64", tmp_path)
