"""The smoke test sees the trimmed folders and nothing else of this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from layers.runtime.functions import DEPLOYED, DeployedFunction
from layers.runtime.recipes import BuildFailed
from layers.runtime.samples import samples
from layers.runtime.smoke import Parts, first_items
from tagging.image import decode_image
from tagging.mail import parse_mail

MAIL, IMAGE = DEPLOYED
FUNCTION = """
class service:
    kind = "any"
    def read(kind, data):
        assert data
        return data
    class tagger:
        def tag(item):
            return type("LabelSet", (), {"labels": ()})

def handler(event, context): ...
"""
"""The least that is started and asked to tag."""


def start(folder: Path, code: str, function: DeployedFunction = MAIL) -> None:
    (folder / "functions").mkdir()
    (folder / "functions" / f"{function.name}.py").write_text(code)
    parts = Parts(folder / "runtime", folder / "tagging", folder / "model", folder / "functions")
    first_items(function, parts, sys.executable)


@pytest.mark.parametrize("function", DEPLOYED, ids=lambda function: function.name)
def test_a_function_that_finds_all_it_imports_starts(tmp_path: Path, function: DeployedFunction) -> None:
    start(tmp_path, FUNCTION, function)


@pytest.mark.parametrize("package", ["numpy", "onnxruntime", "pip"])
def test_a_package_that_was_pruned_away_fails_the_build_by_name(tmp_path: Path, package: str) -> None:
    with pytest.raises(BuildFailed, match=f"No module named '{package}'"):
        start(tmp_path, f"import {package}\n{FUNCTION}")


def test_a_function_that_cannot_read_an_item_fails_the_build(tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match=r"layers of tag_image do not work.*decoder jpeg not available"):
        start(tmp_path, FUNCTION.replace("assert data", "raise OSError('decoder jpeg not available')"), IMAGE)


def test_the_function_starts_with_no_credentials_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    start(tmp_path, f"import os\nassert 'AWS_PROFILE' not in os.environ\n{FUNCTION}")


def test_every_sample_can_be_read_where_nothing_was_trimmed() -> None:
    assert parse_mail(samples("mail")[0]).text.endswith("Please give me my money back.")
    pictures = [decode_image(data, 64).pixels for data in samples("image")]
    assert len(pictures) > 6
    assert min(pixels.std() for pixels in pictures) > 30
