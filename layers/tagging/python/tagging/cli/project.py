"""Where the clone of the project is, for the commands that need more than the package."""

from __future__ import annotations

import sys
from pathlib import Path

import typer


def root() -> Path:
    """The clone's folder: the one above `layers/` that holds cdk.json. BadParameter where there is none."""
    for folder in Path(__file__).resolve().parents:
        if (folder / "cdk.json").exists():
            return folder
    raise typer.BadParameter("this command needs a clone of the project: install with `make setup` in one")


def use_clone() -> Path:
    """Make `infra` and `benchmarks` of the clone importable; its folder. BadParameter without one."""
    clone = root()
    if str(clone) not in sys.path:
        sys.path.append(str(clone))
    return clone
