"""The items of a demo run: mails and images in folders of this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tagging.cli.local_items import is_image
from tagging.intake import Kind


@dataclass(frozen=True)
class ItemFile:
    """An item on this machine; `key` is what it is called in the bucket."""

    kind: Kind
    key: str
    read: Callable[[], bytes]

    @property
    def function(self) -> str:
        """The function that tags it."""
        return f"tag_{self.kind}"


def find_mails(folder: Path) -> list[ItemFile]:
    """The mails of a folder's .eml and .mbox files, in the order of their names; empty where there are none."""
    found: list[ItemFile] = []
    for path in sorted(folder.glob("*")):
        if path.suffix.lower() == ".eml":
            found.append(ItemFile("mail", path.name, path.read_bytes))
        elif path.suffix.lower() == ".mbox":
            found += _mails_in(path)
    return found


def _mails_in(mbox: Path) -> Iterator[ItemFile]:
    """The mails of an mbox file by their places in it: each begins after a line that begins with `From `."""
    ends: list[tuple[int, int]] = []
    place = 0
    with mbox.open("rb") as lines:
        for line in lines:
            if line.startswith(b"From "):
                ends.append((place, place + len(line)))
            place += len(line)
    for number, (_, begin) in enumerate(ends):
        end = ends[number + 1][0] if number + 1 < len(ends) else place
        yield ItemFile("mail", f"{mbox.name}/{number}", partial(_read_part, mbox, begin, end))


def _read_part(path: Path, begin: int, end: int) -> bytes:
    with path.open("rb") as file:
        file.seek(begin)
        return file.read(end - begin)


def find_images(folder: Path) -> list[ItemFile]:
    """The files of a folder, and of those in it, that are images by name or content; empty where there are none."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and is_image(path)]
    return [ItemFile("image", path.relative_to(folder).as_posix(), path.read_bytes) for path in paths]
