"""The texts of a background: rows, and mails composed of those of one sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import numpy as np

from tagging.learning.data import DataError
from tagging.learning.features.encoded_items import ItemTexts, item_texts
from tagging.learning.numeric import Ints

GROUPS = 5
MAIL_SIZES = (2, 3, 4, 6, 8)
"""Numbers of rows in a composed mail, one after the other."""
MAILS_PER_ROW = 0.15


@dataclass(frozen=True)
class BackgroundTexts:
    """The texts of a background before they are encoded, each [items]."""

    items: Sequence[ItemTexts]
    groups: Ints
    """Items of one group may have sentences in common; no others do."""
    sources: Sequence[str]


def compose_background(by_source: Mapping[str, Sequence[ItemTexts]], seed: int = 0) -> BackgroundTexts:
    """The rows of each source, and mails composed of rows of one source and group."""
    random = np.random.default_rng(seed)
    items: list[ItemTexts] = []
    groups: list[int] = []
    sources: list[str] = []
    for source, rows in by_source.items():
        for group in range(GROUPS):
            part = list(rows[group::GROUPS])
            part += _mails(part, random)
            items += part
            groups += [group] * len(part)
            sources += [source] * len(part)
    return BackgroundTexts(items, np.array(groups, dtype=np.int64), sources)


def read_texts(path: Path) -> list[ItemTexts]:
    """The texts of a file: the `text` of each row of .jsonl, else each line; those without words are left out.

    Raises DataError, also where a row has labels.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise DataError(f"{path} is missing") from None
    except (OSError, UnicodeDecodeError):
        raise DataError(f"{path} is not a text file in UTF-8") from None
    rows = path.suffix == ".jsonl"
    texts = [_text(path, number, line) if rows else line for number, line in enumerate(lines, 1) if line.strip()]
    items = [item_texts(text) for text in texts if any(map(str.isalpha, text))]
    if not items:
        raise DataError(f"{path} holds no text")
    return items


def _text(path: Path, number: int, line: str) -> str:
    try:
        row = json.loads(line)
        text, labels = row["text"], row.get("labels")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DataError(f"{path}: row {number} is not a JSON object with a text") from None
    if labels:
        raise DataError(f"{path}: row {number} has labels; texts here must have none: put it among the rows of --data")
    return str(text)


def _mails(items: Sequence[ItemTexts], random: np.random.Generator) -> list[ItemTexts]:
    """Mails of items of one sentence each, MAILS_PER_ROW of them per item."""
    single = [item.full_text for item in items if len(item.sentences) == 1]
    mails = []
    for size, _ in zip(cycle(MAIL_SIZES), range(round(MAILS_PER_ROW * len(single))), strict=False):
        texts = tuple(single[index] for index in random.permutation(len(single))[:size])
        mails.append(ItemTexts(" ".join(text.rstrip(".?! ") + "." for text in texts), texts))
    return mails
