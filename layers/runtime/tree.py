"""Folders as reproducible content: copied, dated, hashed and measured in a fixed order."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)
_EPOCH_S = 315532800
"""The same in seconds: the date of every file in a layer, the earliest of a zip file."""


def files(folder: Path) -> Iterator[Path]:
    """Every file below the folder, sorted by path, without .DS_Store."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != ".DS_Store":
            yield path


def sources(folder: Path) -> Iterator[Path]:
    """All files except bytecode."""
    return (path for path in files(folder) if path.suffix != ".pyc")


def copy(source: Path, into: Path, chosen: Callable[[Path], bool] = lambda _: True) -> None:
    """Copy the sources whose path below `source` is chosen."""
    for path in sources(source):
        below = path.relative_to(source)
        if chosen(below):
            (into / below).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, into / below)


def normalise(folder: Path) -> None:
    """Give every file and folder the same date and readable modes; remove empty folders."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
                continue
            path.chmod(0o755)
        else:
            path.chmod(0o644)
        os.utime(path, (_EPOCH_S, _EPOCH_S))


def content_hash(folder: Path, chosen: Callable[[Path], bool] = lambda _: True) -> str:
    """SHA-256 over paths and bytes of the chosen files (by their path below the folder), as hex."""
    digest = hashlib.sha256()
    for path in files(folder):
        below = path.relative_to(folder)
        if chosen(below):
            digest.update(f"{below.as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def size(folder: Path) -> int:
    """Bytes of all files below the folder."""
    return sum(path.stat().st_size for path in files(folder))


def zipped_size(folder: Path) -> int:
    """Bytes of the folder as a zip file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files(folder):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return file.tell()
