"""Compiles a layer's Python ahead of time with Lambda's Python version, if this machine has it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from layers.runtime.install import PYTHON


def find_python(version: str = PYTHON) -> str | None:
    """A working interpreter of this minor version on this machine; None if there is none."""
    return next((path for path in _candidates(version) if _is_version(path, version)), None)


def compile_all(folder: Path, python: str, served_as: str) -> None:
    """Compile every source below the folder; tracebacks name it under `served_as`.

    The bytecode does not check the source's date, which unzipping changes in Lambda.
    """
    subprocess.run(
        [python, "-S", "-s", "-P", "-m", "compileall", "-q", "-f", "-s", str(folder), "-p", served_as,
         "--invalidation-mode", "unchecked-hash", str(folder)],
        env={"PYTHONHASHSEED": "0"},  # bytecode stores a set in the order of its hashes
        capture_output=True,
        check=True,
    )  # fmt: skip


def _candidates(version: str) -> Iterator[str]:
    yield sys.executable
    if path := shutil.which(f"python{version}"):
        yield path
    # Not on the PATH, or there only as a shim that works if its version is selected.
    for versions in (
        Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions",
        Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "uv" / "python",
    ):
        yield from (str(path) for path in sorted(versions.glob(f"*{version}*/bin/python{version}"), reverse=True))


def _is_version(python: str, version: str) -> bool:
    program = "import sys; print('%d.%d%s' % (*sys.version_info[:2], getattr(sys, 'abiflags', '')))"
    try:
        done = subprocess.run(
            [python, "-I", "-S", "-c", program], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.stdout.strip() == version
