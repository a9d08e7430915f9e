"""Silences C libraries that write to standard error: libtiff writes a line per broken row."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOCK = threading.Lock()
_STANDARD_ERROR = 2


@contextmanager
def silence_stderr() -> Iterator[None]:
    """Discards writes to the standard error of the process; one thread at a time, others wait."""
    with _LOCK:
        try:
            saved = os.dup(_STANDARD_ERROR)
        except OSError:  # the process has no standard error
            yield
            return
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, _STANDARD_ERROR)
        os.close(devnull)
        try:
            yield
        finally:
            os.dup2(saved, _STANDARD_ERROR)
            os.close(saved)
