"""Packages from their lock into a folder, for a processor and Python that need not be this machine's, by uv."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from layers.runtime.places import RUNTIME

PYTHON = "3.13"
"""Lambda's Python."""
GLIBC = "2_28"
"""What the wheels of onnxruntime ask for; Lambda's Amazon Linux 2023 has 2.34."""
OLDEST_PYTHON = "3.11"
"""Locked for the oldest Python that everything runs on, so that the host build can have the very same versions."""
SOURCE_ONLY = ("quotequail",)
"""Packages without a wheel; pure Python, so any machine builds the same."""

_PLATFORMS = {"arm64": f"aarch64-manylinux_{GLIBC}", "x86_64": f"x86_64-manylinux_{GLIBC}"}


class InstallFailed(RuntimeError):
    """uv is missing or could not do it (no network, no such version); the text is one line."""


@dataclass(frozen=True)
class Target:
    """What packages are installed for: a processor of Lambda, or (None) the machine that `python` runs on."""

    architecture: str | None
    python: str = sys.executable

    def options(self) -> list[str]:
        """uv's options for it."""
        if self.architecture is None:
            return ["--python", self.python]
        # uv wants to look at some interpreter first, and a broken one on the PATH would stop it: name ours.
        return [
            "--python", sys.executable,
            "--python-platform", _PLATFORMS[self.architecture],
            "--python-version", PYTHON,
        ]  # fmt: skip


def install(lock_file: Path, into: Path, target: Target) -> None:
    """Install exactly what the lock says into the folder `into`; raises InstallFailed."""
    binaries = ["--only-binary", ":all:", *(word for name in SOURCE_ONLY for word in ("--no-binary", name))]
    # Copied, not linked: what is pruned and stamped here must not reach into uv's cache.
    _uv(
        "pip", "install", *target.options(), "--target", str(into), "--requirements", str(lock_file),
        "--require-hashes", "--no-deps", *binaries, "--link-mode", "copy", "--no-compile-bytecode",
    )  # fmt: skip


def lock(wanted: Path, lock_file: Path) -> None:
    """Resolve `wanted` within requirements.txt into a lock with hashes and no index addresses."""
    _uv(
        "pip", "compile", wanted.name, "--output-file", lock_file.name, "--python-version", OLDEST_PYTHON,
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
        raise InstallFailed("uv is missing; install the project's `infra` extra (make setup)") from None
    if done.returncode != 0:
        raise InstallFailed(f"uv {arguments[1]}: {_reason(done.stderr)}")


def _reason(said: str) -> str:
    """uv's error as one line: from where it begins, without the hints that follow it."""
    words = said.partition("error:")[2].partition("hint:")[0].split()
    return " ".join(words) or " ".join(said.split()) or "failed without a word"
