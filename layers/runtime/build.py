"""`tagging build`: makes the layers of the mail function for Lambda, checks them and says how large they are."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console

from infra.settings import ARCHITECTURE
from layers.runtime.built import Marker
from layers.runtime.bytecode import find_python
from layers.runtime.elf import MACHINES
from layers.runtime.install import InstallFailed, Target
from layers.runtime.make import make, standing
from layers.runtime.places import BUILT, ROOT
from layers.runtime.recipes import NO_BYTECODE, BuildFailed, Recipe, mail_model, runtime, tagging
from layers.runtime.report import LIMIT, Built, print_json, print_table
from layers.runtime.smoke import FUNCTIONS, Parts, first_mail, host, runs_here

HOST = ROOT / "build" / "host"
"""The same packages, trimmed alike, for this machine: what the smoke test loads where it cannot load the layer."""


def build(architecture: str, console: Console) -> Built:
    """Bring the three layers up to date; raises InstallFailed and BuildFailed."""
    began = time.monotonic()
    python = find_python()
    layers: list[Marker] = []
    made: set[str] = set()
    for recipe in (runtime(Target(architecture), python), tagging(python), mail_model()):
        marker = standing(recipe, architecture, BUILT)
        if marker is None:
            marker = _make(recipe, architecture, BUILT, console)
            made.add(recipe.name)
        layers.append(marker)
    _smoke(architecture, python, layers, console)
    return Built(
        architecture=architecture,
        layers=tuple(layers),
        made=frozenset(made),
        function_bytes=(FUNCTIONS / "tag_mail.py").stat().st_size,
        seconds=time.monotonic() - began,
        notices=() if python else (NO_BYTECODE,),
    )


def _make(recipe: Recipe, architecture: str, into: Path, console: Console) -> Marker:
    with console.status(f"making {recipe.name} for {architecture}"):
        return make(recipe, architecture, into)


def _smoke(architecture: str, python: str | None, layers: list[Marker], console: Console) -> None:
    """Start the function from the trimmed layers, unless exactly these have passed already."""
    passed = HOST / "passed.json"
    function = (FUNCTIONS / "tag_mail.py").read_text(encoding="utf-8")
    trial = json.dumps([architecture, python, function, *(layer.content for layer in layers)])
    if passed.is_file() and passed.read_text(encoding="utf-8") == trial:
        return
    here = BUILT
    if not runs_here(architecture, python):
        here = HOST
        recipe = runtime(host(python), None)
        if standing(recipe, "host", HOST) is None:
            _make(recipe, "host", HOST, console)
    with console.status("starting the function from the trimmed layers"):
        parts = Parts(here / "runtime-tag_mail", BUILT / "tagging", BUILT / "mail_model")
        first_mail(parts, python or sys.executable)
    HOST.mkdir(parents=True, exist_ok=True)
    passed.write_text(trial, encoding="utf-8")


def main() -> int:
    """Exit code 0 when the layers stand, 1 when they cannot be made or are too large, 2 for wrong use."""
    parser = argparse.ArgumentParser(prog="tagging build", description=__doc__)
    parser.add_argument("--architecture", choices=sorted(MACHINES), default=ARCHITECTURE)
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    asked = parser.parse_args()
    # CDK sets FORCE_COLOR for what it runs, which would make a spinner of a log.
    console = Console(stderr=True, force_terminal=sys.stderr.isatty())
    try:
        built = build(asked.architecture, console)
    except (InstallFailed, BuildFailed, subprocess.SubprocessError, OSError) as failed:
        console.print(f"tagging build: {failed}", style="red", highlight=False, soft_wrap=True, markup=False)
        return 1
    if asked.json:
        print_json(built)
    else:
        print_table(built, console)
    if not built.fits:
        console.print(f"tagging build: {built.unzipped:,} bytes unzipped, over the limit of {LIMIT:,}", style="red")
    return 0 if built.fits else 1


if __name__ == "__main__":
    sys.exit(main())
