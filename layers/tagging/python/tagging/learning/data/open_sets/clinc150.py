"""The CLINC150 data set (Larson et al. 2019): short questions to an assistant, one intent each, or out of scope."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tagging.learning.data.open_sets.json_file import read_json
from tagging.learning.data.open_sets.source_row import SourceRow
from tagging.learning.data.rows import DataError

SPLITS = ("train", "val", "test", "oos_train", "oos_val", "oos_test")
FILE = "data_full.json"


def read_clinc150(folder: Path) -> tuple[SourceRow, ...]:
    """Read `data_full.json` from the folder, or from `clinc150/` in it; `oos` marks rows out of scope.

    The splits `oos_train`, `oos_val` and `oos_test` join train, val and test. Raises DataError.
    """
    path = folder / FILE if (folder / FILE).exists() else folder / "clinc150" / FILE
    content = read_json(path)
    if not isinstance(content, dict) or not set(SPLITS) <= set(content):
        raise DataError(f"{path} does not hold the splits {', '.join(SPLITS)}")
    return tuple(
        SourceRow(f"clinc150-{split}-{number}", "clinc150", text, (intent,), split.removeprefix("oos_"))
        for split in SPLITS
        for number, (text, intent) in enumerate(_pairs(path, split, content[split]))
    )


def _pairs(path: Path, split: str, pairs: Any) -> list[tuple[str, str]]:
    if not isinstance(pairs, list):
        raise DataError(f"{path}: {split} is not a list")
    for number, pair in enumerate(pairs):
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) and part for part in pair)):
            raise DataError(f"{path}: {split}, row {number} is not a text and its intent")
    return [(text, intent) for text, intent in pairs]
