"""The MultiDoGO data set (Peskov et al. 2019): a customer's turns joined, with the intents of the conversation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tagging.learning.data.open_sets.json_file import read_json
from tagging.learning.data.open_sets.source_row import SourceRow
from tagging.learning.data.rows import DataError

FILE = "conversations.json"
TEXTS = ("domain", "split", "conversation", "text")


def read_multidogo(folder: Path) -> tuple[SourceRow, ...]:
    """Read `conversations.json` from the folder, or from `multidogo/` in it; the group is the conversation.

    A row without labels is one whose intents nobody found, not one without any. Raises DataError.
    """
    path = folder / FILE if (folder / FILE).exists() else folder / "multidogo" / FILE
    content = read_json(path)
    if not isinstance(content, list):
        raise DataError(f"{path} is not a list of conversations")
    return tuple(_row(path, number, found) for number, found in enumerate(content))


def _row(path: Path, number: int, found: Any) -> SourceRow:
    if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in TEXTS):
        raise DataError(f"{path}: row {number} lacks one of {', '.join(TEXTS)}")
    labels = found.get("labels")
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise DataError(f"{path}: row {number} has no list of labels")
    return SourceRow(
        # A conversation may stand in the file more than once, cut differently: its place makes the id unique.
        id=f"multidogo-{found['domain']}-{number}",
        source="multidogo",
        text=found["text"],
        labels=tuple(labels),
        split=found["split"],
        group=found["conversation"],
        domain=found["domain"],
    )
