"""The start of a function: it needs a valid bundle and complete settings, and names what is wrong."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tagging.local.moto_server import CHILD_ENVIRONMENT
from tagging.settings import Settings


def start(root: Path, environment: dict[str, str], function: str = "tag_mail") -> subprocess.CompletedProcess[str]:
    """Import functions/<function>.py as Lambda's client does, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", f"import {function}; print({function}.handler({{}}, None))"],
        cwd=root / "functions",
        env={**CHILD_ENVIRONMENT, "PYTHONPATH": str(root / "layers/tagging/python"), **environment},
        capture_output=True,
        text=True,
    )


def settings(bundle: Path) -> dict[str, str]:
    return Settings(stage="test", label_table="t", ticket_queue_url="http://q", bundle=str(bundle)).to_env()


@pytest.fixture
def bundle(root: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(root / "layers/mail_model/bundle", tmp_path / "bundle"))


def test_it_starts_and_answers(root: Path, bundle: Path) -> None:
    process = start(root, settings(bundle))
    assert process.returncode == 0, process.stderr
    assert "{'batchItemFailures': []}" in process.stdout


@pytest.mark.parametrize("name", ["heads.onnx", "encoder/tokenizer.json", "thresholds.json"])
def test_a_flipped_byte_is_refused_by_the_files_name(root: Path, bundle: Path, name: str) -> None:
    content = bytearray((bundle / name).read_bytes())
    content[len(content) // 2] ^= 1
    (bundle / name).write_bytes(content)
    process = start(root, settings(bundle))
    assert process.returncode != 0
    last = process.stderr.strip().splitlines()[-1]
    assert "BundleError" in last
    assert name in last


def test_a_function_refuses_the_bundle_of_another(root: Path, bundle: Path, image_bundle: Path) -> None:
    assert start(root, settings(image_bundle), "tag_image").returncode == 0
    for function, other, cause in (("tag_image", bundle, "for mails"), ("tag_mail", image_bundle, "for images")):
        process = start(root, settings(other), function)
        assert process.returncode != 0
        last = process.stderr.strip().splitlines()[-1]
        assert "BundleError" in last
        assert cause in last


def test_a_missing_bundle_is_refused_by_name(root: Path, tmp_path: Path) -> None:
    process = start(root, settings(tmp_path / "nothing"))
    assert process.returncode != 0
    assert "nothing/manifest.json" in process.stderr.strip().splitlines()[-1]


def test_missing_settings_are_named(root: Path, bundle: Path) -> None:
    environment = settings(bundle)
    del environment["LABEL_TABLE"]
    process = start(root, environment)
    assert process.returncode != 0
    assert "LABEL_TABLE" in process.stderr.strip().splitlines()[-1]
