"""Reads a file of corrections: `tagging.correction/1`, one a line, beside the text or the path of its item."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tagging.corrections import Correction, Refused, check_correction, parse_correction
from tagging.learning.corrections.answered_items import AnsweredItem, AnsweredItems
from tagging.learning.data import DataError, Problem, RowError, parse_row, same_content

CONTENT = ("text", "subject", "path")
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


def read_corrections(path: Path, now: datetime | None = None) -> AnsweredItems:
    """Read a `.jsonl` file. Lines that cannot be used are listed in `problems`.

    A line may leave out `item`, which is then its content, and `answered_at`: later lines are later answers. The
    content of an item may stand in any line about it. Raises DataError where the file cannot be read or holds nothing.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from None
    corrections: list[tuple[int, Correction]] = []
    items: dict[str, AnsweredItem] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            correction, item = _read(line, number, path.parent, now or datetime.now(UTC))
        except RowError as error:
            problems.append(Problem(str(path), number, str(error)))
            continue
        corrections.append((number, correction))
        if item is not None and (before := items.setdefault(correction.item, item)) is not item:
            items[correction.item] = _joined(before, item)
    for number, correction in corrections:
        if correction.item not in items:
            problems.append(Problem(str(path), number, f"no line has the text or path of item {correction.item}"))
    if not items:
        raise DataError(f"{path}: no correction that can be used", problems)
    return AnsweredItems(tuple(correction for _, correction in corrections), items, tuple(problems))


def _joined(first: AnsweredItem, second: AnsweredItem) -> AnsweredItem:
    return first if first.inclusion is not None else replace(first, inclusion=second.inclusion)


def _read(line: bytes, number: int, folder: Path, now: datetime) -> tuple[Correction, AnsweredItem | None]:
    """One line's correction, and its item where the line has its content. Raises RowError."""
    content = _fields(line)
    inclusion = _inclusion(content.pop("chance", None))
    of_item = {name: content.pop(name) for name in CONTENT if name in content}
    item = None
    if "text" in of_item or "path" in of_item:
        row = parse_row(json.dumps(of_item | {"labels": []}).encode(), folder, "").row
        digest = hashlib.sha256(same_content(row).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        row = replace(row, id=str(content.setdefault("item", f"content:{digest}")))
        item = AnsweredItem(row, inclusion)
    elif "item" not in content:
        raise RowError("has neither text nor path, and no item")
    defaults = {
        "schema": "tagging.correction/1",
        "answered_at": (_FIRST + timedelta(seconds=number)).isoformat(),
        "source": "csv",
    }
    try:
        correction = parse_correction(json.dumps(defaults | content))
        check_correction(correction, now)
    except Refused as error:
        raise RowError(str(error)) from None
    return correction, item


def _fields(line: bytes) -> dict[str, Any]:
    try:
        content = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise RowError("is not UTF-8; save the file as UTF-8") from None
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise RowError('is no JSON object; write {"text": …, "author": …, "yes": […], "no": […]}')
    return content


def _inclusion(chance: object) -> float | None:
    if chance is None:
        return None
    if isinstance(chance, bool) or not isinstance(chance, int | float) or not 0 < chance <= 1:
        raise RowError("its chance is no number above 0, at most 1")
    return float(chance)
