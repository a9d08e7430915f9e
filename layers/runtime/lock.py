"""Writes each function's lock, `<function>.txt`, from its `<function>.in`: run as `python -m layers.runtime.lock`."""

from __future__ import annotations

import sys

from layers.runtime.install import InstallFailed, lock
from layers.runtime.places import RUNTIME

if __name__ == "__main__":
    try:
        for wanted in sorted(RUNTIME.glob("*.in")):
            lock(wanted, wanted.with_suffix(".txt"))
    except InstallFailed as failed:
        sys.exit(f"lock: {failed}")
