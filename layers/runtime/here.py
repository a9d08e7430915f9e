"""Builds a function's runtime layer for this machine and this Python, and prints its folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from layers.runtime.built import BuildError
from layers.runtime.functions import DEPLOYED
from layers.runtime.install import Target
from layers.runtime.make import current_layer, make
from layers.runtime.places import ROOT
from layers.runtime.recipes import runtime

HERE = ROOT / "build" / "here"
"""Trimmed and compiled as for Lambda, so that a start here loads the same files as there."""


def layer_here(name: str) -> Path:
    """The folder of the function's runtime layer, built if it is not current. Raises BuildError."""
    function = next(each for each in DEPLOYED if each.name == name)
    recipe = runtime(function, Target(None, sys.executable), sys.executable)
    if current_layer(recipe, "host", HERE) is None:
        make(recipe, "host", HERE)
    return HERE / recipe.name


if __name__ == "__main__":
    try:
        print(layer_here(sys.argv[1]))
    except (BuildError, subprocess.SubprocessError) as error:
        sys.exit(f"the layer cannot be built: {error}")
