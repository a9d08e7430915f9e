"""`tagging build`: makes the layers of the functions for Lambda, checks them and says how large they are."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console

from infra.settings import ARCHITECTURE
from layers.runtime.built import Marker
from layers.runtime.bytecode import find_python
from layers.runtime.elf import MACHINES
from layers.runtime.functions import DEPLOYED, DeployedFunction
from layers.runtime.install import InstallFailed, Target
from layers.runtime.make import make, standing
from layers.runtime.places import BUILT, ROOT
from layers.runtime.recipes import NO_BYTECODE, BuildFailed, Recipe, model, runtime, tagging
from layers.runtime.report import LIMIT, Built, BuiltFunction, print_json, print_table
from layers.runtime.smoke import FUNCTIONS, Parts, first_items, host, runs_here

HOST = ROOT / "build" / "host"
"""The same packages, trimmed alike, for this machine: what the smoke test loads where it cannot load the layer."""


def build(architecture: str, console: Console) -> Built:
    """Bring all layers up to date and start every function from them; raises InstallFailed and BuildFailed."""
    began = time.monotonic()
    python = find_python()
    layers: dict[str, Marker] = {}
    made: set[str] = set()
    for recipe in _recipes(architecture, python):
        marker = standing(recipe, architecture, BUILT)
        if marker is None:
            marker = _make(recipe, architecture, BUILT, console)
            made.add(recipe.name)
        layers[recipe.name] = marker
    functions = [
        BuiltFunction(
            function.name,
            (FUNCTIONS / f"{function.name}.py").stat().st_size,
            tuple(layers[name] for name in function.layers),
        )
        for function in DEPLOYED
    ]
    for function, built in zip(DEPLOYED, functions, strict=True):
        _smoke(function, architecture, python, built.layers, console)
    return Built(
        architecture=architecture,
        functions=tuple(functions),
        made=frozenset(made),
        seconds=time.monotonic() - began,
        notices=() if python else (NO_BYTECODE,),
    )


def _recipes(architecture: str, python: str | None) -> Iterator[Recipe]:
    yield tagging(python)
    for function in DEPLOYED:
        yield runtime(function, Target(architecture), python)
        yield model(function)


def _make(recipe: Recipe, architecture: str, into: Path, console: Console) -> Marker:
    with console.status(f"making {recipe.name} for {architecture}"):
        return make(recipe, architecture, into)


def _smoke(
    function: DeployedFunction, architecture: str, python: str | None, layers: Sequence[Marker], console: Console
) -> None:
    """Start the function from its trimmed layers, unless exactly these have passed already."""
    passed = HOST / f"{function.name}.json"
    code = (FUNCTIONS / f"{function.name}.py").read_text(encoding="utf-8")
    trial = json.dumps([architecture, python, code, *(layer.content for layer in layers)])
    if passed.is_file() and passed.read_text(encoding="utf-8") == trial:
        return
    here = BUILT
    if not runs_here(architecture, python):
        here = HOST
        recipe = runtime(function, host(python), None)
        if standing(recipe, "host", HOST) is None:
            _make(recipe, "host", HOST, console)
    with console.status(f"starting {function.name} from its trimmed layers"):
        parts = Parts(here / function.runtime, BUILT / "tagging", BUILT / function.model)
        first_items(function, parts, python or sys.executable)
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
        console.print(f"tagging build: over the limit of {LIMIT:,} bytes unzipped", style="red")
    return 0 if built.fits else 1


if __name__ == "__main__":
    sys.exit(main())
