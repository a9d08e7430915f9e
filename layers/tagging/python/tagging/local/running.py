"""The local cloud that `tagging local` keeps running: other commands find it as stage `local`."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tagging.local.moto_server import CHILD_ENVIRONMENT

_FILE = Path("build/local/running.json")


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
        file.unlink(missing_ok=True)


def running_endpoint(root: Path) -> str | None:
    """The endpoint of the local cloud that runs for the project at `root`; None where none does."""
    try:
        endpoint = str(json.loads((root / _FILE).read_bytes())["endpoint"])
        address = urlsplit(endpoint)
        socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=1).close()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return endpoint


def client_environment(endpoint: str) -> dict[str, str]:
    """Environment of AWS clients for a local cloud: its endpoint, and no profile or account of the person."""
    names = [name for name in CHILD_ENVIRONMENT if name.startswith("AWS_")]
    return {name: CHILD_ENVIRONMENT[name] for name in names} | {"AWS_ENDPOINT_URL": endpoint}
