"""Makes a function's runtime layer for this machine and the Python that runs this, and prints its folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from layers.runtime.functions import DEPLOYED
from layers.runtime.install import InstallFailed, Target
from layers.runtime.make import make, standing
from layers.runtime.places import ROOT
from layers.runtime.recipes import BuildFailed, runtime

HERE = ROOT / "build" / "here"
"""Trimmed and compiled as for Lambda, so that a start here loads what a start there loads."""


def layer_here(name: str) -> Path:
    """The folder of the runtime layer of the function `name`, made unless it stands. Raises what a build raises."""
    function = next(each for each in DEPLOYED if each.name == name)
    recipe = runtime(function, Target(None, sys.executable), sys.executable)
    if standing(recipe, "host", HERE) is None:
        make(recipe, "host", HERE)
    return HERE / recipe.name


if __name__ == "__main__":
    try:
        print(layer_here(sys.argv[1]))
    except (InstallFailed, BuildFailed, subprocess.SubprocessError) as failed:
        sys.exit(f"the layer cannot be made: {failed}")
