"""Keeps what C libraries write to standard error about broken files out of the logs: libtiff has a line per row."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOCK = threading.Lock()
_STANDARD_ERROR = 2


@contextmanager
def silence_stderr() -> Iterator[None]:
    """Nothing is written to the process's standard error within; others who decode in threads wait meanwhile."""
    with _LOCK:
        try:
            saved = os.dup(_STANDARD_ERROR)
        except OSError:  # the process has none
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, _STANDARD_ERROR)
        os.close(nowhere)
        try:
            yield
        finally:
            os.dup2(saved, _STANDARD_ERROR)
            os.close(saved)
