"""The local cloud that `tagging local` keeps running: other commands find it as stage `local`."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import inf
from pathlib import Path
from urllib.parse import urlsplit

from tagging.local.moto_server import CHILD_ENVIRONMENT

_FILE = Path("build/local/running.json")
"""Its time of modification is that of the last use."""


@dataclass(frozen=True)
class RunningCloud:
    """Where a local cloud is reached, and the process that keeps it."""

    endpoint: str
    pid: int


@contextmanager
def announced(root: Path, endpoint: str) -> Iterator[None]:
    """Let other commands find the local cloud at `endpoint` while the work within lasts."""
    file = root / _FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(f".{os.getpid()}")
    new.write_text(json.dumps({"endpoint": endpoint, "pid": os.getpid()}))
    new.replace(file)
    try:
        yield
    finally:
        if (announced_now := _announced(root)) is not None and announced_now.pid == os.getpid():
            file.unlink(missing_ok=True)  # another cloud may have been announced since


def running_cloud(root: Path) -> RunningCloud | None:
    """The local cloud that runs for the project at `root`; None where none does."""
    running = _announced(root)
    if running is None:
        return None
    try:
        address = urlsplit(running.endpoint)
        socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=1).close()
    except (OSError, ValueError):
        return None
    return running


def note_use(root: Path) -> None:
    """Note that a command uses the local cloud now."""
    with suppress(FileNotFoundError):
        os.utime(root / _FILE)


def idle_hours(root: Path) -> float:
    """Hours since a command used the local cloud that is announced; infinity where none is."""
    try:
        return (time.time() - (root / _FILE).stat().st_mtime) / 3600
    except FileNotFoundError:
        return inf


def client_environment(endpoint: str) -> dict[str, str]:
    """Environment of AWS clients for a local cloud: its endpoint, and no profile or account of the person."""
    names = [name for name in CHILD_ENVIRONMENT if name.startswith("AWS_")]
    return {name: CHILD_ENVIRONMENT[name] for name in names} | {"AWS_ENDPOINT_URL": endpoint}


def _announced(root: Path) -> RunningCloud | None:
    """The cloud that is announced, whether it runs or not; None where none is."""
    try:
        found = json.loads((root / _FILE).read_bytes())
        return RunningCloud(str(found["endpoint"]), int(found["pid"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
