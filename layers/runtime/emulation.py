"""Runs built layers for another processor under QEMU: `tagging build --emulate SYSTEM`."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from layers.runtime.built import BuildError
from layers.runtime.install import PYTHON

QEMU = {"arm64": "qemu-aarch64", "x86_64": "qemu-x86_64"}
_HIDE_PROCESSORS = 'mount -t tmpfs none /sys/devices/system/cpu && exec "$@"'
"""onnxruntime reads this machine's processors there and takes them for those of the emulated one: it can crash."""


def emulated_python(architecture: str, system: Path) -> tuple[str, ...]:
    """The command of Lambda's Python in `system`, a root folder with the libraries of that processor.

    Raises BuildError with what is missing. docs/operate.md shows how Debian's packages make such a folder.
    """
    python = system / "usr" / "bin" / f"python{PYTHON}"
    if not python.is_file():
        raise BuildError(f"{system} contains no usr/bin/python{PYTHON}: docs/operate.md shows how to make it")
    qemu, unshare = (_program(name) for name in (QEMU[architecture], "unshare"))
    hidden = (unshare, "--map-root-user", "--mount", "/bin/sh", "-c", _HIDE_PROCESSORS, "sh")
    command = (*hidden, qemu, "-L", str(system.resolve()), str(python.resolve()))
    program = "import platform; print(platform.machine(), platform.python_version())"
    done = subprocess.run([*command, "-I", "-S", "-c", program], capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise BuildError(f"Python {PYTHON} of {system} does not run under {QEMU[architecture]}: {reason}")
    return command


def _program(name: str) -> str:
    """Its path: the functions are started without PATH."""
    path = shutil.which(name)
    if path is None:
        raise BuildError(f"{name} is not on the PATH: install qemu-user and util-linux")
    return path
