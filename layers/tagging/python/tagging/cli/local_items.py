"""Items in files of this machine: what `tagging tag` finds under a path."""

from __future__ import annotations

import json
import mailbox
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import typer

from tagging.charsets import decode
from tagging.mail import Mail, parse_mail, text_mail


@dataclass(frozen=True)
class LocalItem:
    """One item; `read` parses it when its turn comes and raises MailError where it cannot be tagged."""

    id: str
    kind: Literal["mail", "text"]
    read: Callable[[], Mail]


def find_items(path: Path) -> Iterator[LocalItem]:
    """The items of a file, or of a folder's files in the order of their names; BadParameter for anything else."""
    if path.is_dir():
        for each in sorted(path.rglob("*")):
            if each.is_file() and each.suffix.lower() in _READERS:
                yield from find_items(each)
    elif not path.exists():
        raise typer.BadParameter(f"{path} does not exist")
    elif path.suffix.lower() not in _READERS:
        raise typer.BadParameter(f"{path}: only {', '.join(_READERS)} files are tagged")
    else:
        yield from _READERS[path.suffix.lower()](path)


def _eml(path: Path) -> Iterator[LocalItem]:
    yield LocalItem(str(path), "mail", lambda: parse_mail(path.read_bytes()))


def _txt(path: Path) -> Iterator[LocalItem]:
    yield LocalItem(str(path), "text", lambda: text_mail(decode(path.read_bytes(), None)))


def _mbox(path: Path) -> Iterator[LocalItem]:
    mails = mailbox.mbox(path, create=False)
    for key in mails.keys():  # noqa: SIM118  # a mailbox iterates over its messages, parsing each
        yield LocalItem(f"{path}#{key}", "mail", partial(_mbox_mail, mails, key))


def _mbox_mail(mails: mailbox.mbox, key: str) -> Mail:
    return parse_mail(mails.get_bytes(key))


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
            return LocalItem(item_id, "text", lambda: text_mail(text, str(row.get("subject", ""))))
        mail_file = path.parent / Path(str(row["path"]))
        return LocalItem(item_id, "mail", lambda: parse_mail(mail_file.read_bytes()))
    except (ValueError, AttributeError, KeyError):
        raise typer.BadParameter(
            f'{path}, line {number}: not a data set row, write {{"id": …, "text": …}} or {{"id": …, "path": …}}'
        ) from None


_READERS: dict[str, Callable[[Path], Iterator[LocalItem]]] = {
    ".eml": _eml,
    ".mbox": _mbox,
    ".txt": _txt,
    ".jsonl": _jsonl,
}
