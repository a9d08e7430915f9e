"""`tagging build`: the layers for Lambda, made, checked and measured by layers/runtime."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from tagging.cli.project import root


class Processor(StrEnum):
    """The processors that Lambda offers."""

    ARM64 = "arm64"
    X86_64 = "x86_64"


def build(
    architecture: Annotated[
        Processor | None, typer.Option(help="Processor to build for, instead of the one in infra/settings.py.")
    ] = None,
    emulate: Annotated[
        Path | None,
        typer.Option(metavar="SYSTEM", help="Start the functions under QEMU, too, with this root folder's Python."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, nothing else.")] = False,
) -> None:
    """Make the layers for Lambda, check that they would load and start, and show their sizes."""
    options = [*(["--architecture", architecture] if architecture else []), *(["--json"] if as_json else [])]
    options += ["--emulate", str(emulate.absolute())] if emulate else []
    # A process of its own: the build is part of the project, not of the installed package.
    command = [sys.executable, "-m", "layers.runtime.build", *options]
    with subprocess.Popen(command, cwd=root(), start_new_session=True) as process:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            # Ctrl-C does not reach another session: the build ends without a word of its own, with what it started.
            os.killpg(process.pid, signal.SIGTERM)
            raise
    raise typer.Exit(code)
