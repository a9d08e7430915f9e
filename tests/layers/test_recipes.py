"""The layers contain the tested packages, and our package without the folders that functions do not load."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from layers.runtime.built import BuildError
from layers.runtime.functions import DEPLOYED
from layers.runtime.install import Target, install
from layers.runtime.make import make
from layers.runtime.places import ROOT, RUNTIME
from layers.runtime.recipes import NOT_DEPLOYED, tagging

LOCKS = [f"{function.name}.txt" for function in DEPLOYED]
PIN = re.compile(r"^([a-z0-9._-]+)==(\S+)( ;.*)? \\$", re.M)


def pins(path: Path) -> list[tuple[str, str]]:
    return [(name, version) for name, version, _ in PIN.findall(path.read_text())]


@pytest.mark.parametrize("lock_file", LOCKS)
def test_every_package_in_the_layer_has_the_tested_version(lock_file: str) -> None:
    locked = pins(RUNTIME / lock_file)
    assert {"onnxruntime", "numpy", "botocore", "msgspec"} <= {name for name, _ in locked}
    assert set(locked) <= set(pins(ROOT / "requirements.txt"))


def test_each_function_has_only_the_packages_for_its_kind_of_item() -> None:
    mail, image = ({name for name, _ in pins(RUNTIME / lock_file)} for lock_file in LOCKS)
    assert mail - image == {"lxml", "tokenizers"}
    assert image - mail == {"pillow"}


@pytest.mark.parametrize("lock_file", LOCKS)
def test_every_package_in_the_layer_is_locked_by_hash_without_addresses(lock_file: str) -> None:
    text = (RUNTIME / lock_file).read_text()
    for pinned in PIN.split(text)[4::4]:
        assert "--hash=sha256:" in pinned
    assert "://" not in text
    assert not re.search(r"^\s*-(-index-url|-extra-index-url|i|f)\b", text, re.M)


def test_packages_that_are_never_imported_are_not_locked() -> None:
    excluded = {line.split()[0] for line in (RUNTIME / "never_imported.txt").read_text().splitlines() if line[0] != "#"}
    assert "huggingface-hub" in excluded
    assert not excluded & {name for lock_file in LOCKS for name, _ in pins(RUNTIME / lock_file)}


def test_our_layer_has_no_folder_that_no_function_loads(tmp_path: Path) -> None:
    make(tagging(None), "arm64", tmp_path)
    package = tmp_path / "tagging" / "python" / "tagging"
    assert (package / "model" / "tagger.py").is_file()
    assert all((ROOT / "layers/tagging/python/tagging" / name / "__init__.py").is_file() for name in NOT_DEPLOYED)
    rooms = {path.name for path in package.iterdir() if path.is_dir()}
    tagging_rooms = {"intake", "mail", "image", "model", "serving", "taxonomy", "store", "feature_log", "telemetry"}
    assert rooms == tagging_rooms | {"corrections", "quality"}
    assert not list(package.rglob("__pycache__"))


def test_an_install_without_a_network_is_a_one_line_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    with pytest.raises(BuildError, match=r"^uv install: ") as error:
        install(RUNTIME / "tag_mail.txt", tmp_path / "into", Target("arm64"))
    assert "\n" not in str(error.value)
    assert "was not found in the cache" in str(error.value)
