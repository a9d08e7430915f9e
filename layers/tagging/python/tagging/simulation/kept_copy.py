"""Keeps the copy of a simulated stage in a folder, so that the next start need not simulate it again."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

import tagging
from tagging.simulation.stage_copy import StageCopy

USABLE: timedelta = timedelta(days=1)
"""A simulation that ended longer ago lacks days."""
_SUFFIX = ".fortnight"


def fingerprint(words: Iterable[str], files: Iterable[Path]) -> str:
    """16 hexadecimal digits of the package's source and all else that a simulation depends on."""
    digest = hashlib.sha256("\n".join(words).encode())
    sources = sorted(Path(str(tagging.__file__)).parent.rglob("*.py"))
    for path in (*sources, *files):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def read_kept(folder: Path, name: str, now: datetime) -> StageCopy | None:
    """The copy of this name, if it is there, whole and usable; a damaged one is as good as none."""
    try:
        content = zlib.decompress((folder / f"{name}{_SUFFIX}").read_bytes())
        copy = msgspec.msgpack.decode(content, type=StageCopy)
    except (OSError, zlib.error, msgspec.MsgspecError):
        return None
    return copy if timedelta(0) <= now - copy.until < USABLE else None


def keep(folder: Path, name: str, copy: StageCopy) -> None:
    """Write a copy in place of all others; without effect where the folder cannot be written."""
    new = folder / f"{name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        new.write_bytes(zlib.compress(msgspec.msgpack.encode(copy), 1))
        for old in folder.glob(f"*{_SUFFIX}"):
            old.unlink(missing_ok=True)
        new.replace(folder / f"{name}{_SUFFIX}")
    except OSError:
        with suppress(OSError):
            new.unlink(missing_ok=True)
