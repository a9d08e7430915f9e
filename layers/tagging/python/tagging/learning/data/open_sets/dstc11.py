"""The DSTC11 track 2 data set (Gung et al. 2023): customers' requests to a bank or an insurer, one intent each."""

from __future__ import annotations

import json
from pathlib import Path

from tagging.learning.data.open_sets.source_row import SourceRow
from tagging.learning.data.rows import DataError

DSTC11_DOMAINS = ("banking", "insurance")


def read_dstc11(folder: Path) -> tuple[SourceRow, ...]:
    """Read `banking.jsonl` and `insurance.jsonl` from the folder, or from `dstc11/` in it. Raises DataError."""
    if not (folder / "banking.jsonl").exists():
        folder = folder / "dstc11"
    return tuple(row for domain in DSTC11_DOMAINS for row in _rows(folder / f"{domain}.jsonl", domain))


def _rows(path: Path, domain: str) -> list[SourceRow]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise DataError(f"{path} is missing") from None
    except UnicodeDecodeError:
        raise DataError(f"{path} is not in UTF-8") from None
    return [_row(path, number, line, domain) for number, line in enumerate(lines, start=1) if line.strip()]


def _row(path: Path, number: int, line: str, domain: str) -> SourceRow:
    try:
        entry = json.loads(line)
        text, labels = str(entry["text"]), tuple(str(label) for label in entry["labels"])
    except (ValueError, KeyError, TypeError):
        raise DataError(f"{path}: line {number} is not a row with `text` and `labels`") from None
    return SourceRow(f"dstc11-{domain}-{number}", "dstc11", text, labels, domain=domain)
