"""Items in files of this machine: what `tagging tag` finds under a path."""

from __future__ import annotations

import json
import mailbox
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import typer

from tagging.image import looks_like_image
from tagging.intake import Inline, Kind

IMAGES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff")
"""Files that are images by their names, whatever they hold; any other file is one by its first bytes."""
_MAGIC_BYTES = 16


@dataclass(frozen=True)
class LocalItem:
    """One item; `content` reads it when its turn comes."""

    id: str
    kind: Kind
    content: Callable[[], bytes | Inline]


def find_items(path: Path) -> Iterator[LocalItem]:
    """The items of a file, or of a folder's files in the order of their names; BadParameter for anything else."""
    if path.is_dir():
        for each in sorted(path.rglob("*")):
            if each.is_file() and (reader := _reader_of(each)):
                yield from reader(each)
    elif not path.exists():
        raise typer.BadParameter(f"{path} does not exist")
    elif reader := _reader_of(path):
        yield from reader(path)
    else:
        raise typer.BadParameter(f"{path}: only {', '.join(_READERS)} files and images are tagged")


def _reader_of(path: Path) -> Callable[[Path], Iterator[LocalItem]] | None:
    return _READERS.get(path.suffix.lower()) or (_image if is_image(path) else None)


def is_image(path: Path) -> bool:
    """Whether a file is an image by its name or its first bytes."""
    if path.suffix.lower() in IMAGES:
        return True
    with path.open("rb") as file:
        return looks_like_image(file.read(_MAGIC_BYTES))


def _eml(path: Path) -> Iterator[LocalItem]:
    yield LocalItem(str(path), "mail", path.read_bytes)


def _txt(path: Path) -> Iterator[LocalItem]:
    yield LocalItem(str(path), "text", path.read_bytes)


def _image(path: Path) -> Iterator[LocalItem]:
    yield LocalItem(str(path), "image", path.read_bytes)


def _mbox(path: Path) -> Iterator[LocalItem]:
    mails = mailbox.mbox(path, create=False)
    for key in mails.keys():  # noqa: SIM118  # a mailbox iterates over its messages, parsing each
        yield LocalItem(f"{path}#{key}", "mail", partial(mails.get_bytes, key))


def _jsonl(path: Path) -> Iterator[LocalItem]:
    """Rows of a data set: `id`, and `text` or the `path` of a file beside it."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _row(path, number, line)


def _row(path: Path, number: int, line: str) -> LocalItem:
    try:
        row: dict[str, Any] = json.loads(line)
        item_id, text = str(row.get("id", f"{path}#{number}")), row.get("text")
        if isinstance(text, str):
            return LocalItem(item_id, "text", lambda: Inline(item_id, text, str(row.get("subject", ""))))
        file = path.parent / Path(str(row["path"]))
        return LocalItem(item_id, "image" if is_image(file) else "mail", file.read_bytes)
    except (ValueError, AttributeError, KeyError):
        raise typer.BadParameter(
            f'{path}, line {number}: not a data set row, write {{"id": …, "text": …}} or {{"id": …, "path": …}}'
        ) from None
    except OSError as error:
        raise typer.BadParameter(f"{path}, line {number}: its file cannot be read ({error.strerror})") from None


_READERS: dict[str, Callable[[Path], Iterator[LocalItem]]] = {
    ".eml": _eml,
    ".mbox": _mbox,
    ".txt": _txt,
    ".jsonl": _jsonl,
}
