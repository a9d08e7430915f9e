"""The recipe of each layer: its inputs and the steps that fill its folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from layers.runtime import tree
from layers.runtime.aws_models import slim
from layers.runtime.built import BuildError
from layers.runtime.bytecode import compile_all
from layers.runtime.elf import problems
from layers.runtime.functions import DeployedFunction, versions_layer
from layers.runtime.install import PYTHON, Target, install
from layers.runtime.licences import add_model_licences, add_package_licences
from layers.runtime.own_bundle import own_bundle
from layers.runtime.places import ROOT, RUNTIME
from layers.runtime.prune import prune
from layers.runtime.strip import strip_all
from tagging.serving import VERSION_FILES

SERVED_AS = "/opt/python"
"""Folder of a layer's Python in Lambda."""

NOT_DEPLOYED = ("operations", "learning", "console", "local", "simulation", "cli")
"""Folders of the package `tagging` that no function loads."""

NO_BYTECODE = f"no Python {PYTHON} on this machine: the layers carry no bytecode, and every cold start compiles them"


@dataclass(frozen=True)
class Recipe:
    """One layer: its name, the hash of its inputs, and the function that fills its folder."""

    name: str
    inputs: str
    fill: Callable[[Path], None]


def runtime(function: DeployedFunction, target: Target, python: str | None) -> Recipe:
    """Third-party packages for the target: pruned, stripped, compiled with `python` if given, checked for Lambda."""
    lock_file = RUNTIME / f"{function.name}.txt"

    def fill(folder: Path) -> None:
        install(lock_file, folder / "python", target)
        prune(folder / "python")
        slim(folder / "python" / "botocore" / "data")
        strip_all(folder / "python")
        add_package_licences(folder / "python")
        if python:
            compile_all(folder, python, "/opt")
        if target.architecture and (errors := problems(folder, target.architecture)):
            raise BuildError(f"{len(errors)} libraries would not load in Lambda: {errors[0]}")

    built_for = (target.architecture, None if target.architecture else target.python, bool(python))
    return Recipe(function.runtime, _hash(lock_file.read_text(encoding="utf-8"), _recipe_sources(), built_for), fill)


def tagging(python: str | None) -> Recipe:
    """Our package without the folders that functions do not load."""
    source = ROOT / "layers" / "tagging" / "python"

    def deployed(below: Path) -> bool:
        return below.suffix != ".pyc" and below.parts[1] not in NOT_DEPLOYED

    def fill(folder: Path) -> None:
        tree.copy(source, folder / "python", deployed)
        if python:
            compile_all(folder, python, "/opt")

    return Recipe("tagging", _hash(tree.content_hash(source, deployed), _recipe_sources(), bool(python)), fill)


def model(function: DeployedFunction) -> Recipe:
    """The bundle, exactly as it was evaluated, and the licence of its weights."""
    bundle = _bundle(function)

    def fill(folder: Path) -> None:
        tree.copy(bundle, folder / "bundle")
        add_model_licences(folder, function.model)

    return Recipe(function.model, _hash(tree.content_hash(bundle), _recipe_sources()), fill)


def versions(functions: Sequence[DeployedFunction]) -> Recipe:
    """The versions of these functions' bundles, without their encoders, a folder for each kind."""
    bundles = {function.kind: _bundle(function) for function in functions}

    def needed(below: Path) -> bool:
        return below.as_posix() in VERSION_FILES

    def fill(folder: Path) -> None:
        for kind, bundle in bundles.items():
            tree.copy(bundle, folder / "versions" / kind, needed)

    contents = {kind: tree.content_hash(bundle, needed) for kind, bundle in bundles.items()}
    return Recipe(versions_layer(functions), _hash(contents, _recipe_sources()), fill)


def _bundle(function: DeployedFunction) -> Path:
    """The folder of a function's bundle. Raises BuildError where it is not complete."""
    bundle = ROOT / function.bundle
    if function.own is not None:
        own_bundle(ROOT, function)
    elif function.encoder == "multilingual":
        from layers.mail_model.multilingual.recipe import multilingual_bundle  # the extra `learning`

        bundle = multilingual_bundle()
    if not (bundle / "manifest.json").is_file():
        raise BuildError(f"{bundle} is not complete: manifest.json is missing")
    return bundle


def _recipe_sources() -> str:
    """The recipes are inputs too: a changed prune rule makes a new layer."""
    modules = ("aws_models", "bytecode", "elf", "install", "licences", "make", "prune", "recipes", "strip", "tree")
    names = {f"{name}.py" for name in modules}
    return tree.content_hash(RUNTIME, lambda below: below.as_posix() in names)


def _hash(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()
