"""The smoke test sees the trimmed folders and nothing else of this machine."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from layers.runtime.recipes import BuildFailed
from layers.runtime.smoke import Parts, first_mail

PACKAGE = {
    "mail.py": "def text_mail(text): return text\n",
    "settings.py": "import os\nclass Settings:\n bundle = os.environ['BUNDLE']\n from_env = classmethod(lambda c: c)\n",
    "tagger.py": "class Tagger:\n labels = ()\n load = classmethod(lambda c, folder: c())\n"
    " def tag(self, mail): return self\n",
}


def layers(folder: Path, function: str) -> Parts:
    """Layers that hold the least that a function can be started from."""
    package = folder / "tagging" / "python" / "tagging"
    package.mkdir(parents=True)
    for name, source in {"__init__.py": "", **PACKAGE}.items():
        (package / name).write_text(source)
    (folder / "functions").mkdir()
    (folder / "functions" / "tag_mail.py").write_text(function)
    return Parts(folder / "runtime", folder / "tagging", folder / "model", folder / "functions")


def test_a_function_that_finds_all_it_imports_starts(tmp_path: Path) -> None:
    first_mail(layers(tmp_path, "def handler(event, context): ...\n"), sys.executable)


@pytest.mark.parametrize("package", ["numpy", "onnxruntime", "pip"])
def test_a_package_that_was_pruned_away_fails_the_build_by_name(tmp_path: Path, package: str) -> None:
    with pytest.raises(BuildFailed, match=f"No module named '{package}'"):
        first_mail(layers(tmp_path, f"import {package}\n"), sys.executable)


def test_the_function_starts_with_no_credentials_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")
    parts = layers(tmp_path, "import os\nassert 'AWS_PROFILE' not in os.environ\ndef handler(event, context): ...\n")
    first_mail(parts, sys.executable)
