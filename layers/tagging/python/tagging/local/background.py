"""The local cloud that `--local` starts in the background where none runs, and how a running one is ended."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tagging.local.running import running_cloud

IDLE_HOURS = 8.0
"""A cloud in the background ends after so many hours without a command."""
LOG = Path("build/local/background.log")
_LOCK = Path("build/local/starting.lock")
_PROGRAM = "from tagging.cli.main import main; main()"
_WORDS = ("local", "--fortnight", "--idle-hours", str(IDLE_HOURS))
_started: list[subprocess.Popen[bytes]] = []
"""What was started and outlives this process."""
_PATIENCE_S = 30.0
"""Until a cloud that was told to end has ended."""


class CloudError(Exception):
    """The local cloud did not start, or did not end; the message says why."""


def ensure_cloud(root: Path) -> bool:
    """Start a local cloud with a fortnight in the background unless one runs, and wait until commands reach it.

    False where one runs already. Raises CloudError.
    """
    with _alone(root):
        if running_cloud(root) is not None:
            return False
        with (root / LOG).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, *_WORDS],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # it outlives this command and its terminal
            )
        _started.append(process)
        try:
            while running_cloud(root) is None:
                if process.poll() is not None:
                    raise CloudError(_last_line(root / LOG))
                time.sleep(0.2)
        except KeyboardInterrupt:
            process.terminate()
            raise
    return True


def stop_cloud(root: Path) -> None:
    """End the local cloud that runs; its data is gone. Raises CloudError where none does, or where it stays."""
    running = running_cloud(root)
    if running is None:
        raise CloudError("no local cloud runs")
    os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE_S
    while running_cloud(root) is not None:
        if time.monotonic() > deadline:
            raise CloudError(f"the local cloud of process {running.pid} has not ended yet")
        time.sleep(0.1)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """One command at a time starts a cloud; another one waits, and finds it running."""
    file = root / _LOCK
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1].removeprefix("tagging local: ") if lines else "it ended without a word"
