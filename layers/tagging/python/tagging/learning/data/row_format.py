"""One data set row as JSON: {"id", "text" or "path", "labels", "unknown", …} to an Example and back."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tagging.image import looks_like_image
from tagging.learning.data.images import has_image_name, read_image
from tagging.learning.data.rows import Example, ImageFile
from tagging.mail import clean, has_words, parse_mail
from tagging.quarantine import Quarantined

ALL_OTHERS = "*"
"""In `unknown`: every label that is not in `labels`."""
OPTIONAL = ("group", "split", "source", "annotator", "time")
MAIL_SUFFIXES = frozenset({".eml", ".txt"})
"""Never images, whatever their first bytes: a mail may begin with "BM", as a bitmap does."""
_NAMED = {"id", "text", "subject", "path", "labels", "unknown", *OPTIONAL}


class RowError(Exception):
    """An unusable row; the message names the problem and quotes nothing of the text."""


@dataclass(frozen=True)
class ReadRow:
    """A row with the bytes of the mail or image file it names, if it names one."""

    row: Example
    file: bytes = b""


def parse_row(line: bytes, folder: Path, default_id: str) -> ReadRow:
    """Read one line of a data set; `path` is looked up from `folder`. Raises RowError."""
    try:
        content = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise RowError("is not UTF-8; save the file as UTF-8") from None
    except (ValueError, RecursionError):
        raise RowError('is not JSON; write {"id": …, "text": …, "labels": […]}') from None
    if not isinstance(content, dict):
        raise RowError('is no JSON object; write {"id": …, "text": …, "labels": […]}')
    if "text" in content:
        return ReadRow(row_of(content, _text(content), default_id))
    path, file = _file(content, folder)
    named_mail = path.suffix.lower() in MAIL_SUFFIXES
    is_image = has_image_name(path) or (looks_like_image(file) and not named_mail)
    about = _image(path, file) if is_image else _mail_text(file)
    return ReadRow(row_of(content, about, default_id), file)


def row_of(content: Mapping[str, Any], about: str | ImageFile, default_id: str) -> Example:
    """The row with these fields, about a text or an image; further fields are kept as text in `extra`.

    Raises RowError.
    """
    # As in serving: invisible characters and lone surrogates break tokenisers and cannot be written to a file.
    text = clean(about) if isinstance(about, str) else ""
    if isinstance(about, str) and not has_words(text):
        raise RowError("has no text")
    group, split, source, annotator, time = (_optional(content, name) for name in OPTIONAL)
    labels, unknown = _names(content, "labels"), _names(content, "unknown")
    if both := labels & unknown:
        raise RowError(f"{_list_labels(both)} in both labels and unknown; take it out of one of them")
    extra = {
        clean(name): _written(value) for name, value in content.items() if name not in _NAMED and value is not None
    }
    image = about if isinstance(about, ImageFile) else None
    row_id = clean(str(content.get("id") or default_id))
    return Example(row_id, text, labels, unknown, group, split, source, annotator, time, extra, image)


def row_as_json(row: Example, folder: Path = Path()) -> str:
    """The row as one line of JSON, without empty fields; an image's path is relative to `folder`."""
    about = {"path": _path_from(folder, row.image.path)} if row.image else {"text": row.text}
    content: dict[str, Any] = {"id": row.id} | about | {"labels": sorted(row.labels)}
    if row.unknown:
        content["unknown"] = sorted(row.unknown)
    content |= {name: value for name in OPTIONAL if (value := getattr(row, name)) is not None}
    return json.dumps(content | {k: v for k, v in row.extra.items() if k not in content}, ensure_ascii=False)


def _path_from(folder: Path, path: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def _file(content: Mapping[str, Any], folder: Path) -> tuple[Path, bytes]:
    path = content.get("path")
    if not isinstance(path, str):
        raise RowError("has neither text nor path")
    try:
        return folder / path, (folder / path).read_bytes()
    except (OSError, ValueError):
        kind = "image" if has_image_name(Path(path)) else "mail file"
        raise RowError(f"its {kind} cannot be read; write its path from the folder of this file") from None


def _image(path: Path, file: bytes) -> ImageFile:
    try:
        return read_image(path, file)
    except Quarantined as error:
        raise RowError(f"its image cannot be tagged: {error}") from None


def _mail_text(file: bytes) -> str:
    try:
        return parse_mail(file).full_text
    except Quarantined as error:
        raise RowError(f"its mail cannot be tagged: {error}") from None


def _text(content: Mapping[str, Any]) -> str:
    if not isinstance(content["text"], str):
        raise RowError("its text is not a text")
    subject = content.get("subject")
    return f"{subject}\n{content['text']}" if isinstance(subject, str) and subject else content["text"]


def _optional(content: Mapping[str, Any], name: str) -> str | None:
    value = content.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, list | dict):
        raise RowError(f"its {name} is not a text")
    return clean(str(value))


def _names(content: Mapping[str, Any], field: str) -> frozenset[str]:
    names = content.get(field, [])
    if field == "unknown" and names == ALL_OTHERS:
        return frozenset({ALL_OTHERS})
    if field == "labels" and field not in content:
        raise RowError('has no labels; write "labels": [] where none holds')
    if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
        raise RowError(f'its {field} are no list of label ids; write "{field}": ["one", "other"]')
    return frozenset(clean(name) for name in names)


def _written(value: object) -> str:
    return clean(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _list_labels(labels: frozenset[str]) -> str:
    return ", ".join(sorted(labels)) + (" is" if len(labels) == 1 else " are")
