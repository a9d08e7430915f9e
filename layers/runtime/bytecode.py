"""Compiles a layer's Python ahead of time, with the Python that Lambda runs, where this machine has it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from layers.runtime.install import PYTHON


def find_python(version: str = PYTHON) -> str | None:
    """A working interpreter of this minor version on this machine; None when there is none."""
    return next((path for path in _candidates(version) if _is_version(path, version)), None)


def compile_all(folder: Path, python: str, served_as: str) -> None:
    """Compile every source below the folder; tracebacks will name it under `served_as`.

    Bytecode that checks the source's date would be thrown away in Lambda, where unzipping sets the dates.
    """
    subprocess.run(
        [python, "-S", "-s", "-P", "-m", "compileall", "-q", "-f", "-s", str(folder), "-p", served_as,
         "--invalidation-mode", "unchecked-hash", str(folder)],
        env={"PYTHONHASHSEED": "0"},  # a set inside bytecode is written in the order of its hashes
        capture_output=True,
        check=True,
    )  # fmt: skip


def _candidates(version: str) -> Iterator[str]:
    yield sys.executable
    if found := shutil.which(f"python{version}"):
        yield found
    # Installed but not on the PATH, or behind a shim that works only where its version is switched on.
    for versions in (
        Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions",
        Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "uv" / "python",
    ):
        yield from (str(path) for path in sorted(versions.glob(f"*{version}*/bin/python{version}"), reverse=True))


def _is_version(python: str, version: str) -> bool:
    asked = "import sys; print('%d.%d%s' % (*sys.version_info[:2], getattr(sys, 'abiflags', '')))"
    try:
        said = subprocess.run(
            [python, "-I", "-S", "-c", asked], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.stdout.strip() == version
