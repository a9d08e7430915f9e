"""Installs locked packages into a folder with uv, for this machine or for another processor and Python."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from layers.runtime.built import BuildError
from layers.runtime.places import RUNTIME

PYTHON = "3.13"
"""Lambda's Python."""
GLIBC = "2_28"
"""Required by the wheels of onnxruntime; Lambda's Amazon Linux 2023 has 2.34."""
OLDEST_PYTHON = "3.11"
"""Locked for the oldest supported Python, so that the host build gets the same versions."""

_PLATFORMS = {"arm64": f"aarch64-manylinux_{GLIBC}", "x86_64": f"x86_64-manylinux_{GLIBC}"}


@dataclass(frozen=True)
class Target:
    """Target of an installation: a processor of Lambda, or (None) the machine that `python` runs on."""

    architecture: str | None
    python: str = sys.executable

    def options(self) -> list[str]:
        """uv's options for this target."""
        if self.architecture is None:
            return ["--python", self.python]
        # uv first inspects an interpreter and would stop at a broken one on the PATH: name ours.
        return [
            "--python", sys.executable,
            "--python-platform", _PLATFORMS[self.architecture],
            "--python-version", PYTHON,
        ]  # fmt: skip


def install(lock_file: Path, into: Path, target: Target) -> None:
    """Install exactly the locked packages into the folder `into`; raises BuildError."""
    # Copied, not linked: pruning and new dates must not change uv's cache.
    _uv(
        "pip", "install", *target.options(), "--target", str(into), "--requirements", str(lock_file),
        "--require-hashes", "--no-deps", "--only-binary", ":all:", "--link-mode", "copy", "--no-compile-bytecode",
    )  # fmt: skip


def lock(requirements: Path, lock_file: Path) -> None:
    """Resolve `requirements` within requirements.txt into a lock with hashes and without index addresses."""
    _uv(
        "pip", "compile", requirements.name, "--output-file", lock_file.name, "--python-version", OLDEST_PYTHON,
        "--constraints", "../../requirements.txt", "--excludes", "never_imported.txt",
        "--generate-hashes", "--no-emit-index-url", "--custom-compile-command", "python -m layers.runtime.lock",
    )  # fmt: skip


def _uv(*arguments: str) -> None:
    try:
        from uv import find_uv_bin

        done = subprocess.run(
            [find_uv_bin(), "--no-progress", "--color", "never", *arguments],
            cwd=RUNTIME,
            capture_output=True,
            text=True,
            check=False,
        )
    except (ImportError, OSError):
        raise BuildError("uv is missing; install the project's `infra` extra (make setup)") from None
    if done.returncode != 0:
        raise BuildError(f"uv {arguments[1]}: {_reason(done.stderr)}")


def _reason(stderr: str) -> str:
    """uv's error as one line, without what precedes it and without hints."""
    words = stderr.partition("error:")[2].partition("hint:")[0].split()
    return " ".join(words) or " ".join(stderr.split()) or "failed without a message"
