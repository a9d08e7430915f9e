"""Writes each function's lock, `<function>.txt`, from its `<function>.in`: run as `python -m layers.runtime.lock`."""

from __future__ import annotations

import sys

from layers.runtime.built import BuildError
from layers.runtime.install import lock
from layers.runtime.places import RUNTIME

if __name__ == "__main__":
    try:
        for requirements in sorted(RUNTIME.glob("*.in")):
            lock(requirements, requirements.with_suffix(".txt"))
    except BuildError as error:
        sys.exit(f"lock: {error}")
