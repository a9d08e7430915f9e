"""Bytecode does not depend on dates, and a broken interpreter does not stop the build."""

from __future__ import annotations

import marshal
import sys
from pathlib import Path

import pytest

from layers.runtime.bytecode import compile_all, find_python

HERE = "{}.{}".format(*sys.version_info[:2])
ANOTHER = "3.99"


def test_bytecode_is_not_checked_against_its_source_and_names_its_path_in_lambda(tmp_path: Path) -> None:
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "module.py").write_text("VALUE = {'a', 'b', 'c'}\n")
    compile_all(tmp_path, sys.executable, "/opt")
    (compiled,) = tmp_path.rglob("*.pyc")
    data = compiled.read_bytes()
    assert int.from_bytes(data[4:8], "little") == 0b01  # by hash, and the hash not checked
    assert marshal.loads(data[16:]).co_filename == "/opt/python/module.py"


def test_bytecode_is_reproducible(tmp_path: Path) -> None:
    compiled = []
    for name in ("one", "two"):
        (tmp_path / name / "python").mkdir(parents=True)
        (tmp_path / name / "python" / "module.py").write_text("def f(x): return x in {'a', 'b', 'c', 'd'}\n")
        compile_all(tmp_path / name, sys.executable, "/opt")
        compiled += [path.read_bytes() for path in (tmp_path / name).rglob("*.pyc")]
    assert compiled[0] == compiled[1]


def test_this_python_is_used_if_its_version_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert find_python(HERE) == sys.executable


def test_an_installed_python_is_used_instead_of_a_broken_shim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shims, installed = tmp_path / "shims", tmp_path / "pyenv" / "versions" / f"{ANOTHER}.1" / "bin"
    for folder, does in ((shims, "exit 127"), (installed, f"echo {ANOTHER}")):
        folder.mkdir(parents=True)
        program = folder / f"python{ANOTHER}"
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(shims))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "nothing"))
    assert find_python(ANOTHER) is None
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    assert find_python(ANOTHER) == str(installed / f"python{ANOTHER}")
