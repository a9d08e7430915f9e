"""`tagging build`: builds the layers of the functions for Lambda, checks them and reports their sizes."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from rich.console import Console

from infra.settings import ARCHITECTURE, StageError
from infra.stage_file import stage_settings, stages
from layers.runtime.built import BuildError, Marker
from layers.runtime.bytecode import find_python
from layers.runtime.elf import MACHINES
from layers.runtime.emulation import emulated_python
from layers.runtime.functions import DEPLOYED, WITHOUT_BUNDLE, DeployedFunction, versions_layer
from layers.runtime.install import Target
from layers.runtime.make import current_layer, make
from layers.runtime.places import BUILT, ROOT
from layers.runtime.recipes import NO_BYTECODE, Recipe, model, runtime, tagging, versions
from layers.runtime.report import LIMIT, LIMIT_OF_OTHERS, Built, BuiltFunction, print_json, print_table
from layers.runtime.sbom import write_sbom
from layers.runtime.smoke import (
    FUNCTIONS,
    Parts,
    first_correction,
    first_hour,
    first_items,
    first_probe,
    host,
    runs_here,
)

SBOM = ROOT / "build" / "sbom.cdx.json"
"""Bill of materials of all layers."""
HOST = ROOT / "build" / "host"
"""The same packages, trimmed alike, for this machine: for the smoke test if it cannot load the layer itself."""
EMULATED_ITEMS = 3
"""Items that a function tags under an emulator, beside the self-test of its bundle: it is 20 times as slow."""


def build(architecture: str, console: Console, system: Path | None = None) -> Built:
    """Bring all layers up to date and start every function from them; raises BuildError.

    `system`: folder with the Python of that processor, under which every function is started once more.
    """
    started = time.monotonic()
    python = find_python()
    layers: dict[str, Marker] = {}
    built_now: set[str] = set()
    by_stage = _stages()
    to_build = tuple(dict.fromkeys([*DEPLOYED, *sorted(chain(*by_stage), key=lambda each: each.title)]))
    for recipe in _recipes(by_stage, to_build, architecture, python):
        marker = current_layer(recipe, architecture, BUILT)
        if marker is None:
            marker = _make(recipe, architecture, BUILT, console)
            built_now.add(recipe.name)
        layers[recipe.name] = marker
    functions = [
        BuiltFunction(
            function.title,
            (FUNCTIONS / f"{function.name}.py").stat().st_size,
            tuple(layers[name] for name in function.layers),
            LIMIT_OF_OTHERS if function.variant else LIMIT,
        )
        for function in to_build
    ]
    for function, built in zip(to_build, functions, strict=True):
        _smoke(function, architecture, python, (*built.layers, layers[versions_layer(DEPLOYED)]), console)
    if system is not None:
        _emulate(to_build, architecture, system, console)
    write_sbom(to_build, tuple(dict.fromkeys(layers.values())), BUILT, SBOM)
    return Built(
        architecture=architecture,
        functions=tuple(functions),
        built_now=frozenset(built_now),
        seconds=time.monotonic() - started,
        notices=() if python else (NO_BYTECODE,),
    )


def _stages() -> list[tuple[DeployedFunction, ...]]:
    """The functions of each stage; raises BuildError for a stage file that cannot be read."""
    try:
        return [DEPLOYED, *(stage_settings(stage).functions for stage in stages())]
    except StageError as error:
        raise BuildError(str(error)) from None


def _recipes(
    by_stage: Sequence[tuple[DeployedFunction, ...]],
    functions: Sequence[DeployedFunction],
    architecture: str,
    python: str | None,
) -> Iterator[Recipe]:
    yield tagging(python)
    yield from (versions(each) for each in dict.fromkeys(by_stage))
    for function in functions:
        yield runtime(function, Target(architecture), python)
        yield model(function)


def _make(recipe: Recipe, architecture: str, into: Path, console: Console) -> Marker:
    with console.status(f"building {recipe.name} for {architecture}"):
        return make(recipe, architecture, into)


def _smoke(
    function: DeployedFunction, architecture: str, python: str | None, layers: Sequence[Marker], console: Console
) -> None:
    """Start the function from its trimmed layers, unless exactly these layers have passed before.

    Functions that tag nothing have the layers of the first function, except for the bundle, and run with it.
    """
    first = function == DEPLOYED[0]
    passed = HOST / f"{function.title}.json"
    files = [f"{function.name}.py", *(f"{name}.py" for name in WITHOUT_BUNDLE if first)]
    code = [(FUNCTIONS / name).read_text(encoding="utf-8") for name in files]
    inputs = json.dumps([architecture, python, *code, *(layer.content for layer in layers)])
    if passed.is_file() and passed.read_text(encoding="utf-8") == inputs:
        return
    folder = BUILT
    if not runs_here(architecture, python):
        folder = HOST
        recipe = runtime(function, host(python), None)
        if current_layer(recipe, "host", HOST) is None:
            _make(recipe, "host", HOST, console)
    with console.status(f"starting {function.name} from its trimmed layers"):
        deployed = BUILT / versions_layer(DEPLOYED) / "versions"
        parts = Parts(folder / function.runtime, BUILT / "tagging", BUILT / function.model, versions=deployed)
        first_items(function, parts, python or sys.executable)
        if first:
            first_probe(parts, python or sys.executable)
            first_hour(parts, python or sys.executable)
            first_correction(parts, python or sys.executable)
    HOST.mkdir(parents=True, exist_ok=True)
    passed.write_text(inputs, encoding="utf-8")


def _emulate(functions: Sequence[DeployedFunction], architecture: str, system: Path, console: Console) -> None:
    """Start every function from exactly the layers that Lambda gets, on an emulated processor."""
    command = emulated_python(architecture, system)
    for function in functions:
        with console.status(f"starting {function.name} on an emulated {architecture}"):
            parts = Parts(BUILT / function.runtime, BUILT / "tagging", BUILT / function.model)
            first_items(function, parts, *command, only=EMULATED_ITEMS)
        console.print(f"{function.title} starts and tags on an emulated {architecture}", highlight=False)


def main() -> int:
    """Exit code 0: layers built; 1: they cannot be built or are too large; 2: wrong use."""
    parser = argparse.ArgumentParser(prog="tagging build", description=__doc__)
    parser.add_argument("--architecture", choices=sorted(MACHINES), default=ARCHITECTURE)
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")
    parser.add_argument("--emulate", type=Path, metavar="SYSTEM", help="start the functions under QEMU, too")
    arguments = parser.parse_args()
    # CDK sets FORCE_COLOR for its subprocesses, which would print a spinner into a log.
    console = Console(stderr=True, force_terminal=sys.stderr.isatty())
    try:
        built = build(arguments.architecture, console, arguments.emulate)
    except (BuildError, subprocess.SubprocessError, OSError) as error:
        console.print(f"tagging build: {error}", style="red", highlight=False, soft_wrap=True, markup=False)
        return 1
    if arguments.json:
        print_json(built)
    else:
        print_table(built, console)
    if not built.fits:
        limit = next(function.limit for function in built.functions if not function.fits)
        console.print(f"tagging build: over the limit of {limit:,} bytes unzipped", style="red")
    return 0 if built.fits else 1


if __name__ == "__main__":
    sys.exit(main())
