"""Writes tag_mail.txt, the lock of the runtime layer, from tag_mail.in: run as `python -m layers.runtime.lock`."""

from __future__ import annotations

import sys

from layers.runtime.install import InstallFailed, lock
from layers.runtime.places import RUNTIME

if __name__ == "__main__":
    try:
        lock(RUNTIME / "tag_mail.in", RUNTIME / "tag_mail.txt")
    except InstallFailed as failed:
        sys.exit(f"lock: {failed}")
