"""Where the clone of the project is, for the commands that need more than the package."""

from __future__ import annotations

import sys
from pathlib import Path

import typer


def root() -> Path:
    """The clone's folder. BadParameter where the package is installed without one."""
    from tagging.local import find_clone

    if clone := find_clone():
        return clone
    raise typer.BadParameter("this command needs a clone of the project: install with `make setup` in one")


def use_clone() -> Path:
    """Make `infra` and `benchmarks` of the clone importable; its folder. BadParameter without one."""
    clone = root()
    if str(clone) not in sys.path:
        sys.path.append(str(clone))
    return clone
