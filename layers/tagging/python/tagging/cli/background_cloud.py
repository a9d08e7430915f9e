"""The local cloud that `--local` starts in the background where none runs, and how `tagging local --stop` ends one."""

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

import typer

from tagging.cli.errors import failed
from tagging.cli.progress import show_progress
from tagging.cli.project import root
from tagging.local import running_cloud

IDLE_HOURS = 8.0
"""A cloud in the background ends after so many hours without a command."""
LOG = Path("build/local/background.log")
_LOCK = Path("build/local/starting.lock")
_PROGRAM = "from tagging.cli.main import main; main()"
_started: list[subprocess.Popen[bytes]] = []
"""What was started and outlives this process."""
_PATIENCE_S = 30.0
"""Until a cloud that was told to end has ended."""


def ensure_cloud(*, fortnight: bool = True) -> None:
    """Start a local cloud in the background unless one runs, and wait until commands reach it.

    Raises BadParameter without a clone, Exit where the cloud does not start.
    """
    clone = root()
    with _alone(clone):
        if running_cloud(clone) is not None:
            return
        words = ["local", *(["--fortnight"] if fortnight else []), "--idle-hours", str(IDLE_HOURS)]
        with (clone / LOG).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # it outlives this command and its terminal
            )
        _started.append(process)
        try:
            with show_progress("starting a local cloud with a simulated fortnight; the first time takes a minute"):
                while running_cloud(clone) is None:
                    if process.poll() is not None:
                        raise failed("local", _last_line(clone / LOG))
                    time.sleep(0.2)
        except KeyboardInterrupt:
            process.terminate()
            raise
    print(
        "tagging: a local cloud runs in the background as stage local; `tagging local --stop` ends it", file=sys.stderr
    )


def stop_cloud() -> None:
    """End the local cloud that runs; its data is gone. Raises BadParameter where none does, Exit where it stays."""
    running = running_cloud(root())
    if running is None:
        raise typer.BadParameter("no local cloud runs")
    os.kill(running.pid, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE_S
    while running_cloud(root()) is not None:
        if time.monotonic() > deadline:
            raise failed("local", f"the local cloud of process {running.pid} has not ended yet")
        time.sleep(0.1)


@contextmanager
def _alone(clone: Path) -> Iterator[None]:
    """One command at a time starts a cloud; another one waits, and finds it running."""
    file = clone / _LOCK
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1].removeprefix("tagging local: ") if lines else "it ended without a word"
