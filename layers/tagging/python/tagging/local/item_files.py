"""Items in files of this machine: what `tagging tag` and the local cloud read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tagging.image import names_image
from tagging.intake import Inline
from tagging.kinds import KINDS, Kind, find_kind

SAMPLES = {kind.function: kind.samples for kind in KINDS.values()}
"""By function: the folder of its sample items."""
IMAGE_SUFFIXES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".webp", ".gif", ".bmp", ".dib", ".tif", ".tiff"),
    *(".heic", ".heif", ".avif", ".svg", ".svgz", ".pdf", ".jxl", ".jp2", ".psd", ".ico", ".mp4", ".mov", ".webm"),
)
"""A file with one of them is an image whatever it holds, if only to be refused with its reason; any other file is one
by its first bytes."""
_MAIL_HEADERS = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2}")
_FOLDER_FILES = ("Thumbs.db", "desktop.ini")
_FOLDER_OF_MACOS = "__MACOSX"
_FIRST_BYTES = 1024


class ItemFileError(ValueError):
    """A path leads to no item; the text is one line for a person."""


@dataclass(frozen=True)
class LocalItem:
    """One item; `content` reads it when it is needed."""

    id: str
    kind: Kind
    content: Callable[[], bytes | Inline]


@dataclass(frozen=True)
class ItemFile:
    """One item that is to be put into a bucket under `key`."""

    kind: Kind
    key: str
    read: Callable[[], bytes]

    @property
    def function(self) -> str:
        """The function that tags it."""
        return find_kind(self.kind).function


def one_line(text: str) -> str:
    """The text with line ends and other characters that cannot be printed as escapes: `\\n`."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def find_items(path: Path) -> Iterator[LocalItem]:
    """The items of a file, or of a folder's files in the order of their names; ItemFileError for anything else."""
    if path.is_dir():
        for file in _files(path):
            if reader := _reader_of(file):
                yield from reader(file)
    elif not path.exists():
        raise ItemFileError(f"{path} does not exist")
    elif reader := _reader_of(path):
        yield from reader(path)
    else:
        raise ItemFileError(f"{path}: only {', '.join(_READERS)} files and images are tagged")


def skipped_files(folder: Path, is_item: Callable[[Path], object] | None = None) -> str:
    """The files of a folder that are no items, in one line: "3 files skipped: .json, .md"; "" if there are none.

    `is_item` decides; by default it is what `find_items` decides. Files that the system writes are not counted.
    """
    skipped = [file for file in _files(folder) if not (is_item or _reader_of)(file)]
    suffixes = sorted({file.suffix.lower() or "no suffix" for file in skipped})
    return f"{len(skipped)} file{'s' * (len(skipped) > 1)} skipped: {', '.join(suffixes)}" if skipped else ""


def find_mails(folder: Path) -> list[ItemFile]:
    """The mails of a folder's .eml and .mbox files, and of files without a suffix, in the order of their names."""
    mails: list[ItemFile] = []
    for path in sorted(folder.glob("*")):
        if is_mail(path) and path.suffix.lower() != ".mbox":
            mails.append(ItemFile("mail", one_line(path.name), path.read_bytes))
        elif path.suffix.lower() == ".mbox":
            parts = enumerate(_mails_of_mbox(path))
            mails += [ItemFile("mail", f"{one_line(path.name)}/{number}", read) for number, read in parts]
    return mails


def find_images(folder: Path) -> list[ItemFile]:
    """The images, by name or content, of a folder and the folders in it; empty where there are none."""
    paths = [path for path in _files(folder) if is_image(path)]
    return [ItemFile("image", one_line(path.relative_to(folder).as_posix()), path.read_bytes) for path in paths]


def is_image(path: Path) -> bool:
    """Whether a file is an image by its name or its first bytes."""
    return path.suffix.lower() in IMAGE_SUFFIXES or names_image(_beginning(path))


def is_mail(path: Path) -> bool:
    """Whether a file is a mail or holds several: by its name; without a suffix, as SES stores mails, by its headers."""
    if path.suffix:
        return path.suffix.lower() in (".eml", ".mbox") and path.is_file()
    return path.is_file() and bool(_MAIL_HEADERS.match(_beginning(path)))


def _files(folder: Path) -> list[Path]:
    """The files of a folder and the folders in it, without those that a system writes."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in _FOLDER_FILES and not _is_hidden(path.relative_to(folder).parts)
    ]


def _is_hidden(parts: tuple[str, ...]) -> bool:
    return any(part.startswith(".") or part == _FOLDER_OF_MACOS for part in parts)


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_FIRST_BYTES)


def _reader_of(path: Path) -> Callable[[Path], Iterator[LocalItem]] | None:
    reader = _READERS.get(path.suffix.lower())
    if reader is None and is_mail(path):
        return partial(_whole_file, "mail")
    return reader or (partial(_whole_file, "image") if is_image(path) else None)


def _whole_file(kind: Kind, path: Path) -> Iterator[LocalItem]:
    yield LocalItem(str(path), kind, path.read_bytes)


def _mbox(path: Path) -> Iterator[LocalItem]:
    for number, read in enumerate(_mails_of_mbox(path)):
        yield LocalItem(f"{path}#{number}", "mail", read)


def _mails_of_mbox(path: Path) -> list[Callable[[], bytes]]:
    """What reads each mail of an mbox file: each begins after a line that begins with `From `."""
    starts, ends = [], []
    offset = 0
    with path.open("rb") as lines:
        for line in lines:
            if line.startswith(b"From "):
                ends.append(offset)
                starts.append(offset + len(line))
            offset += len(line)
    return [partial(_read_part, path, start, end) for start, end in zip(starts, [*ends[1:], offset], strict=False)]


def _read_part(path: Path, start: int, end: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(end - start)


def _rows(path: Path) -> Iterator[LocalItem]:
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
        raise ItemFileError(
            f'{path}, line {number}: not a data set row, write {{"id": …, "text": …}} or {{"id": …, "path": …}}'
        ) from None
    except OSError as error:
        raise ItemFileError(f"{path}, line {number}: its file cannot be read ({error.strerror})") from None


_READERS: dict[str, Callable[[Path], Iterator[LocalItem]]] = {
    ".eml": partial(_whole_file, "mail"),
    ".mbox": _mbox,
    ".txt": partial(_whole_file, "text"),
    ".jsonl": _rows,
}
