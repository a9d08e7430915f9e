"""The MultiDoGO data set (Peskov et al. 2019): the joined turns of a customer, with the conversation's intents."""

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

    A row without labels is one that was not annotated. Raises DataError.
    """
    path = folder / FILE if (folder / FILE).exists() else folder / "multidogo" / FILE
    content = read_json(path)
    if not isinstance(content, list):
        raise DataError(f"{path} is not a list of conversations")
    return tuple(_row(path, number, entry) for number, entry in enumerate(content))


def _row(path: Path, number: int, entry: Any) -> SourceRow:
    if not isinstance(entry, dict) or not all(isinstance(entry.get(name), str) for name in TEXTS):
        raise DataError(f"{path}: row {number} lacks one of {', '.join(TEXTS)}")
    labels = entry.get("labels")
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        raise DataError(f"{path}: row {number} has no list of labels")
    return SourceRow(
        # A conversation may occur several times, cut differently: its index makes the id unique.
        id=f"multidogo-{entry['domain']}-{number}",
        source="multidogo",
        text=entry["text"],
        labels=tuple(labels),
        split=entry["split"],
        group=entry["conversation"],
        domain=entry["domain"],
    )
